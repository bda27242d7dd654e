package io.shearling.natives;

import java.util.ArrayList;
import java.util.List;

/**
 * One file of a bundle, as the bundle's index describes it.
 *
 * @param name file name without a folder, as it must be called on disk
 * @param sizeBytes size in bytes
 * @param sha256 SHA-256 of the contents, 64 lower-case hexadecimal digits
 */
public record NativeFile(String name, long sizeBytes, String sha256) {
    private static final int SHA256_DIGITS = 64;

    /** Checks the parts. */
    public NativeFile {
        if (name.isEmpty() || name.startsWith(".") || name.contains("/") || name.contains("\\")) {
            throw new IllegalArgumentException("Not a plain file name: " + name);
        }
        if (sizeBytes < 0 || !isSha256(sha256)) {
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
        List<NativeFile> files = new ArrayList<>();
        for (String line : index.split("\n", -1)) {
            if (!line.isBlank()) {
                files.add(parse(line.stripTrailing()));
            }
        }
        return files;
    }

    private static NativeFile parse(String line) {
        int first = line.indexOf(' ');
        int second = line.indexOf(' ', first + 1);
        try {
            if (first > 0 && second > 0) {
                long size = Long.parseLong(line.substring(first + 1, second));
                return new NativeFile(line.substring(second + 1), size, line.substring(0, first));
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("Not a line of an index of natives: " + line, e);
        }
        throw new IllegalArgumentException("Not a line of an index of natives: " + line);
    }

    private static boolean isSha256(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return text.length() == SHA256_DIGITS;
    }

    /** This file as a line of an index, without line end. */
    String toLine() {
        return sha256 + " " + sizeBytes + " " + name;
    }
}
