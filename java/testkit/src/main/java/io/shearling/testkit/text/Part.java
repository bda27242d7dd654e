package io.shearling.testkit.text;

import java.util.Locale;

/** What a text is for. The documents of a corpus are in one part or in the other. */
public enum Part {
    /** To collect statistics with, or to train. */
    CALIBRATION,
    /** To measure with, and for nothing else. */
    EVALUATION;

    /** As file names have it. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
