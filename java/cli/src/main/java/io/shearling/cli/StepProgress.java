package io.shearling.cli;

import io.shearling.hub.ProgressListener;
import java.time.Duration;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows steps on stderr: as a bar in a terminal, else as one line each. One thread. */
final class StepProgress implements ProgressListener, AutoCloseable {
    /** A step that is over sooner has no bar: it would only flicker. */
    private static final long PATIENCE_NANOS = 500_000_000;

    private static final int INTERVAL_MILLIS = 200;
    private static final int MOST_COLUMNS = 100;
    private static final long MEGABYTE = 1_000_000;

    private final Streams streams;
    private final boolean quiet;

    /** What is counted; null for bytes. */
    private final @Nullable String things;

    private String current = "";
    private long began;
    private @Nullable ProgressBar bar;

    private StepProgress(Streams streams, boolean quiet, @Nullable String things) {
        this.streams = streams;
        this.quiet = quiet;
        this.things = things;
    }

    /** Of steps that are measured in bytes. */
    static StepProgress of(Streams streams, boolean quiet) {
        return new StepProgress(streams, quiet, null);
    }

    /** Of steps that are measured in things of this name, as chunks. */
    static StepProgress counting(Streams streams, boolean quiet, String things) {
        return new StepProgress(streams, quiet, things);
    }

    @Override
    public void progress(String step, long bytesDone, long bytesTotal) {
        if (quiet) {
            return;
        }
        if (!step.equals(current)) {
            endBar();
            current = step;
            began = System.nanoTime();
            if (!streams.terminal()) {
                streams.say(step + (bytesTotal > 0 ? " (" + size(bytesTotal) + ")" : ""));
            }
        }
        if (streams.terminal() && (bar != null || System.nanoTime() - began > PATIENCE_NANOS)) {
            if (bar == null) {
                bar = newBar(step, bytesDone, bytesTotal);
            }
            bar.stepTo(bytesDone);
        }
    }

    private ProgressBar newBar(String step, long bytesDone, long bytesTotal) {
        return new ProgressBarBuilder()
                .setTaskName(Pieces.harmless(step))
                .setInitialMax(bytesTotal)
                // Rate and time left are those of this run: what an earlier one brought does not count.
                .startsFrom(bytesDone, Duration.ofNanos(System.nanoTime() - began))
                .setUnit(things == null ? " MB" : " " + things, things == null ? MEGABYTE : 1)
                .showSpeed()
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(INTERVAL_MILLIS)
                .setConsumer(new DelegatingProgressBarConsumer(
                        line -> streams.messages().print("\r" + line),
                        // The last column stays free, or some terminals begin another line.
                        Math.min(MOST_COLUMNS, Terminal.columns() - 1)))
                .build();
    }

    private String size(long total) {
        return things == null ? Sizes.megabytes(total) : total + " " + things;
    }

    private void endBar() {
        if (bar != null) {
            bar.close();
            streams.messages().println();
            bar = null;
        }
    }

    @Override
    public void close() {
        endBar();
    }
}
