package io.shearling.runtime.text;

import java.util.List;

/**
 * Finds stop strings in text that arrives in pieces, and holds back what could still become one.
 *
 * <p>Text is released as soon as no stop string can begin in it. The earliest match wins.
 */
public final class StopMatcher {
    private final List<String> stops;
    private final StringBuilder held = new StringBuilder();
    private boolean matched;

    /** A matcher for non-empty stop strings; an empty list lets everything through. */
    public StopMatcher(List<String> stops) {
        this.stops = stops;
    }

    /** Adds a piece and returns the text that may be shown. After a match it returns the text before it, then nothing. */
    public String add(String piece) {
        if (matched) {
            return "";
        }
        if (stops.isEmpty()) {
            return piece;
        }
        held.append(piece);
        int at = firstMatch();
        if (at >= 0) {
            matched = true;
            String text = held.substring(0, at);
            held.setLength(0);
            return text;
        }
        int safe = held.length() - longestSuffixThatBeginsAStop();
        String text = held.substring(0, safe);
        held.delete(0, safe);
        return text;
    }

    /** The end of the text: what was held back and did not become a stop string. */
    public String end() {
        String rest = held.toString();
        held.setLength(0);
        return rest;
    }

    /** Whether a stop string has been found. */
    public boolean matched() {
        return matched;
    }

    private int firstMatch() {
        int first = -1;
        for (String stop : stops) {
            int at = held.indexOf(stop);
            if (at >= 0 && (first < 0 || at < first)) {
                first = at;
            }
        }
        return first;
    }

    private int longestSuffixThatBeginsAStop() {
        int longest = 0;
        for (String stop : stops) {
            for (int n = Math.min(stop.length() - 1, held.length()); n > longest; n--) {
                if (stop.startsWith(held.substring(held.length() - n))) {
                    longest = n;
                }
            }
        }
        return longest;
    }
}
