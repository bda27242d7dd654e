package io.shearling.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * The anonymous memory of a process that is resident: heap, stacks and native allocations, without the pages of mapped files.
 * Read from Linux' /proc; in bytes.
 */
public final class RssAnon {
    private static final String FIELD = "RssAnon:";

    private RssAnon() {}

    /** That of this JVM, now. */
    public static long ofThisProcess() {
        return of(ProcessHandle.current().pid())
                .orElseThrow(
                        () -> new UnsupportedOperationException("RssAnon is read from /proc, which only Linux has"));
    }

    /** That of a process, now; nothing when it has ended or there is no /proc. */
    public static OptionalLong of(long pid) {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        try {
            return Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith(FIELD))
                    .mapToLong(RssAnon::bytes)
                    .findFirst();
        } catch (IOException e) {
            if (Files.exists(status)) {
                throw new UncheckedIOException("cannot read " + status, e);
            }
            return OptionalLong.empty();
        }
    }

    /** "RssAnon:     1234 kB"; the kernel's kB are 1,024 bytes. */
    static long bytes(String line) {
        String number = line.substring(FIELD.length()).replace("kB", "").strip();
        return Long.parseLong(number) * 1024;
    }
}
