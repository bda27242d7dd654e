package io.shearling.runtime;

import io.shearling.runtime.bridge.Backends;
import java.util.List;

/**
 * Something that computes: a CPU, a GPU or an accelerator, as its back end sees it.
 *
 * @param index place in {@link #all}
 * @param type what it is
 * @param name the back end's name for it, as "CPU" or "CUDA0"
 * @param description the product's name
 * @param backend the plug-in it comes from
 * @param memoryFree bytes free when it was asked; of a CPU what can be had without swapping
 * @param memoryTotal bytes in all
 */
public record Device(
        int index, Type type, String name, String description, String backend, long memoryFree, long memoryTotal) {

    /** What computes. */
    public enum Type {
        CPU,
        GPU,
        INTEGRATED_GPU,
        ACCELERATOR
    }

    /**
     * Every device of the back ends that are there, as they are now. Besides the CPU's these are plug-ins of ggml that add-on jars
     * bring or that {@code -Dshearling.plugins}, else {@code SHEARLING_PLUGINS}, names: files and folders, separated as in a
     * class path. One that does not work here is left out with a warning; {@link io.shearling.runtime.diagnosis.Diagnosis} tells why.
     */
    public static List<Device> all() {
        return Backends.devices();
    }

    /** The name of the CPU plug-in that was chosen for this machine, as "zen4". */
    public static String cpuVariant() {
        return Backends.cpuVariant();
    }

    /** Instruction sets and settings of the CPU back end, as "AVX2 = 1, ...". */
    public static String cpuFeatures() {
        return Backends.cpuFeatures();
    }

    /** The version of the llama.cpp that computes, as "0.5.0". */
    public static String llamaVersion() {
        return Backends.llamaVersion();
    }
}
