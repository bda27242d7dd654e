package io.shearling.runtime;

/** Hears how far a load is. Called on the loading thread, about ten times a second; what it throws ends the load. */
@FunctionalInterface
public interface LoadListener {
    /** No progress wanted. */
    LoadListener NONE = fraction -> {};

    /** How much of the work is done, 0 to 1. */
    void loaded(double fraction);
}
