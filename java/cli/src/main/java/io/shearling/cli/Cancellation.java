package io.shearling.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The way from Ctrl-C to a clean end: the signal starts the JVM's shutdown, which interrupts the command and waits a moment until
 * it has closed what it has open. The JVM's own exit code is then 130.
 */
final class Cancellation {
    private static final long PATIENCE_SECONDS = 5;

    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile boolean asked;

    private Cancellation() {}

    /** Lets a shutdown of the JVM interrupt this thread. */
    static Cancellation interrupting(Thread command) {
        Cancellation cancellation = new Cancellation();
        Thread hook = new Thread(() -> cancellation.cancel(command), "shearling-cancel");
        Runtime.getRuntime().addShutdownHook(hook);
        return cancellation;
    }

    private void cancel(Thread command) {
        asked = true;
        if (finished.getCount() == 0) {
            return;
        }
        command.interrupt();
        try {
            if (!finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                System.err.println(
                        "shearling: the command did not end within " + PATIENCE_SECONDS + " s; it is cut off");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the process with this code; after a signal only returns, because the JVM is on its way out already. */
    void exit(int code) {
        finished.countDown();
        if (!asked) {
            System.exit(code);
        }
    }
}
