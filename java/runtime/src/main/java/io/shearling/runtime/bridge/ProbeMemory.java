package io.shearling.runtime.bridge;

import io.shearling.natives.NativeLibraries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the probe program has found out, kept in {@code probed} beside the natives that found it out: other natives ask again.
 * One file a subject, so that a newer answer takes the place of the older one. Safe between processes.
 */
final class ProbeMemory {
    private static final System.Logger LOG = System.getLogger(Probe.class.getName());

    private final String identity;
    private final Path file;

    /**
     * The memory of one thing.
     *
     * @param subject what was tried, by name
     * @param identity all that the answer depends on; an answer to another identity is no answer
     */
    ProbeMemory(String subject, String identity) {
        this.identity = identity.strip() + "\n\n";
        String name = String.format(Locale.ROOT, "%08x", subject.hashCode());
        file = NativeLibraries.directory().resolve("probed").resolve(name);
    }

    /** The lines that were kept; empty when there are none. */
    Optional<List<String>> recall() {
        try {
            String text = Files.isRegularFile(file) ? Files.readString(file) : "";
            // The end of the text is there when all of it is.
            if (!text.startsWith(identity) || !text.endsWith("\n")) {
                return Optional.empty();
            }
            return Optional.of(text.substring(identity.length()).lines().toList());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "cannot read " + file, e);
            return Optional.empty();
        }
    }

    /** Keeps lines. Where nothing can be written the thing is tried again the next time. */
    void keep(List<String> lines) {
        try {
            Files.createDirectories(file.getParent());
            Path part = Files.createTempFile(file.getParent(), "probe", ".part");
            try {
                Files.writeString(part, identity + String.join("\n", lines) + "\n");
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "cannot write " + file, e);
        }
    }

    /** A line for an identity: a file as it is now. */
    static String line(Path file) {
        String now;
        try {
            now = Files.size(file) + " " + Files.getLastModifiedTime(file);
        } catch (IOException e) {
            now = "unknown";
        }
        return now + " " + file.toAbsolutePath().normalize() + "\n";
    }
}
