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

/** In which state the files of a checkpoint are: a conversion that was cut off goes on only if it is still the same. */
final class SourceState {
    private SourceState() {}

    /** A digest of paths, sizes and times. */
    static String of(List<Path> files) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path file : files) {
                Path real = file.toRealPath();
                BasicFileAttributes attributes = Files.readAttributes(real, BasicFileAttributes.class);
                String line = real + "\n" + attributes.size() + " " + attributes.lastModifiedTime() + "\n";
                digest.update(line.getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest());
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
}
