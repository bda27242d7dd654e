package io.shearling.recipes.evaluate;

import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Tells model files apart without reading the whole of them. */
final class Fingerprint {
    /** Characters of a fingerprint. */
    static final int LENGTH = 64;

    private static final int PIECE = 1 << 20;

    private Fingerprint() {}

    /** The SHA-256, in hexadecimal, of the file's length, its first megabyte and its last. */
    static String of(Path file) {
        try (FileChannel channel = FileChannel.open(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            long size = channel.size();
            digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, size));
            digest.update(piece(channel, 0));
            digest.update(piece(channel, Math.max(0, size - PIECE)));
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new RecipeException(
                    Kind.IO, file.toString(), "it cannot be read (" + e.getMessage() + ")", "fetch it again", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ByteBuffer piece(FileChannel channel, long from) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(PIECE);
        while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) >= 0) {
            // until it is full or the file ends
        }
        return bytes.flip();
    }
}
