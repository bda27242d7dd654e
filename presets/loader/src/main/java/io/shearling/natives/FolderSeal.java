package io.shearling.natives;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * The note in a folder that each file had the right hash, with the size and the time of change that it had then. A file
 * that somebody has written to since has another time, so a start compares a few numbers instead of reading all files.
 */
final class FolderSeal {
    /** Its own time of change is the time of last use, to the day. */
    static final String NAME = ".verified";

    private FolderSeal() {}

    /** Whether the files are those that were sealed, unchanged. What cannot be read has no seal. */
    static boolean holds(Path folder, BundledFiles bundled) {
        Path seal = folder.resolve(NAME);
        try {
            return Files.isRegularFile(seal)
                    && Files.readString(seal, StandardCharsets.ISO_8859_1).equals(text(folder, bundled));
        } catch (IOException e) {
            Log.debug(seal + " does not hold: " + e);
            return false;
        }
    }

    /** Seals a folder whose files have just been compared with their hashes. */
    static void write(Path folder, BundledFiles bundled) throws IOException {
        Files.writeString(folder.resolve(NAME), text(folder, bundled), StandardCharsets.ISO_8859_1);
    }

    /** One line a file; sizes, times and hashes only, because the order of the names is always the same. */
    private static String text(Path folder, BundledFiles bundled) throws IOException {
        StringBuilder text = new StringBuilder();
        for (BundledFiles.Entry file : bundled.entries()) {
            BasicFileAttributes now = Files.readAttributes(folder.resolve(file.name()), BasicFileAttributes.class);
            text.append(file.file().sha256())
                    .append(' ')
                    .append(now.isRegularFile() ? now.size() : -1)
                    .append(' ')
                    .append(now.lastModifiedTime().toMillis())
                    .append('\n');
        }
        return text.toString();
    }
}
