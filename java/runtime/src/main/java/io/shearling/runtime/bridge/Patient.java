package io.shearling.runtime.bridge;

import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Native work on a thread of its own, while the caller's thread listens for interrupts. */
public final class Patient {
    private Patient() {}

    /**
     * Runs the work to its end.
     *
     * @param cancel stops it; called on an interrupt, whose flag is set again at the end
     */
    public static void run(String thread, Runnable work, Runnable cancel) {
        FutureTask<?> task = new FutureTask<>(work, null);
        Thread worker = new Thread(task, thread);
        worker.setDaemon(true);
        worker.start();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    task.get();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                    cancel.run();
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ShearlingException known) {
                throw known;
            }
            throw new ShearlingException(ErrorCode.NATIVE, "cannot compute: " + e.getCause(), e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
