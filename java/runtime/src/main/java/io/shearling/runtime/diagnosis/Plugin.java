package io.shearling.runtime.diagnosis;

import java.nio.file.Path;
import java.util.List;

/**
 * A back end besides the CPU, loaded or left out. Immutable.
 *
 * @param file where it lies
 * @param origin what named it, for example {@code -Dshearling.plugins}
 * @param devices names and products of its devices
 * @param fault why it was left out, and the remedy; empty when it is loaded
 */
public record Plugin(Path file, String origin, List<String> devices, String fault) {

    /** Copies the list. */
    public Plugin {
        devices = List.copyOf(devices);
    }

    /** Whether it computes in this process. */
    public boolean loaded() {
        return fault.isEmpty();
    }
}
