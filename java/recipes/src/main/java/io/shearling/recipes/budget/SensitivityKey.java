package io.shearling.recipes.budget;

import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.quantize.ColumnImportance;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/** A checksum of all that measurements of groups depend on. */
final class SensitivityKey {
    private static final int PIECE = 1 << 20;

    private SensitivityKey() {}

    /**
     * The checksum.
     *
     * @param base what the nearly lossless model says to the text: it stands for both
     * @param reference types beside which groups are measured, of all tensors
     * @param tensors that are measured, by name
     * @param bits of the coarse types
     */
    static String of(
            Path base,
            Optional<ColumnImportance> importance,
            TypeTable reference,
            Map<String, ChosenTensor> tensors,
            double bits) {
        try (FileChannel channel = FileChannel.open(base)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            ByteBuffer piece = ByteBuffer.allocate(PIECE);
            while (channel.read(piece) >= 0) {
                digest.update(piece.flip());
                piece.clear();
            }
            StringBuilder rest = new StringBuilder();
            rest.append(importance.map(ColumnImportance::digest).orElse(0)).append('\n');
            reference
                    .types()
                    .forEach((name, type) ->
                            rest.append(name).append(' ').append(type).append('\n'));
            tensors.forEach((name, tensor) -> rest.append(name)
                    .append(' ')
                    .append(tensor.probe(bits).type())
                    .append('\n'));
            digest.update(rest.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new RecipeException(
                    Kind.IO, base.toString(), "it cannot be read (" + e + ")", "leave it alone while it is needed", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
