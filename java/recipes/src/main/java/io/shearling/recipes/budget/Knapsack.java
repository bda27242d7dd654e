package io.shearling.recipes.budget;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The choice of one option from each item that loses least within a number of bytes, for every number of bytes up to a limit: dynamic
 * programming over bytes. What all differences of size are multiples of is the unit, so the choices are the best there are, unless that
 * makes too many steps; then those that differ by less than one count as alike, but never exceed the limit. Immutable.
 */
final class Knapsack {
    /** Steps for all items together: five bytes each. */
    private static final int MOST_CELLS = 8_000_000;

    private static final int MOST_STEPS = 1 << 15;
    private static final int NONE = -1;

    /**
     * What to choose from.
     *
     * @param bytes of each option
     * @param losses of each option, finite
     */
    @SuppressWarnings("ArrayRecordComponent") // compared never
    record Item(long[] bytes, double[] losses) {
        long least() {
            return Arrays.stream(bytes).min().orElseThrow();
        }

        long most() {
            return Arrays.stream(bytes).max().orElseThrow();
        }
    }

    private final List<Item> items;
    private final long least;
    private final long unit;
    private final List<byte[]> chosen = new ArrayList<>();
    private final List<int[]> origins = new ArrayList<>();
    private double[] losses;
    private long[] extras;

    private Knapsack(List<Item> items, long room, int mostSteps) {
        this.items = items;
        least = items.stream().mapToLong(Item::least).sum();
        long span = Math.min(room, items.stream().mapToLong(Item::most).sum()) - least;
        if (span < 0) {
            throw new IllegalArgumentException("The least takes " + least + " bytes, and there are " + room + ".");
        }
        unit = Math.max(divisor(items), span / mostSteps + 1);
        int steps = step(span) + 1;
        losses = new double[steps];
        extras = new long[steps];
        Arrays.fill(losses, Double.POSITIVE_INFINITY);
        losses[0] = 0;
        items.forEach(item -> add(item, span));
    }

    /**
     * Solves it.
     *
     * @param items one at least
     * @param room most bytes of all chosen options together
     * @throws IllegalArgumentException when the smallest options need more
     */
    static Knapsack of(List<Item> items, long room) {
        return new Knapsack(items, room, Math.min(MOST_STEPS, Math.max(1, MOST_CELLS / items.size())));
    }

    /** The same in fewer steps, which need not be the best. */
    static Knapsack coarse(List<Item> items, long room, int steps) {
        return new Knapsack(items, room, steps);
    }

    /** The step of so many bytes above the least, which has step 0 for itself. */
    private int step(long extra) {
        return (int) ((extra + unit - 1) / unit);
    }

    private static long divisor(List<Item> items) {
        long common = 0;
        for (Item item : items) {
            for (long bytes : item.bytes()) {
                common = divisor(common, bytes - item.least());
            }
        }
        return Math.max(1, common);
    }

    private static long divisor(long a, long b) {
        return b == 0 ? a : divisor(b, a % b);
    }

    private void add(Item item, long span) {
        double[] after = new double[losses.length];
        long[] extraAfter = new long[losses.length];
        byte[] choice = new byte[losses.length];
        int[] origin = new int[losses.length];
        Arrays.fill(after, Double.POSITIVE_INFINITY);
        Arrays.fill(origin, NONE);
        for (int step = 0; step < losses.length; step++) {
            if (losses[step] == Double.POSITIVE_INFINITY) {
                continue;
            }
            for (int option = 0; option < item.bytes().length; option++) {
                long extra = extras[step] + item.bytes()[option] - item.least();
                double loss = losses[step] + item.losses()[option];
                if (extra > span) {
                    continue;
                }
                int to = step(extra);
                if (loss < after[to] || (loss == after[to] && extra < extraAfter[to])) {
                    after[to] = loss;
                    extraAfter[to] = extra;
                    choice[to] = (byte) option;
                    origin[to] = step;
                }
            }
        }
        losses = after;
        extras = extraAfter;
        chosen.add(choice);
        origins.add(origin);
    }

    /**
     * The best choice within a number of bytes: an option of each item.
     *
     * @throws IllegalArgumentException when the smallest options need more
     */
    int[] within(long bytes) {
        int best = NONE;
        for (int step = 0; step < losses.length && (step - 1) * unit < bytes - least; step++) {
            boolean fits = losses[step] < Double.POSITIVE_INFINITY && extras[step] <= bytes - least;
            if (fits && (best == NONE || losses[step] < losses[best])) {
                best = step;
            }
        }
        if (best == NONE) {
            throw new IllegalArgumentException("The least takes " + least + " bytes, and there are " + bytes + ".");
        }
        int[] options = new int[items.size()];
        int step = best;
        for (int i = items.size() - 1; i >= 0; i--) {
            options[i] = chosen.get(i)[step];
            step = origins.get(i)[step];
        }
        return options;
    }
}
