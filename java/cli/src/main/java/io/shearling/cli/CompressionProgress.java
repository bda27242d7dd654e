package io.shearling.cli;

import io.shearling.recipes.compress.CompressionListener;
import io.shearling.recipes.compress.StepReport;
import org.jspecify.annotations.Nullable;

/** Shows on stderr how a recipe is done: what is being done, and each step that is. One thread. */
final class CompressionProgress implements CompressionListener, AutoCloseable {
    private final Streams streams;
    private final boolean quiet;
    private String current = "";
    private @Nullable StepProgress progress;

    CompressionProgress(Streams streams, boolean quiet) {
        this.streams = streams;
        this.quiet = quiet;
    }

    @Override
    public void progress(String what, String unit, long done, long all) {
        if (progress == null || !what.equals(current)) {
            close();
            current = what;
            progress = unit.equals("bytes")
                    ? StepProgress.of(streams, quiet)
                    : StepProgress.counting(streams, quiet, unit);
        }
        progress.progress(what, done, all);
    }

    @Override
    public void done(StepReport step) {
        close();
        if (!quiet) {
            streams.say(step.step().name() + (step.reused() ? " was there already" : " is done") + ": "
                    + Sizes.bytes(step.sizeBytes()) + ", KL "
                    + Sizes.decimal(step.figures().kl().value())
                    + ", perplexity "
                    + Sizes.decimal(step.figures().perplexity().value()));
        }
    }

    @Override
    public void close() {
        if (progress != null) {
            progress.close();
            progress = null;
        }
    }
}
