package io.shearling.bench;

import java.util.Optional;

/**
 * Memory of both sides.
 *
 * @param heapBytes largest heap that the Java process was given
 * @param tokens tokens that it streamed
 * @param javaProcess the Java process, JVM and all; empty where the system does not tell
 * @param referenceProcess {@code llama-bench} in its generation test; empty where there is none
 */
public record MemoryFigures(
        long heapBytes, int tokens, Optional<ProcessMemory> javaProcess, Optional<ProcessMemory> referenceProcess) {}
