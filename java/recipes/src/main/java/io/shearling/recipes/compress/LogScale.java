package io.shearling.recipes.compress;

import java.util.ArrayList;
import java.util.List;

/**
 * Puts values on an axis by their logarithms.
 *
 * @param least value, at {@code from}
 * @param most value, at {@code to}
 * @param from place of the least, in units of the picture
 * @param to place of the most
 */
record LogScale(double least, double most, double from, double to) {
    private static final int[] STEPS = {1, 2, 5};
    private static final double MARGIN = 1.25;

    /** An axis for these values, with some room at both ends. */
    static LogScale of(List<Double> values, double from, double to) {
        double least = values.stream().mapToDouble(value -> value).min().orElse(1);
        double most = values.stream().mapToDouble(value -> value).max().orElse(1);
        return new LogScale(least / MARGIN, most * MARGIN, from, to);
    }

    double place(double value) {
        return from + (to - from) * Math.log(value / least) / Math.log(most / least);
    }

    /** Round values on it, ascending. */
    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        for (int power = (int) Math.floor(Math.log10(least)); power <= Math.log10(most); power++) {
            for (int step : STEPS) {
                double tick = step * Math.pow(10, power);
                if (tick >= least && tick <= most) {
                    ticks.add(tick);
                }
            }
        }
        return ticks;
    }
}
