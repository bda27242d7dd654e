package io.shearling.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * Threads that keep cores busy until they are closed, as the other threads of an application do. They touch no memory, so
 * they take time on a core and nothing else.
 */
final class Neighbours implements AutoCloseable {
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean closed;

    /** Starts so many. */
    Neighbours(int count) {
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(this::beBusy, "shearling-bench-neighbour-" + i);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    private void beBusy() {
        while (!closed) {
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        closed = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancelledException(e);
            }
        }
    }
}
