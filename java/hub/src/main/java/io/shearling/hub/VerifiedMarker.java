package io.shearling.hub;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The note beside a cached file that says which checksum it had, at which size and time.
 *
 * <p>It spares reading the whole file at each start. A file whose size or time differs is read again; a change that
 * keeps both is not seen.
 *
 * @param sizeBytes the size of the file when it was checked
 * @param modified the time of its last change then, as text
 * @param sha256 its checksum
 */
record VerifiedMarker(long sizeBytes, String modified, String sha256) {
    private static final String FORMAT = "shearling-verified-1";
    private static final System.Logger LOG = System.getLogger("io.shearling.hub");

    static VerifiedMarker of(Path file, String sha256) throws IOException {
        return new VerifiedMarker(
                Files.size(file), Files.getLastModifiedTime(file).toString(), sha256);
    }

    static Path pathFor(Path file) {
        return new ModelFiles(file).marker();
    }

    /** When the model was last asked for: the time of the note. Null if there is none, or the time cannot be read. */
    static @Nullable Instant lastUsed(Path file) {
        try {
            return Files.getLastModifiedTime(pathFor(file)).toInstant();
        } catch (IOException e) {
            return null;
        }
    }

    /** Notes that the model was asked for. Where that cannot be written, in a read-only cache, it is not known. */
    static void touch(Path file) {
        try {
            Files.setLastModifiedTime(pathFor(file), FileTime.from(Instant.now()));
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the use of {0} cannot be noted ({1})", file, e.getMessage());
        }
    }

    /** The marker beside a file, or null if there is none that can be read. */
    static @Nullable VerifiedMarker read(Path file) {
        Path path = pathFor(file);
        if (!Files.isRegularFile(path)) {
            return null;
        }
        try {
            List<String> lines = Files.readAllLines(path, StandardCharsets.UTF_8);
            if (lines.size() == 4 && lines.get(0).equals(FORMAT)) {
                return new VerifiedMarker(Long.parseLong(lines.get(1)), lines.get(2), lines.get(3));
            }
            LOG.log(Level.INFO, "the note {0} has an unknown format; the file is checked again", path);
        } catch (IOException | NumberFormatException e) {
            LOG.log(Level.INFO, "the note {0} cannot be read ({1}); the file is checked again", path, e.getMessage());
        }
        return null;
    }

    boolean matches(Path file) throws IOException {
        return Files.size(file) == sizeBytes
                && Files.getLastModifiedTime(file).toString().equals(modified);
    }

    /** Writes the marker. Where it cannot be written, in a read-only cache, the next start checks the file again. */
    void write(Path file) {
        Path path = pathFor(file);
        Path beside = path.resolveSibling(
                path.getFileName() + "." + ProcessHandle.current().pid() + ModelFiles.NEW);
        try {
            Files.write(beside, List.of(FORMAT, Long.toString(sizeBytes), modified, sha256));
            Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.log(
                    Level.INFO,
                    "the note {0} cannot be written ({1}); the next start checks the file again",
                    path,
                    e.getMessage());
        }
    }
}
