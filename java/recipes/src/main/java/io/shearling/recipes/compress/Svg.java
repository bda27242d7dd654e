package io.shearling.recipes.compress;

import java.util.Locale;

/** A picture in SVG that takes the width of its page, and scrolls where that is too narrow. Coordinates are in its own units; looks come from the classes of its parts. */
final class Svg {
    /** Where a text has its place. */
    enum Anchor {
        START,
        MIDDLE,
        END
    }

    private final StringBuilder svg = new StringBuilder();

    /** @param label what it shows, for whoever does not see it */
    Svg(int width, int height, String label) {
        svg.append(String.format(
                Locale.ROOT,
                "<div class=\"wide\"><svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%n",
                width,
                height,
                Html.text(label)));
    }

    void line(String kind, double fromX, double fromY, double toX, double toY) {
        svg.append(String.format(
                Locale.ROOT,
                "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>%n",
                kind,
                fromX,
                fromY,
                toX,
                toY));
    }

    /** @param points as {@link #point} gives them */
    void path(String kind, Iterable<String> points) {
        svg.append(String.format("<polyline class=\"%s\" points=\"%s\"/>%n", kind, String.join(" ", points)));
    }

    static String point(double x, double y) {
        return String.format(Locale.ROOT, "%.1f,%.1f", x, y);
    }

    void dot(String kind, double x, double y, String title) {
        svg.append(String.format(
                Locale.ROOT,
                "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"5\"><title>%s</title></circle>%n",
                kind,
                x,
                y,
                Html.text(title)));
    }

    void bar(String kind, double x, double y, double width, double height, String title) {
        svg.append(String.format(
                Locale.ROOT,
                "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"><title>%s</title></rect>%n",
                kind,
                x,
                y,
                width,
                height,
                Html.text(title)));
    }

    void text(String kind, double x, double y, Anchor anchor, String text) {
        svg.append(String.format(
                Locale.ROOT,
                "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
                kind,
                x,
                y,
                anchor.name().toLowerCase(Locale.ROOT),
                Html.text(text)));
    }

    /** A text that is read from below to above. */
    void upright(String kind, double x, double y, String text) {
        svg.append(String.format(
                Locale.ROOT,
                "<text class=\"%s\" transform=\"translate(%.1f %.1f) rotate(-90)\" text-anchor=\"middle\">%s</text>%n",
                kind,
                x,
                y,
                Html.text(text)));
    }

    /** The picture. */
    String end() {
        return svg + "</svg></div>\n";
    }
}
