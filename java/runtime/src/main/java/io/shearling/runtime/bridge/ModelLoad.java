package io.shearling.runtime.bridge;

import io.shearling.core.Core;
import io.shearling.core.shl_model;
import io.shearling.core.shl_model_params;
import io.shearling.core.shl_progress;
import io.shearling.runtime.LoadListener;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One load: native code works on a thread of its own while the caller's thread reports progress and listens for interrupts. So
 * native code never calls Java.
 */
final class ModelLoad {
    private static final long REPORT_MILLIS = 100;

    private ModelLoad() {}

    static shl_model run(Path path, shl_model_params params, LoadListener listener) {
        shl_progress progress = new shl_progress();
        Status.check(Core.shl_progress_new(progress), "cannot begin to load " + path);
        FutureTask<shl_model> task = new FutureTask<>(() -> {
            shl_model model = new shl_model();
            NativeLog.checked(
                    () -> Core.shl_model_load(path.toString(), params, progress, model), "cannot load the model");
            return model;
        });
        Thread thread = new Thread(task, "shearling-load " + path.getFileName());
        thread.setDaemon(true);
        try {
            thread.start();
            return await(path, task, progress, listener);
        } finally {
            Core.shl_progress_free(progress);
        }
    }

    private static shl_model await(
            Path path, FutureTask<shl_model> task, shl_progress progress, LoadListener listener) {
        try {
            while (true) {
                try {
                    shl_model model = task.get(REPORT_MILLIS, TimeUnit.MILLISECONDS);
                    listener.loaded(1);
                    return model;
                } catch (TimeoutException e) {
                    listener.loaded(Core.shl_progress_fraction(progress));
                }
            }
        } catch (InterruptedException e) {
            abandon(task, progress);
            Thread.currentThread().interrupt();
            throw new ShearlingException(ErrorCode.CANCELLED, "loading " + path + " was interrupted", e);
        } catch (ExecutionException e) {
            throw failure(path, e.getCause());
        } catch (RuntimeException | Error e) {
            // The listener's own; the model must not be left behind.
            abandon(task, progress);
            throw e;
        }
    }

    private static RuntimeException failure(Path path, @Nullable Throwable cause) {
        if (cause instanceof ShearlingException known) {
            return known;
        }
        String message = "cannot load " + path + ": " + cause;
        return cause == null
                ? new ShearlingException(ErrorCode.NATIVE, message)
                : new ShearlingException(ErrorCode.NATIVE, message, cause);
    }

    /** Cancels, waits for the end of it, and frees a model that came all the same. */
    private static void abandon(FutureTask<shl_model> task, shl_progress progress) {
        Core.shl_progress_cancel(progress);
        boolean interrupted = false;
        while (true) {
            try {
                Core.shl_model_free(task.get());
                break;
            } catch (ExecutionException e) {
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
