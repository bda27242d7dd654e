package io.shearling.runtime;

import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * By what one sees that the files of a model are no longer what they were: identity, size, time of the last change. Reading a
 * page of a mapped file that has been cut short ends the process, so it has to be seen before. Immutable.
 *
 * @param stamps one a file
 */
record FileStamps(List<Stamp> stamps) {
    /**
     * One file at one moment.
     *
     * @param key the file system's own name of the file, whatever its path; null where there is none
     */
    record Stamp(
            Path path,
            long bytes,
            FileTime modified,
            @Nullable Object key) {
        private static Optional<Stamp> of(Path path) {
            try {
                BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
                return Optional.of(new Stamp(path, now.size(), now.lastModifiedTime(), now.fileKey()));
            } catch (IOException e) {
                return Optional.empty();
            }
        }

        private boolean sameFile(Stamp other) {
            return Objects.equals(key, other.key);
        }

        private ShearlingException changed(Optional<Stamp> now, String when) {
            String what = now.map(stamp -> bytes == stamp.bytes
                            ? "was written at " + stamp.modified
                            : "has " + stamp.bytes + " bytes instead of " + bytes)
                    .orElse("is gone");
            return new ShearlingException(
                    ErrorCode.MODEL_REFUSED,
                    path + " has changed " + when + ": it " + what
                            + "; load it again, and replace such a file by a rename, never in place");
        }
    }

    /** The files now; one that cannot be looked at is left out, since its loading will say why. */
    static FileStamps of(List<Path> files) {
        return new FileStamps(
                files.stream().map(Stamp::of).flatMap(Optional::stream).toList());
    }

    /** Refuses when a file was changed in place. Another file under the same path is no change: the old one is still mapped. */
    void requireUnchanged() {
        for (Stamp before : stamps) {
            Optional<Stamp> now = Stamp.of(before.path);
            if (now.isPresent() && before.sameFile(now.get()) && !before.equals(now.get())) {
                throw before.changed(now, "since it was loaded");
            }
        }
    }

    /** Refuses when a path leads to anything else than before: nobody knows which of the two was loaded. */
    void requireSame() {
        for (Stamp before : stamps) {
            Optional<Stamp> now = Stamp.of(before.path);
            if (!now.equals(Optional.of(before))) {
                throw before.changed(now, "while it was loaded");
            }
        }
    }
}
