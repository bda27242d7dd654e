package io.shearling.runtime.diagnosis;

import java.nio.file.Path;

/**
 * A plug-in that computes on the CPU, made for one generation of processors. Immutable.
 *
 * @param name as {@code -Dshearling.cpu} takes it, for example "zen4"
 * @param file where it lies
 * @param score how well it suits this machine: 0 when it cannot run here, else the higher the better
 * @param fault why the file cannot be used, and the remedy; empty for a good one
 */
public record CpuVariant(String name, Path file, int score, String fault) {

    /** Whether this machine can run it. */
    public boolean usable() {
        return fault.isEmpty() && score > 0;
    }
}
