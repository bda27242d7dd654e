package io.shearling.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of one file of a model that is split over several: {@code stem-00001-of-00003.gguf}.
 *
 * @param stem what all names begin with, folder included
 * @param number the number of the part, from 1
 * @param count how many parts there are
 */
record SplitName(String stem, int number, int count) {
    private static final Pattern NAME = Pattern.compile("(.+)-(\\d{5})-of-(\\d{5})\\.gguf");

    /** Reads a name; empty if it is not that of a part. */
    static Optional<SplitName> parse(String file) {
        Matcher name = NAME.matcher(file);
        if (!name.matches()) {
            return Optional.empty();
        }
        int number = Integer.parseInt(name.group(2));
        int count = Integer.parseInt(name.group(3));
        return number < 1 || number > count
                ? Optional.empty()
                : Optional.of(new SplitName(name.group(1), number, count));
    }

    boolean isFirst() {
        return number == 1;
    }

    String first() {
        return part(1);
    }

    /** The names of all parts, in order. */
    List<String> parts() {
        List<String> parts = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            parts.add(part(i));
        }
        return parts;
    }

    private String part(int index) {
        return String.format(Locale.ROOT, "%s-%05d-of-%05d.gguf", stem, index, count);
    }
}
