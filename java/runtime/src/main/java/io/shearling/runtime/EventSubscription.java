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
        subscriber.onError(new IllegalStateException("a generation has one reader; this one has another already"));
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

    /** What the subscriber throws ends the subscription and goes to the thread's handler: it has had its one signal of an end. */
    @Override
    public void run() {
        try {
            while (true) {
                GenerationEvent event = take();
                if (event == null) {
                    return;
                }
                subscriber.onNext(event);
                if (event instanceof GenerationEvent.Finished) {
                    subscriber.onComplete();
                    return;
                }
            }
        } finally {
            events.close();
        }
    }

    /** The next event that is asked for; null when the subscription has ended, by a cancel or with an error that is told. */
    private @Nullable GenerationEvent take() {
        try {
            return awaitDemand() ? events.read() : null;
        } catch (RuntimeException e) {
            if (!isCancelled()) {
                subscriber.onError(e);
            }
            return null;
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
