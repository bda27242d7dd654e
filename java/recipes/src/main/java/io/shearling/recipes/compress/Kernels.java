package io.shearling.recipes.compress;

import io.shearling.runtime.Device;

/** What computes. Others may make other bytes of the same recipe. */
final class Kernels {
    /** Goes up when a step of ours makes other bytes than before. */
    private static final int VERSION = 1;

    private Kernels() {}

    static String version() {
        return VERSION + " llama.cpp " + Device.llamaVersion() + " " + Device.cpuVariant();
    }
}
