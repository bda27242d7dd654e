package io.shearling.convert;

/** How much was there when a conversion began. */
final class FirstProgress implements ConversionListener {
    private long first = -1;

    /** Bytes that a run before has written; -1 before the conversion has begun. */
    long done() {
        return first;
    }

    @Override
    public void written(long done, long all) {
        if (first < 0) {
            first = done;
        }
    }
}
