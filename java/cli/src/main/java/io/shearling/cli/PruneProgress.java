package io.shearling.cli;

import io.shearling.recipes.prune.PruningListener;
import java.nio.file.Path;

/** Shows how far a pruning has come: chunks while it reads text, bytes while it writes. One thread. */
final class PruneProgress implements PruningListener, AutoCloseable {
    private final Path target;
    private final StepProgress bytes;
    private final StepProgress chunks;

    PruneProgress(Path target, Streams streams, boolean quiet) {
        this.target = target;
        bytes = StepProgress.of(streams, quiet);
        chunks = StepProgress.counting(streams, quiet, "chunks");
    }

    @Override
    public void written(long done, long all) {
        chunks.close();
        bytes.progress("writing " + target.getFileName(), done, all);
    }

    @Override
    public void read(int done, int all) {
        bytes.close();
        chunks.progress("reading text", done, all);
    }

    @Override
    public void close() {
        bytes.close();
        chunks.close();
    }
}
