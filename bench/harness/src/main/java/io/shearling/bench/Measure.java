package io.shearling.bench;

/**
 * What is measured: a speed in tokens a second, or a time in milliseconds.
 *
 * @param name short name, as "tg128 @ d326"
 * @param description what one round does, and when its clock runs
 * @param tokens tokens of a round, for a speed; 0 for a time
 */
public record Measure(String name, String description, int tokens) {

    /** A speed. */
    static Measure speed(String name, String description, int tokens) {
        if (tokens < 1) {
            throw new IllegalArgumentException("A speed needs 1 token or more, not " + tokens + ".");
        }
        return new Measure(name, description, tokens);
    }

    /** A time. */
    static Measure time(String name, String description) {
        return new Measure(name, description, 0);
    }

    /** Whether more is better. */
    public boolean isSpeed() {
        return tokens > 0;
    }

    /** The unit of {@link #value}. */
    public String unit() {
        return isSpeed() ? "tokens/s" : "ms";
    }

    /** A round's time as a figure in {@link #unit}. */
    public double value(long nanos) {
        return isSpeed() ? tokens * 1e9 / nanos : nanos / 1e6;
    }
}
