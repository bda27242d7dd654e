package io.shearling.cli;

import io.shearling.recipes.quantize.QuantizationListener;
import java.nio.file.Path;

/** Shows how far a quantization has come: chunks while it reads text, bytes while it writes. One thread. */
final class QuantizeProgress implements QuantizationListener, AutoCloseable {
    private final String model;
    private final Path target;
    private final StepProgress bytes;
    private final StepProgress chunks;

    QuantizeProgress(String model, Path target, Streams streams, boolean quiet) {
        this.model = model;
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
        chunks.progress("reading text with " + model, done, all);
    }

    @Override
    public void close() {
        bytes.close();
        chunks.close();
    }
}
