package io.shearling.bench;

import java.util.Optional;

/**
 * Memory of both sides, each in a process of its own that does the same work in a context of the same size.
 *
 * @param heapBytes largest heap that the Java process was given
 * @param depthTokens tokens of the prompt
 * @param tokens tokens generated after it
 * @param javaProcess the Java process, JVM and all; empty where the system does not tell
 * @param referenceProcess {@code llama-bench} in its generation test; empty where there is none
 */
public record MemoryFigures(
        long heapBytes,
        int depthTokens,
        int tokens,
        Optional<ProcessMemory> javaProcess,
        Optional<ProcessMemory> referenceProcess) {}
