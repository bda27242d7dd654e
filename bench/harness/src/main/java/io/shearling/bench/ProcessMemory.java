package io.shearling.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Memory of a process as Linux counts it; 0 where it does not tell.
 *
 * @param anonymousBytes resident memory that no file backs (RssAnon): heap, buffers, caches, stacks, without mapped weights
 * @param residentPeakBytes the most that was resident so far, mapped files included (VmHWM)
 */
public record ProcessMemory(long anonymousBytes, long residentPeakBytes) {
    /** Nothing is known. */
    public static final ProcessMemory NONE = new ProcessMemory(0, 0);

    /** This process, now. */
    public static ProcessMemory current() {
        return of("self");
    }

    /** The process with this number, now; {@link #NONE} when it has ended or the system has no {@code /proc}. */
    static ProcessMemory of(String process) {
        Path status = Path.of("/proc", process, "status");
        try {
            return Files.isReadable(status) ? parse(Files.readAllLines(status)) : NONE;
        } catch (IOException e) {
            // Between the look and the read the process may have ended.
            return NONE;
        }
    }

    static ProcessMemory parse(List<String> lines) {
        return new ProcessMemory(bytes(lines, "RssAnon:"), bytes(lines, "VmHWM:"));
    }

    /** The larger of each figure. */
    ProcessMemory max(ProcessMemory other) {
        return new ProcessMemory(
                Math.max(anonymousBytes, other.anonymousBytes), Math.max(residentPeakBytes, other.residentPeakBytes));
    }

    private static long bytes(List<String> lines, String key) {
        return lines.stream()
                .filter(line -> line.startsWith(key))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElse(0);
    }
}
