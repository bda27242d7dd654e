package io.shearling.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The SHA-256 checksum of a file. */
final class Sha256 {
    private static final int BLOCK_BYTES = 1 << 18;

    private Sha256() {}

    /** Reads the whole file; 64 lower-case hexadecimal digits. */
    static String of(Path file, Progress progress) throws IOException, InterruptedException {
        MessageDigest digest = digest();
        progress.start("checking " + file.getFileName(), 0, Files.size(file));
        byte[] block = new byte[BLOCK_BYTES];
        try (InputStream stream = Files.newInputStream(file)) {
            for (int count = stream.read(block); count >= 0; count = stream.read(block)) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                digest.update(block, 0, count);
                progress.add(count);
            }
        }
        progress.end();
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java lacks SHA-256, which every Java must have.", e);
        }
    }
}
