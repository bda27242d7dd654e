package io.shearling.natives;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Keeps the folder of natives small: each version of the libraries leaves a folder, and a killed process a part of one. */
final class FolderCleaning {
    private static final Duration UNUSED = Duration.ofDays(30);
    private static final Duration ABANDONED = Duration.ofDays(1);

    private FolderCleaning() {}

    /** Writes down that a folder is in use, once a day. A cache that is read-only is left as it is. */
    static void touch(Path marker) {
        try {
            Instant now = Instant.now();
            if (Files.getLastModifiedTime(marker).toInstant().isBefore(now.minus(ABANDONED))) {
                Files.setLastModifiedTime(marker, FileTime.from(now));
            }
        } catch (IOException e) {
            Log.debug("The last use of " + marker + " is not written down: " + e);
        }
    }

    /** Removes folders of {@code base} that were not used for a month and parts that were abandoned. */
    static void removeUnused(Path base, Path keep) {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(base)) {
            for (Path folder : folders) {
                if (!folder.equals(keep) && isOld(folder)) {
                    Log.debug("Removing " + folder + ", which is no longer used");
                    delete(folder);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            Log.debug(base + " is not cleaned: " + e);
        }
    }

    private static boolean isOld(Path folder) throws IOException {
        Path marker = folder.resolve(FolderSeal.NAME);
        boolean whole = !folder.getFileName().toString().contains(".part-") && Files.exists(marker);
        Instant used = Files.getLastModifiedTime(whole ? marker : folder).toInstant();
        return used.isBefore(Instant.now().minus(whole ? UNUSED : ABANDONED));
    }

    /** Deletes a folder with what is in it, if it is there. */
    static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(folder)) {
            List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException e) {
            Log.debug(folder + " is not removed: " + e);
        }
    }
}
