package io.shearling.convert;

/** Is told how a conversion goes. Called by one thread at a time, several times a second at most. */
@FunctionalInterface
public interface ConversionListener {
    /** Is told nothing. */
    ConversionListener NONE = (done, all) -> {};

    /** So many bytes of all tensors are written. */
    void written(long done, long all);
}
