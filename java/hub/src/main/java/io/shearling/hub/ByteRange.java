package io.shearling.hub;

/**
 * Bytes of a file that follow each other.
 *
 * @param from the offset of the first
 * @param to the offset behind the last; {@link #OPEN} for the end of a file of unknown size
 */
record ByteRange(long from, long to) {
    static final long OPEN = Long.MAX_VALUE;

    ByteRange {
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("no range: " + from + " to " + to);
        }
    }

    /** All bytes of a file; a size of -1 is not known. */
    static ByteRange ofFile(long sizeBytes) {
        return new ByteRange(0, sizeBytes < 0 ? OPEN : sizeBytes);
    }

    boolean isOpen() {
        return to == OPEN;
    }

    long bytes() {
        return to - from;
    }

    /** The value of a {@code Range} header. */
    String header() {
        return "bytes=" + from + "-" + (isOpen() ? "" : to - 1);
    }
}
