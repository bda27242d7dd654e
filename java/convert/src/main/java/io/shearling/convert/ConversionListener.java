package io.shearling.convert;

/** Is told how a conversion goes, by the thread that converts, several times a second at most. */
@FunctionalInterface
public interface ConversionListener {
    /** Is told nothing. */
    ConversionListener NONE = (done, all) -> {};

    /**
     * So many bytes of all tensors are written. The first call comes before any is: it tells what a run that was cut off has left.
     */
    void written(long done, long all);
}
