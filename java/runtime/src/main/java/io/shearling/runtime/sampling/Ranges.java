package io.shearling.runtime.sampling;

/** The checks that the parameters of samplers share. */
final class Ranges {
    private Ranges() {}

    static void atLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be " + least + " or more");
        }
    }

    static void within(String name, float value, float least, float most) {
        if (!(value >= least && value <= most)) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be from " + least + " to " + most);
        }
    }

    static void within(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be from " + least + " to " + most);
        }
    }

    static void above(String name, float value, float bound) {
        if (!(value > bound && value < Float.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be finite and above " + bound);
        }
    }
}
