package io.shearling.runtime;

import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The events of one generation, to be read in one of four ways: as this iterator, as a {@link #stream}, as a {@link
 * #publisher}, or whole as a {@link #future} ({@link #await} is the same on the caller's thread). The generation runs
 * ahead of a reader by a bounded number of events, then waits for it.
 *
 * <p>Closing early cancels: the engine's sequence is free when {@code close} returns. One thread reads, and once a future or a
 * subscriber reads nobody else does: a second reader gets an {@link IllegalStateException}, since each would see only a part.
 * {@link #cancel} and {@link #close} may come from any thread.
 */
public final class TokenStream implements Iterator<GenerationEvent>, AutoCloseable {
    private final Generation generation;
    private final Scheduler scheduler;

    /** Keeps the session, and through it the engine and the model, reachable while somebody reads. */
    @SuppressWarnings({"unused", "FieldCanBeLocal"})
    private final Session session;

    /** Held while a thread of the caller's reads; who does not get it is refused, and leaves the stream as it is. */
    private final ReentrantLock reading = new ReentrantLock();

    /** Set under that lock, for good. */
    private volatile boolean handedOver;

    private @Nullable GenerationEvent ahead;
    private boolean done;

    TokenStream(Generation generation, Scheduler scheduler, Session session) {
        this.generation = generation;
        this.scheduler = scheduler;
        this.session = session;
    }

    /**
     * Whether there is another event; waits for it.
     *
     * @throws ShearlingException when the generation failed, or the thread is interrupted ({@link ErrorCode#CANCELLED}; the
     *     generation is cancelled then)
     */
    @Override
    public boolean hasNext() {
        claim();
        try {
            return peek() != null;
        } finally {
            reading.unlock();
        }
    }

    @Override
    public GenerationEvent next() {
        claim();
        try {
            if (peek() == null) {
                throw new NoSuchElementException("the generation has ended");
            }
            return read();
        } finally {
            reading.unlock();
        }
    }

    /** Makes this thread the reader until it unlocks {@code reading}. */
    private void claim() {
        if (!tryClaim()) {
            throw new IllegalStateException(
                    handedOver
                            ? "a future or a subscriber reads this generation; it has one reader"
                            : "another thread reads this generation; it has one reader");
        }
    }

    private boolean tryClaim() {
        if (!reading.tryLock()) {
            return false;
        }
        if (handedOver) {
            reading.unlock();
            return false;
        }
        return true;
    }

    /** The next event, left where it is; null after the last one. */
    private @Nullable GenerationEvent peek() {
        // A reader waits here at most for one that is just being refused.
        reading.lock();
        try {
            if (ahead == null && !done) {
                ahead = generation.events.take();
                done = ahead == null || ahead instanceof GenerationEvent.Finished;
            }
            return ahead;
        } catch (InterruptedException e) {
            cancel();
            throw EventQueue.interrupted(e);
        } catch (ShearlingException e) {
            done = true;
            throw e;
        } finally {
            reading.unlock();
        }
    }

    /** The next event, for whoever is the reader. */
    GenerationEvent read() {
        GenerationEvent event = peek();
        if (event == null) {
            throw new IllegalStateException("the events of this generation have been read already");
        }
        ahead = null;
        return event;
    }

    /** The events as a sequential stream; closing it closes this. */
    public Stream<GenerationEvent> stream() {
        Spliterator<GenerationEvent> events =
                Spliterators.spliteratorUnknownSize(this, Spliterator.ORDERED | Spliterator.NONNULL);
        return StreamSupport.stream(events, false).onClose(this::close);
    }

    /** Only the text, piece by piece; closing the stream closes this. */
    public Stream<String> text() {
        return stream()
                .filter(GenerationEvent.Text.class::isInstance)
                .map(event -> ((GenerationEvent.Text) event).text());
    }

    /**
     * The events for one subscriber, on a thread of their own, as it asks for them; cancelling the subscription cancels the
     * generation.
     */
    public Flow.Publisher<GenerationEvent> publisher() {
        return subscriber -> {
            if (tryClaim()) {
                handOver();
                EventSubscription.start(this, subscriber);
            } else {
                EventSubscription.refuse(subscriber);
            }
        };
    }

    /** Makes a delivery thread the reader; who calls has the claim, and has it no more. */
    private void handOver() {
        handedOver = true;
        reading.unlock();
    }

    /**
     * The whole reply, collected on a thread of its own. Cancelling the future cancels the generation, and returns when the session
     * is free for another.
     */
    public CompletableFuture<Completion> future() {
        claim();
        handOver();
        CompletableFuture<Completion> future = new ReplyFuture(this);
        Delivery.execute(() -> {
            try {
                future.complete(collect(piece -> {}));
            } catch (RuntimeException | Error e) {
                future.completeExceptionally(e);
            }
        });
        return future;
    }

    /** A future whose cancelling cancels the generation. */
    private static final class ReplyFuture extends CompletableFuture<Completion> {
        private final TokenStream events;

        ReplyFuture(TokenStream events) {
            this.events = events;
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            boolean first = super.cancel(mayInterruptIfRunning);
            events.close();
            return first;
        }
    }

    /** Reads to the end and returns the whole reply. */
    public Completion await() {
        return await(piece -> {});
    }

    /** Reads to the end, giving each piece of text to {@code onText} as it comes, and returns the whole reply. */
    public Completion await(Consumer<String> onText) {
        claim();
        try {
            return collect(onText);
        } finally {
            reading.unlock();
        }
    }

    /** For whoever is the reader; closes this. */
    private Completion collect(Consumer<String> onText) {
        StringBuilder text = new StringBuilder();
        try (this) {
            while (peek() != null) {
                GenerationEvent event = read();
                if (event instanceof GenerationEvent.Text piece) {
                    text.append(piece.text());
                    onText.accept(piece.text());
                } else if (event instanceof GenerationEvent.Finished end) {
                    return new Completion(text.toString(), end.reason(), end.usage(), end.timings());
                }
            }
        }
        throw new IllegalStateException("the events of this generation have been read already");
    }

    /** Ends the generation soon, with {@link FinishReason#CANCELLED}; events that wait can still be read. Thread-safe. */
    public void cancel() {
        if (!generation.events.ended()) {
            scheduler.cancel(generation);
        }
    }

    /** Cancels what still runs and waits until the session is free for another generation. Idempotent, thread-safe. */
    @Override
    public void close() {
        cancel();
        generation.events.awaitEnd();
    }
}
