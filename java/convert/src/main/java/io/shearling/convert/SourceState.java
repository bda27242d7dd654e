package io.shearling.convert;

import io.shearling.convert.ConvertException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * What elements are made of, and in which state that is: a conversion that was cut off goes on only if it is still the same.
 *
 * @param files that tensors are read from, or computed after
 * @param digest of their paths, sizes and times, and of whether upstream's faults are kept; what else an element depends on stands in
 *     the header of the output
 */
record SourceState(List<Path> files, String digest) {
    /** The state now. */
    static SourceState of(List<Path> files, boolean upstream) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            update(digest, upstream ? "as upstream" : "repaired");
            for (Path file : files) {
                Path real = file.toRealPath();
                BasicFileAttributes attributes = Files.readAttributes(real, BasicFileAttributes.class);
                update(digest, real.toString());
                update(digest, attributes.size() + " " + attributes.lastModifiedTime());
            }
            return new SourceState(List.copyOf(files), HexFormat.of().formatHex(digest.digest()));
        } catch (IOException e) {
            throw new ConvertException(
                    Kind.IO,
                    files.get(0).toString(),
                    "the files beside it cannot be read (" + e + ")",
                    "make them readable",
                    e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256.", e);
        }
    }

    private static void update(MessageDigest digest, String line) {
        digest.update((line + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
