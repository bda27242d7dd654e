package io.shearling.recipes.compress;

import io.shearling.runtime.Device;

/** What computes. Others may make other bytes of the same recipe. */
final class Kernels {
    /** Goes up when a step of ours makes other bytes than before, or notes other things beside them. */
    private static final int VERSION = 2;

    private Kernels() {}

    static String version() {
        return VERSION + " llama.cpp " + Device.llamaVersion() + " " + Device.cpuVariant();
    }
}
