package io.shearling.cli;

import io.shearling.recipes.evaluate.Estimate;
import io.shearling.recipes.evaluate.EvaluationListener;
import io.shearling.recipes.evaluate.EvaluationReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Shows on stderr how far an evaluation is: one line that changes in a terminal, else a line every ten seconds. One thread. */
final class EvaluationProgress implements EvaluationListener, AutoCloseable {
    private static final long INTERVAL_NANOS = 10_000_000_000L;
    private static final long FLICKER_NANOS = 200_000_000;

    private final Streams streams;
    private final boolean quiet;
    private final String parts;
    private final String figureName;
    private final long began = System.nanoTime();
    private long said = began;
    private final List<Double> divergences = new ArrayList<>();
    private int width;

    /**
     * @param parts what is counted
     * @param figureName what is measured
     */
    EvaluationProgress(Streams streams, boolean quiet, String parts, String figureName) {
        this.streams = streams;
        this.quiet = quiet;
        this.parts = parts;
        this.figureName = figureName;
    }

    @Override
    public void progress(int chunksDone, int chunksAll, Estimate figure) {
        long now = System.nanoTime();
        if (quiet || now - said < (streams.terminal() ? FLICKER_NANOS : INTERVAL_NANOS)) {
            return;
        }
        said = now;
        double left = (now - began) / 1e9 / chunksDone * (chunksAll - chunksDone);
        String line = String.format(
                Locale.ROOT,
                "%d of %d %s, %s %.4f \u00b1 %.4f, %.0f s left",
                chunksDone,
                chunksAll,
                parts,
                figureName,
                figure.value(),
                figure.error(),
                left);
        if (streams.terminal()) {
            // Blanks over what was longer before.
            streams.messages().print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
            streams.messages().flush();
            width = line.length();
        } else {
            streams.say(line);
        }
    }

    @Override
    public void divergences(double[] values) {
        Arrays.stream(values).forEach(divergences::add);
    }

    /** The mean divergence of each chunk so far; empty without a base. */
    List<Double> chunkDivergences(EvaluationReport report) {
        int each = (int) (report.tokens() / report.chunks());
        List<Double> means = new ArrayList<>();
        for (int from = 0; from + each <= divergences.size(); from += each) {
            means.add(divergences.subList(from, from + each).stream()
                    .mapToDouble(Double::doubleValue)
                    .average()
                    .orElse(0));
        }
        return means;
    }

    @Override
    public void close() {
        if (width > 0) {
            streams.messages().println();
        }
    }
}
