package io.shearling.natives;

import java.util.List;
import java.util.Objects;

/**
 * One file of a bundle, as the bundle's index describes it.
 *
 * @param name file name without a folder, as it must be called on disk
 * @param sizeBytes size in bytes
 * @param sha256 SHA-256 of the contents, 64 lower-case hexadecimal digits
 */
public record NativeFile(String name, long sizeBytes, String sha256) {

    /** Checks the parts. */
    public NativeFile {
        Objects.requireNonNull(name);
        if (name.isEmpty() || name.startsWith(".") || name.contains("/") || name.contains("\\")) {
            throw new IllegalArgumentException("Not a plain file name: " + name);
        }
        if (sizeBytes < 0 || !sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("Not the size and SHA-256 of a file: " + sizeBytes + " " + sha256);
        }
    }

    /**
     * Reads an index: one line a file, {@code sha256 size name} separated by single blanks.
     *
     * @param index the text of an index; empty lines are ignored
     * @return the files in the order of the lines
     * @throws IllegalArgumentException when a line is something else
     */
    public static List<NativeFile> parseIndex(String index) {
        return index.lines()
                .filter(line -> !line.isBlank())
                .map(NativeFile::parse)
                .toList();
    }

    private static NativeFile parse(String line) {
        String[] parts = line.split(" ", 3);
        if (parts.length != 3 || !parts[1].matches("\\d{1,18}")) {
            throw new IllegalArgumentException("Not a line of an index of natives: " + line);
        }
        return new NativeFile(parts[2], Long.parseLong(parts[1]), parts[0]);
    }

    /** This file as a line of an index, without line end. */
    String toLine() {
        return sha256 + " " + sizeBytes + " " + name;
    }
}
