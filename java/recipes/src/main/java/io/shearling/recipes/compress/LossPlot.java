package io.shearling.recipes.compress;

import io.shearling.recipes.compress.Svg.Anchor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Size against loss as a picture in SVG: mixes of the original on a line, and what the steps have made. */
final class LossPlot {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 400;
    private static final int LEFT = 64;
    private static final int RIGHT = 96;
    private static final int TOP = 24;
    private static final int BOTTOM = 48;

    /** Of two models that say the same; on an axis of logarithms it has to be somewhere. */
    private static final double NO_LOSS = 1e-6;

    private record Point(String name, long bytes, double kl, double error) {
        static Point of(StepReport step) {
            return new Point(
                    step.step().name(),
                    step.sizeBytes(),
                    shown(step.figures().kl().value()),
                    step.figures().kl().error());
        }

        static Point of(BaselineModel model) {
            return new Point(
                    model.mix().name().toLowerCase(Locale.ROOT),
                    model.sizeBytes(),
                    shown(model.figures().kl().value()),
                    model.figures().kl().error());
        }

        double megabytes() {
            return bytes / 1e6;
        }

        String words() {
            return name + ": " + Html.megabytes(bytes) + ", KL " + Html.number(kl, 3) + " ± " + Html.number(error, 2);
        }

        private static double shown(double kl) {
            return Double.isFinite(kl) ? Math.max(kl, NO_LOSS) : 1 / NO_LOSS;
        }
    }

    private final Svg svg = new Svg(WIDTH, HEIGHT, "Size of the file against KL divergence");
    private final LogScale sizes;
    private final LogScale losses;

    private LossPlot(List<Point> points) {
        sizes = LogScale.of(points.stream().map(Point::megabytes).toList(), LEFT, WIDTH - RIGHT);
        losses = LogScale.of(points.stream().map(Point::kl).toList(), HEIGHT - BOTTOM, TOP);
    }

    static String of(CompressionReport report) {
        List<Point> steps = report.steps().stream().map(Point::of).toList();
        List<Point> mixes = report.baseline().stream().map(Point::of).toList();
        List<Point> all = new ArrayList<>(steps);
        all.addAll(mixes);
        LossPlot plot = new LossPlot(all);
        plot.axes();
        plot.draw("mix", mixes);
        plot.draw("step", steps);
        return plot.svg.end();
    }

    private void axes() {
        for (double tick : sizes.ticks()) {
            double x = sizes.place(tick);
            svg.line("grid", x, TOP, x, HEIGHT - BOTTOM);
            svg.text("tick", x, HEIGHT - BOTTOM + 18, Anchor.MIDDLE, Html.number(tick, 1));
        }
        for (double tick : losses.ticks()) {
            double y = losses.place(tick);
            svg.line("grid", LEFT, y, WIDTH - RIGHT, y);
            svg.text("tick", LEFT - 6, y + 4, Anchor.END, Html.number(tick, 1));
        }
        svg.text("axis", (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 8, Anchor.MIDDLE, "size of the file, MB");
        svg.upright("axis", 14, (TOP + HEIGHT - BOTTOM) / 2.0, "KL divergence, nats a token");
    }

    private void draw(String kind, List<Point> points) {
        svg.path(
                kind,
                points.stream().map(point -> Svg.point(x(point), y(point))).toList());
        for (Point point : points) {
            svg.dot(kind, x(point), y(point), point.words());
            svg.text("label", x(point) + 7, y(point) - 8, Anchor.START, point.name());
        }
    }

    private double x(Point point) {
        return sizes.place(point.megabytes());
    }

    private double y(Point point) {
        return losses.place(point.kl());
    }
}
