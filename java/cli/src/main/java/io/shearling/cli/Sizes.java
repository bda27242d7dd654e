package io.shearling.cli;

import java.util.Locale;

/** Numbers as people read them: decimal units, a comma between thousands. */
final class Sizes {
    private Sizes() {}

    /** Bytes in kB, MB or GB of powers of ten. */
    static String bytes(long bytes) {
        if (bytes < 1_000) {
            return bytes + " B";
        }
        if (bytes < 1_000_000) {
            return decimal(bytes / 1e3) + " kB";
        }
        return bytes < 10_000_000_000L ? megabytes(bytes) : decimal(bytes / 1e9) + " GB";
    }

    static String megabytes(long bytes) {
        return decimal(bytes / 1e6) + " MB";
    }

    static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    static String decimal(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
