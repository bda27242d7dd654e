package io.shearling.recipes.speed;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * The least speed that is wanted, in tokens a second; what is empty does not matter.
 *
 * @param generation of tokens one after the other
 * @param prompt that is read
 */
public record SpeedGoal(OptionalDouble generation, OptionalDouble prompt) {
    /** Checks the numbers. */
    public SpeedGoal {
        check(generation);
        check(prompt);
        if (generation.isEmpty() && prompt.isEmpty()) {
            throw new IllegalArgumentException("A goal has a speed of generation, of the prompt, or both.");
        }
    }

    private static void check(OptionalDouble speed) {
        if (speed.isPresent() && !(speed.getAsDouble() > 0 && speed.getAsDouble() <= 1e9)) {
            throw new IllegalArgumentException(
                    "A speed is more than 0 and at most 1e9 tokens a second, not " + speed.getAsDouble() + ".");
        }
    }

    /** Whether a speed is enough. */
    public boolean isMetBy(Speed speed) {
        return speed.generation() >= generation.orElse(0) && speed.prompt() >= prompt.orElse(0);
    }

    /** The time that a token takes, as a multiple of what the goal allows: the larger of generation and prompt. At most 1 is enough. */
    public double excess(Speed speed) {
        return Math.max(generation.orElse(0) / speed.generation(), prompt.orElse(0) / speed.prompt());
    }

    /** For people: {@code 25 tokens a second generated and 300 read}. */
    public String words() {
        String generated = generation.isEmpty() ? "" : number(generation.getAsDouble()) + " tokens a second generated";
        if (prompt.isEmpty()) {
            return generated;
        }
        String read = number(prompt.getAsDouble()) + (generation.isEmpty() ? " tokens a second read" : " read");
        return generated + (generation.isEmpty() ? "" : " and ") + read;
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%s", value);
    }
}
