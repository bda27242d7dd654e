package io.shearling.runtime;

/** Waiting for what ends soon in any case, whatever interrupts: an interrupt is kept for later. */
final class Patience {
    private Patience() {}

    @FunctionalInterface
    interface Waiting {
        void await() throws InterruptedException;
    }

    static void await(Waiting waiting) {
        boolean interrupted = false;
        while (true) {
            try {
                waiting.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
