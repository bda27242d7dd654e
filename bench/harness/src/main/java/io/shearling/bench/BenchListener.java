package io.shearling.bench;

/** Hears how far a benchmark is, between the measurements and on its thread. */
public interface BenchListener {
    /** Hears nothing. */
    BenchListener NONE = new BenchListener() {};

    /** Something else begins: a sentence without a full stop. */
    default void step(String what) {}

    /** A round is over; all rounds of this measure so far. */
    default void round(Comparison soFar) {}
}
