package io.shearling.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.shearling.runtime.Completion;
import io.shearling.runtime.FinishReason;
import io.shearling.runtime.GenerationEvent;
import io.shearling.runtime.TokenStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What holds for every {@link TokenStream}, whatever it stands on. Extend it and say how a stream is opened.
 *
 * <p>Each test opens its streams one after the other and has read or closed one before it opens the next.
 */
@Timeout(30)
public abstract class TokenStreamContract {
    /** More tokens than events can wait: the generation cannot be through as long as nobody reads. */
    private static final int LONG = 400;

    private static final int SHORT = 24;
    private static final Duration PROMPTLY = Duration.ofSeconds(5);

    /** For the classes that fill the contract in. */
    protected TokenStreamContract() {}

    /**
     * A stream over a generation that has just been asked for. It gives {@code tokens} tokens unless it is cancelled, and the
     * same text each time. Nearly every token is a piece of text, so that the queue fills up.
     *
     * @param tokens at most 400
     */
    protected abstract TokenStream open(int tokens);

    @Test
    void events_readToTheEnd_finishExactlyOnceAndLast() {
        List<GenerationEvent> events = read(open(SHORT));
        assertThat(events)
                .filteredOn(GenerationEvent.Finished.class::isInstance)
                .hasSize(1);
        GenerationEvent.Finished end = finish(events);
        assertThat(end.reason()).isEqualTo(FinishReason.MAX_TOKENS);
        assertThat(end.usage().generatedTokens()).isEqualTo(SHORT);
        assertThat(end.usage().promptTokens()).isPositive();
        assertThat(end.timings()).isNotNull();
    }

    @Test
    void texts_ofAStream_areWholeCodePointsAndNeverEmpty() {
        List<String> pieces = texts(read(open(SHORT)));
        assertThat(pieces).isNotEmpty().doesNotContain("");
        for (String piece : pieces) {
            assertThat(Character.isLowSurrogate(piece.charAt(0))).as(piece).isFalse();
            assertThat(Character.isHighSurrogate(piece.charAt(piece.length() - 1)))
                    .as(piece)
                    .isFalse();
        }
    }

    @Test
    void next_afterTheEnd_throws() {
        try (TokenStream events = open(SHORT)) {
            events.forEachRemaining(event -> {});
            assertThat(events.hasNext()).isFalse();
            assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(events::next);
            assertThat(events.hasNext()).isFalse();
        }
    }

    @Test
    void hasNext_askedTwice_losesNothing() {
        List<GenerationEvent> events = new ArrayList<>();
        try (TokenStream stream = open(SHORT)) {
            while (stream.hasNext()) {
                assertThat(stream.hasNext()).isTrue();
                events.add(stream.next());
            }
        }
        assertThat(texts(events)).isEqualTo(texts(read(open(SHORT))));
    }

    @Test
    void close_early_endsAsCancelledAndFreesTheSession() {
        TokenStream events = open(LONG);
        assertThat(events.next()).isNotNull();
        assertThat(PROMPTLY).isGreaterThan(timed(events::close));
        List<GenerationEvent> rest = new ArrayList<>();
        events.forEachRemaining(rest::add);
        assertThat(finish(rest).reason()).isEqualTo(FinishReason.CANCELLED);
        assertThat(read(open(SHORT))).isNotEmpty();
    }

    @Test
    void close_twiceAndAfterTheEnd_doesNothing() {
        TokenStream events = open(SHORT);
        assertThat(read(events)).isNotEmpty();
        events.close();
        events.close();
        assertThat(events.hasNext()).isFalse();
    }

    @Test
    void cancel_whileReading_endsTheStreamAsCancelled() {
        List<GenerationEvent> events = new ArrayList<>();
        try (TokenStream stream = open(LONG)) {
            events.add(stream.next());
            stream.cancel();
            stream.forEachRemaining(events::add);
        }
        assertThat(finish(events).reason()).isEqualTo(FinishReason.CANCELLED);
        assertThat(finish(events).usage().generatedTokens()).isLessThan(LONG);
    }

    @Test
    void cancel_fromAnotherThread_endsTheStream() {
        try (TokenStream stream = open(LONG)) {
            CompletableFuture.runAsync(stream::cancel).join();
            List<GenerationEvent> events = new ArrayList<>();
            stream.forEachRemaining(events::add);
            assertThat(finish(events).reason()).isEqualTo(FinishReason.CANCELLED);
        }
    }

    @Test
    void await_ofAStream_givesTheSameTextAsItsEvents() {
        String text = String.join("", texts(read(open(SHORT))));
        List<String> pieces = new ArrayList<>();
        Completion completion = open(SHORT).await(pieces::add);
        assertThat(completion.text()).isEqualTo(text).isEqualTo(String.join("", pieces));
        assertThat(completion.reason()).isEqualTo(FinishReason.MAX_TOKENS);
        assertThat(completion.usage().generatedTokens()).isEqualTo(SHORT);
    }

