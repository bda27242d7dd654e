package io.shearling.recipes.compress;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufPart;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.LongConsumer;

/** SHA-256, in lower-case hexadecimal. */
final class Checksum {
    private static final int PIECE_BYTES = 1 << 20;

    private Checksum() {}

    /** Of texts; others, or the same ones divided otherwise, have another one. */
    static String of(String... parts) {
        MessageDigest digest = digest();
        for (String part : parts) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            digest.update(
                    ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
            digest.update(bytes);
        }
        return hex(digest);
    }

    /** Of a model's files, one after the other. */
    static String ofModel(Path model, LongConsumer read) {
        MessageDigest digest = digest();
        try (GgufFile file = GgufFile.open(model)) {
            long before = 0;
            for (GgufPart part : file.parts()) {
                long from = before;
                before += update(digest, part.path(), 0, done -> read.accept(from + done));
            }
        }
        return hex(digest);
    }

    /** Of one file. */
    static String of(Path file) {
        MessageDigest digest = digest();
        update(digest, file, 0, done -> {});
        return hex(digest);
    }

    /**
     * Adds a file.
     *
     * @param from the first byte that counts
     * @return how many those are
     */
    static long update(MessageDigest digest, Path file, long from, LongConsumer read) {
        ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
        try (FileChannel channel = FileChannel.open(file)) {
            channel.position(from);
            long done = 0;
            while (channel.read(piece.clear()) >= 0) {
                done += piece.flip().remaining();
                digest.update(piece);
                read.accept(done);
            }
            return done;
        } catch (ClosedByInterruptException e) {
            throw new RecipeException(
                    Kind.CANCELLED, file.toString(), "its reading was interrupted", "start it again", e);
        } catch (IOException e) {
            throw new RecipeException(Kind.IO, file.toString(), "it cannot be read (" + e + ")", "check the disk", e);
        }
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java lacks SHA-256, which every Java must have.", e);
        }
    }

    static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }
}
