package io.shearling.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The model that figures were taken with.
 *
 * @param name its file's name
 * @param sizeBytes size of the file
 * @param sha256Prefix the first 16 hexadecimal digits of the file's sha256
 */
public record ModelFacts(String name, long sizeBytes, String sha256Prefix) {
    private static final int DIGITS = 16;

    /** Reads the whole file for its checksum. */
    static ModelFacts of(Path model) {
        try (InputStream in = Files.newInputStream(model)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 20];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            return new ModelFacts(
                    String.valueOf(model.getFileName()),
                    Files.size(model),
                    HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS));
        } catch (IOException e) {
            throw new BenchException(
                    "the model " + model + " cannot be read (" + e.getMessage() + "); check the path", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