    @Test
    void await_afterTheEventsWereRead_isRefused() {
        TokenStream events = open(SHORT);
        assertThat(read(events)).isNotEmpty();
        assertThatIllegalStateException().isThrownBy(events::await).withMessageContaining("read already");
    }

    @Test
    void text_ofAStream_givesTheSameTextAsItsEvents() {
        List<String> pieces = texts(read(open(SHORT)));
        try (Stream<String> text = open(SHORT).text()) {
            assertThat(text.toList()).isEqualTo(pieces);
        }
    }

    @Test
    void stream_closedEarly_endsTheGeneration() {
        try (Stream<GenerationEvent> events = open(LONG).stream()) {
            assertThat(events.limit(2).toList()).hasSize(2);
        }
        assertThat(read(open(SHORT))).isNotEmpty();
    }

    @Test
    void future_ofAStream_givesTheSameTextAsAwait() throws ExecutionException, InterruptedException {
        String text = open(SHORT).await().text();
        assertThat(open(SHORT).future().get().text()).isEqualTo(text);
    }

    @Test
    void future_cancelled_endsTheGeneration() {
        TokenStream events = open(LONG);
        CompletableFuture<Completion> future = events.future();
        assertThat(future.cancel(true)).isTrue();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(future::join);
        assertThat(PROMPTLY).isGreaterThan(timed(events::close));
        assertThat(read(open(SHORT))).isNotEmpty();
    }

    @Test
    void publisher_ofAStream_givesAllEventsThenCompletes() throws InterruptedException {
        List<String> pieces = texts(read(open(SHORT)));
        EventCollector collector = new EventCollector(Long.MAX_VALUE);
        open(SHORT).publisher().subscribe(collector);
        collector.awaitEnd();
        assertThat(collector.failure()).isNull();
        assertThat(texts(collector.events())).isEqualTo(pieces);
        assertThat(finish(collector.events()).reason()).isEqualTo(FinishReason.MAX_TOKENS);
    }

    @Test
    void publisher_withDemandForTwo_givesTwoEventsOnly() throws InterruptedException {
        EventCollector collector = new EventCollector(2);
        TokenStream events = open(LONG);
        events.publisher().subscribe(collector);
        collector.awaitEvents(2);
        // a third event would come at once: the generation runs ahead of its reader
        TimeUnit.MILLISECONDS.sleep(50);
        assertThat(collector.events()).hasSize(2);
        collector.subscription().cancel();
        assertThat(PROMPTLY).isGreaterThan(timed(events::close));
        assertThat(collector.failure()).isNull();
    }

    @Test
    void publisher_demandOfNothing_isAnError() throws InterruptedException {
        EventCollector collector = new EventCollector(0);
        TokenStream events = open(LONG);
        events.publisher().subscribe(collector);
        collector.awaitEnd();
        assertThat(collector.failure()).isInstanceOf(IllegalArgumentException.class);
        events.close();
    }

    @Test
    void publisher_secondSubscriber_isRefused() throws InterruptedException {
        EventCollector first = new EventCollector(Long.MAX_VALUE);
        EventCollector second = new EventCollector(Long.MAX_VALUE);
        TokenStream events = open(SHORT);
        events.publisher().subscribe(first);
        events.publisher().subscribe(second);
        first.awaitEnd();
        second.awaitEnd();
        assertThat(first.failure()).isNull();
        assertThat(second.failure()).isInstanceOf(IllegalStateException.class);
        assertThat(second.events()).isEmpty();
    }

    @Test
    void publisher_afterTheEventsWereRead_isAnError() throws InterruptedException {
        TokenStream events = open(SHORT);
        assertThat(read(events)).isNotEmpty();
        EventCollector late = new EventCollector(Long.MAX_VALUE);
        events.publisher().subscribe(late);
        late.awaitEnd();
        assertThat(late.failure()).isInstanceOf(IllegalStateException.class);
    }

    private static List<GenerationEvent> read(TokenStream stream) {
        List<GenerationEvent> events = new ArrayList<>();
        try (stream) {
            stream.forEachRemaining(events::add);
        }
        return events;
    }

    private static List<String> texts(List<GenerationEvent> events) {
        return events.stream()
                .filter(GenerationEvent.Text.class::isInstance)
                .map(event -> ((GenerationEvent.Text) event).text())
                .toList();
    }

    private static GenerationEvent.Finished finish(List<GenerationEvent> events) {
        assertThat(events).isNotEmpty().last().isInstanceOf(GenerationEvent.Finished.class);
        return (GenerationEvent.Finished) events.get(events.size() - 1);
    }

    private static Duration timed(Runnable task) {
        long begin = System.nanoTime();
        task.run();
        return Duration.ofNanos(System.nanoTime() - begin);
    }
}
