package io.shearling.cli;

import io.shearling.recipes.budget.BudgetListener;
import org.jspecify.annotations.Nullable;

/** Shows a search on stderr: each step of it, how many of how many, and in a terminal the time left. One thread. */
final class BudgetProgress implements BudgetListener, AutoCloseable {
    private final Streams streams;
    private final boolean quiet;
    private @Nullable Step current;
    private @Nullable StepProgress progress;

    BudgetProgress(Streams streams, boolean quiet) {
        this.streams = streams;
        this.quiet = quiet;
    }

    @Override
    public void progress(Step step, String what, int done, int all) {
        if (step != current || progress == null) {
            close();
            current = step;
            progress = StepProgress.counting(streams, quiet, things(step));
        }
        progress.progress(title(step), done, all);
    }

    private static String title(Step step) {
        return switch (step) {
            case IMPORTANCE -> "collecting the importance of columns";
            case BASE -> "reading the text by the model itself";
            case ERRORS -> "finding the errors of types";
            case SPEED -> "timing products, once for this machine";
            case SENSITIVITY -> "measuring what they do, group by group";
            case VERIFICATION -> "measuring the best on other text";
        };
    }

    private static String things(Step step) {
        return switch (step) {
            case IMPORTANCE, BASE -> "chunks";
            case ERRORS -> "tensors";
            case SPEED -> "products";
            case SENSITIVITY -> "groups";
            case VERIFICATION -> "models";
        };
    }

    @Override
    public void close() {
        if (progress != null) {
            progress.close();
        }
    }
}
