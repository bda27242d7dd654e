package io.shearling.runtime;

import static io.shearling.runtime.SessionIT.assertCode;
import static io.shearling.runtime.SessionIT.endless;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.runtime.error.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TokenStreamIT {
    private static final String PROMPT = "Sheep and goats";
    private static final GenerationOptions SHORT = GenerationOptions.greedy(12);

    private final Session session =
            SmolLm2.model().newSession(SmolLm2.options().contextTokens(1024).build());

    @AfterEach
    void close() {
        session.close();
    }

    @Test
    void fourWays_sameText() throws Exception {
        StringBuilder iterated = new StringBuilder();
        try (TokenStream events = session.complete(PROMPT, SHORT)) {
            while (events.hasNext()) {
                if (events.next() instanceof GenerationEvent.Text text) {
                    iterated.append(text.text());
                }
            }
            assertThatThrownBy(events::next).isInstanceOf(NoSuchElementException.class);
        }
        String streamed;
        try (Stream<String> text = session.complete(PROMPT, SHORT).text()) {
            streamed = text.collect(Collectors.joining());
        }
        Collector collector = new Collector();
        session.complete(PROMPT, SHORT).publisher().subscribe(collector);
        String published = collector.await();
        String completed = session.complete(PROMPT, SHORT)
                .future()
                .get(30, TimeUnit.SECONDS)
                .text();
        assertThat(iterated).isNotEmpty().hasToString(streamed);
        assertThat(published).isEqualTo(streamed);
        assertThat(completed).isEqualTo(streamed);
    }

    @Test
    void close_early_freesTheSessionQuickly() {
        TokenStream events = session.complete(PROMPT, endless());
        assertThat(events.hasNext()).isTrue();
        long begin = System.nanoTime();
        events.close();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
        assertThat(session.complete(PROMPT, SHORT).await().text()).isNotEmpty();
    }

    @Test
    void close_whileThePromptIsComputed_aborts() {
        int[] prompt = new int[900];
        java.util.Arrays.fill(prompt, 504);
        TokenStream events = session.complete(prompt, SHORT);
        events.close();
        Completion next = session.complete(PROMPT, SHORT).await();
        assertThat(next.reason()).isEqualTo(FinishReason.MAX_TOKENS);
        assertThat(next.text())
                .isEqualTo(session.complete(PROMPT, SHORT).await().text());
    }

    @Test
    void cancel_thenRead_endsAsCancelled() {
        TokenStream events = session.complete(PROMPT, endless());
        assertThat(events.hasNext()).isTrue();
        events.cancel();
        GenerationEvent last = null;
        while (events.hasNext()) {
            last = events.next();
        }
        assertThat(last)
                .isInstanceOfSatisfying(
                        GenerationEvent.Finished.class,
                        end -> assertThat(end.reason()).isEqualTo(FinishReason.CANCELLED));
    }

    @Test
    void slowReader_isWaitedFor() throws InterruptedException {
        String quick = session.complete(
                        PROMPT, endless().toBuilder().maxTokens(100).build())
                .await()
                .text();
        TokenStream events =
                session.complete(PROMPT, endless().toBuilder().maxTokens(100).build());
        assertThat(events.hasNext()).isTrue();
        Thread.sleep(1200);
        assertThat(events.await().text()).isEqualTo(quick);
    }

    @Test
    void interrupt_whileReading_cancels() throws InterruptedException {
        CountDownLatch first = new CountDownLatch(1);
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread reader = new Thread(() -> {
            try (TokenStream events = session.complete(PROMPT, endless())) {
                while (events.hasNext()) {
                    events.next();
                    first.countDown();
                }
                thrown.complete(new AssertionError("read to the end"));
            } catch (RuntimeException e) {
                thrown.complete(e);
            }
        });
        reader.start();
        assertThat(first.await(30, TimeUnit.SECONDS)).isTrue();
        reader.interrupt();
        reader.join(10_000);
        assertThat(reader.isAlive()).isFalse();
        assertCode(ErrorCode.CANCELLED, () -> {
            throw thrown.join();
        });
    }

    @Test
    void future_cancelled_freesTheSession() throws Exception {
        CompletableFuture<Completion> future =
                session.complete(PROMPT, endless()).future();
        Thread.sleep(50);
        assertThat(future.cancel(true)).isTrue();
        for (int i = 0; i < 200; i++) {
            try (TokenStream next = session.complete(PROMPT, SHORT)) {
                assertThat(next.await().text()).isNotEmpty();
                return;
            } catch (io.shearling.runtime.error.ShearlingException busy) {
                assertThat(busy.code()).isEqualTo(ErrorCode.BUSY);
                Thread.sleep(10);
            }
        }
        throw new AssertionError("the session is still busy");
    }

    @Test
    void future_isTheOnlyReader() throws Exception {
        TokenStream stream = session.complete(PROMPT, SHORT);
        CompletableFuture<Completion> future = stream.future();
        assertThatIllegalStateException().isThrownBy(stream::await);
        assertThatIllegalStateException().isThrownBy(stream::hasNext);
        assertThatIllegalStateException().isThrownBy(stream::next);
        assertThatIllegalStateException().isThrownBy(stream::future);
        assertThat(future.get(30, TimeUnit.SECONDS).usage().generatedTokens()).isEqualTo(12);
    }

    @Test
    void publisher_subscriberThatThrowsAtTheEnd_getsNoSecondSignal() throws Exception {
        List<String> signals = new CopyOnWriteArrayList<>();
        TokenStream stream = session.complete(PROMPT, SHORT);
        CountDownLatch handled = new CountDownLatch(1);
        stream.publisher().subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(GenerationEvent event) {}

            @Override
            public void onError(Throwable cause) {
                signals.add("error");
            }

            @Override
            public void onComplete() {
                signals.add("complete");
                // The exception arrives here when nobody has caught it before.
                Thread.currentThread().setUncaughtExceptionHandler((thread, exception) -> handled.countDown());
                throw new IllegalStateException("a subscriber's own");
            }
        });
        assertThat(handled.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(signals).containsExactly("complete");
    }

    @Test
    void publisher_secondSubscriber_isRefused() throws Exception {
        TokenStream events = session.complete(PROMPT, SHORT);
        Flow.Publisher<GenerationEvent> publisher = events.publisher();
        Collector first = new Collector();
        Collector second = new Collector();
        publisher.subscribe(first);
        publisher.subscribe(second);
        assertThat(first.await()).isNotEmpty();
        assertThatThrownBy(second::await).hasMessageContaining("one reader");
    }

    @Test
    void publisher_cancelledAfterThree_ends() throws Exception {
        Collector collector = new Collector(3);
        session.complete(PROMPT, endless()).publisher().subscribe(collector);
        collector.awaitCancelled();
        assertThat(collector.events).hasSize(3);
    }

    /** Asks for one event at a time. */
    private static final class Collector implements Flow.Subscriber<GenerationEvent> {
        final List<GenerationEvent> events = new ArrayList<>();
        private final CompletableFuture<String> whole = new CompletableFuture<>();
        private final CountDownLatch cancelled = new CountDownLatch(1);
        private final int most;
        private Flow.@Nullable Subscription subscription;

        Collector() {
            this(Integer.MAX_VALUE);
        }

        Collector(int most) {
            this.most = most;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            given.request(1);
        }

        @Override
        public void onNext(GenerationEvent event) {
            events.add(event);
            Flow.Subscription mine = Objects.requireNonNull(subscription);
            if (events.size() == most) {
                mine.cancel();
                cancelled.countDown();
            } else {
                mine.request(1);
            }
        }

        @Override
        public void onError(Throwable failure) {
            whole.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            whole.complete(events.stream()
                    .filter(GenerationEvent.Text.class::isInstance)
                    .map(event -> ((GenerationEvent.Text) event).text())
                    .collect(Collectors.joining()));
        }

        String await() throws Exception {
            return whole.get(30, TimeUnit.SECONDS);
        }

        void awaitCancelled() throws InterruptedException {
            assertThat(cancelled.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }
}
