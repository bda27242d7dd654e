package io.shearling.it.runtime;

import io.shearling.testkit.ChildJvm;
import io.shearling.testkit.ProgramRun;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How the memory of {@link OpenAndClose} grows.
 *
 * @param bytesPerCycle the slope of the least squares over the second half: in the first, code cache and allocator fill
 * @param lastBytes anonymous memory after the last cycle
 * @param left what native code still holds, as text
 */
record MemorySlope(double bytesPerCycle, long lastBytes, String left) {
    /**
     * What moves by itself is held still, so that the slope is that of what a cycle leaves: heap and code cache are touched at
     * once and have one compiler, since compiling goes on for hundreds of cycles and takes memory in steps of half a megabyte. The
     * C library has one arena instead of one a thread, each of which would find its own high-water mark; and it gives every large
     * block back when it is freed, as it does at first, instead of only when it happens to be the heap's last.
     */
    static MemorySlope of(Path file, int cycles, Duration timeout) {
        ProgramRun run = ChildJvm.of(OpenAndClose.class)
                .option("-Xms64m")
                .option("-Xmx64m")
                .option("-XX:+AlwaysPreTouch")
                .option("-XX:+UseSerialGC")
                .option("-XX:TieredStopAtLevel=1")
                .option("-XX:InitialCodeCacheSize=24m")
                .environment("MALLOC_ARENA_MAX", "1")
                .environment("MALLOC_MMAP_THRESHOLD_", "131072")
                .arguments(file.toString(), String.valueOf(cycles))
                .timeout(timeout)
                .run();
        if (run.exitCode() != 0) {
            throw new AssertionError("exit code " + run.exitCode() + ": " + run.stderr());
        }
        long[] bytes = run.stdout()
                .lines()
                .filter(line -> line.matches("\\d+"))
                .mapToLong(Long::parseLong)
                .skip(cycles / 2)
                .toArray();
        String left = run.stdout()
                .lines()
                .filter(line -> line.startsWith("left: "))
                .findFirst()
                .orElseThrow();
        return new MemorySlope(slope(bytes), bytes[bytes.length - 1], left);
    }

    private static double slope(long[] values) {
        double middle = (values.length - 1) / 2.0;
        double above = 0;
        double below = 0;
        for (int i = 0; i < values.length; i++) {
            above += (i - middle) * values[i];
            below += (i - middle) * (i - middle);
        }
        return above / below;
    }
}
