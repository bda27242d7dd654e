package io.shearling.runtime.measure;

import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Native work on a thread of its own, while the caller's listens for interrupts. */
final class Listening {
    private Listening() {}

    /** The result of the work; an interrupt calls {@code cancel} and stays set, and {@code clear} is called after that. */
    static <T> T run(Callable<T> work, Runnable cancel, Runnable clear, String doing) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = new Thread(task, "shearling-scorer");
        thread.setDaemon(true);
        thread.start();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                    cancel.run();
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ShearlingException known) {
                throw known;
            }
            throw new ShearlingException(ErrorCode.NATIVE, "cannot " + doing + ": " + e.getCause(), e);
        } finally {
            if (interrupted) {
                clear.run();
                Thread.currentThread().interrupt();
            }
        }
    }
}
