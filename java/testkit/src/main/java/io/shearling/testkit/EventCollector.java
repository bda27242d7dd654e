package io.shearling.testkit;

import io.shearling.runtime.GenerationEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** A subscriber that asks once for some events and keeps what it gets. */
final class EventCollector implements Flow.Subscriber<GenerationEvent> {
    private static final long PATIENCE_MILLIS = 10_000;

    private final long demand;
    private final List<GenerationEvent> events = new ArrayList<>();
    private Flow.@Nullable Subscription subscription;
    private @Nullable Throwable failure;
    private boolean over;

    /** A subscriber that asks for {@code demand} events when it is subscribed. */
    EventCollector(long demand) {
        this.demand = demand;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        synchronized (this) {
            subscription = given;
        }
        given.request(demand);
    }

    @Override
    public synchronized void onNext(GenerationEvent event) {
        if (over) {
            throw new IllegalStateException("an event after the end: " + event);
        }
        events.add(event);
        notifyAll();
    }

    @Override
    public synchronized void onError(Throwable cause) {
        failure = cause;
        over = true;
        notifyAll();
    }

    @Override
    public synchronized void onComplete() {
        over = true;
        notifyAll();
    }

    synchronized Flow.Subscription subscription() {
        return Objects.requireNonNull(subscription, "nobody has called onSubscribe");
    }

    synchronized List<GenerationEvent> events() {
        return List.copyOf(events);
    }

    synchronized @Nullable Throwable failure() {
        return failure;
    }

    /** Waits for {@code onComplete} or {@code onError}. */
    void awaitEnd() throws InterruptedException {
        await(Integer.MAX_VALUE);
    }

    /** Waits until so many events have come. */
    void awaitEvents(int count) throws InterruptedException {
        await(count);
    }

    private synchronized void await(int count) throws InterruptedException {
        long end = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (!over && events.size() < count) {
            long left = end - System.currentTimeMillis();
            if (left <= 0) {
                throw new AssertionError("the publisher is silent after " + events.size() + " events");
            }
            wait(left);
        }
    }
}
