package io.shearling.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** A text file that appears whole, in the place of the one before, or not at all. */
final class WholeFile {
    private WholeFile() {}

    /** Writes the file beside its place first, under a name that nobody else has: no other file is touched. */
    static void write(Path file, String text) throws IOException {
        Path target = file.toAbsolutePath();
        // Not one of the JDK's temporary files, which nobody else may read.
        Path beside = target.resolveSibling(target.getFileName() + "." + UUID.randomUUID() + ".part");
        try {
            Files.writeString(beside, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            Files.move(beside, target, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(beside);
        }
    }
}
