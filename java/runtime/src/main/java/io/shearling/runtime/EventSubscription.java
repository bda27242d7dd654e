package io.shearling.runtime;

import java.util.concurrent.Flow;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One subscriber's demand on a {@link TokenStream}: a delivery thread reads as many events as were asked for. */
final class EventSubscription implements Flow.Subscription, Runnable {
    private final TokenStream events;
    private final Flow.Subscriber<? super GenerationEvent> subscriber;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long demand;
    private boolean cancelled;
    private @Nullable IllegalArgumentException badRequest;

    private EventSubscription(TokenStream events, Flow.Subscriber<? super GenerationEvent> subscriber) {
        this.events = events;
        this.subscriber = subscriber;
    }

    static void start(TokenStream events, Flow.Subscriber<? super GenerationEvent> subscriber) {
        EventSubscription subscription = new EventSubscription(events, subscriber);
        subscriber.onSubscribe(subscription);
        Delivery.execute(subscription);
    }

    /** A second subscriber gets an error, as the rules of reactive streams ask. */
    static void refuse(Flow.Subscriber<? super GenerationEvent> subscriber) {
        subscriber.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {}

            @Override
            public void cancel() {}
        });
        subscriber.onError(new IllegalStateException("a generation has one reader; this one has a subscriber already"));
    }

    @Override
    public void request(long n) {
        lock.lock();
        try {
            if (n <= 0) {
                badRequest = new IllegalArgumentException("request(" + n + "): ask for one event or more");
            } else {
                demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void cancel() {
        lock.lock();
        try {
            cancelled = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        events.cancel();
    }

    @Override
    public void run() {
        try {
            while (awaitDemand()) {
                if (!events.hasNext()) {
                    throw new IllegalStateException("the events of this generation have been read already");
                }
                GenerationEvent event = events.next();
                subscriber.onNext(event);
                if (event instanceof GenerationEvent.Finished) {
                    subscriber.onComplete();
                    return;
                }
            }
        } catch (RuntimeException | Error e) {
            if (!isCancelled()) {
                subscriber.onError(e);
            }
        } finally {
            events.close();
        }
    }

    private boolean isCancelled() {
        lock.lock();
        try {
            return cancelled;
        } finally {
            lock.unlock();
        }
    }

    /** Takes one unit of demand, waiting for it; false once cancelled. */
    private boolean awaitDemand() {
        lock.lock();
        try {
            while (demand == 0 && !cancelled && badRequest == null) {
                changed.awaitUninterruptibly();
            }
            if (badRequest != null && !cancelled) {
                throw badRequest;
            }
            if (demand != Long.MAX_VALUE) {
                demand--;
            }
            return !cancelled;
        } finally {
            lock.unlock();
        }
    }
}
