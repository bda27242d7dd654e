package io.shearling.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The SHA-256 checksum, as 64 lower-case hexadecimal digits. */
final class Sha256 {
    private static final int BLOCK_BYTES = 1 << 18;

    private Sha256() {}

    /** That of a file, which is read whole. */
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

    /** That of a text in UTF-8. */
    static String of(String text) {
        return HexFormat.of().formatHex(digest().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java lacks SHA-256, which every Java must have.", e);
        }
    }
}
