package io.shearling.formats.gguf;

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
 * What the data of an output is made of, and in which state that is: a run that was cut off goes on only if it is still the same
 * ({@link GgufWriter.Builder#resumable}).
 *
 * @param files that tensors are read from, or computed after
 * @param digest of their paths, sizes and times, and of the settings
 */
public record InputState(List<Path> files, String digest) {
    /**
     * The state now.
     *
     * @param settings what the data depends on that does not stand in the header of the output
     * @throws IOException when a file is not there or cannot be looked at
     */
    public static InputState of(List<Path> files, String settings) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            update(digest, settings);
            for (Path file : files) {
                Path real = file.toRealPath();
                BasicFileAttributes attributes = Files.readAttributes(real, BasicFileAttributes.class);
                update(digest, real.toString());
                update(digest, attributes.size() + " " + attributes.lastModifiedTime());
            }
            return new InputState(List.copyOf(files), HexFormat.of().formatHex(digest.digest()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256.", e);
        }
    }

    private static void update(MessageDigest digest, String line) {
        digest.update((line + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
