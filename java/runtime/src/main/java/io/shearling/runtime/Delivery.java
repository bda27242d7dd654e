package io.shearling.runtime;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Daemon threads that read streams for futures and subscribers, so that no user's code runs on an engine's thread. */
final class Delivery {
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final ExecutorService THREADS = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "shearling-delivery-" + COUNT.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    });

    private Delivery() {}

    static void execute(Runnable task) {
        THREADS.execute(task);
    }
}
