package io.shearling.recipes.compress;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufPlan;
import io.shearling.formats.gguf.GgufValueType;
import io.shearling.formats.gguf.SplitRule;
import io.shearling.formats.gguf.TensorFill;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.recipes.ModelOutput;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.StoredRows;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;

/**
 * Models that say how they were made, and have a checksum of all their bytes. It stands in the file itself, so it is taken with zeros in
 * its own place.
 */
final class Publication {
    private static final int PIECE_BYTES = 1 << 22;

    private Publication() {}

    /**
     * Writes a model with its provenance.
     *
     * @param model that the last step made; its data is copied
     */
    static Path write(Path model, Provenance provenance, Path target, int threads, TensorFill.Listener listener) {
        try (GgufFile file = GgufFile.open(model)) {
            ModelOutput unsigned = output(file, provenance, Provenance.NO_SHA256);
            String sha256 = sha256(file, unsigned.plan(target, SplitRule.NONE));
            return output(file, provenance, sha256)
                    .write(
                            target,
                            SplitRule.NONE,
                            placer -> new TensorFill(placer, threads, listener)
                                    .run(() -> copier(file), TensorFill.NOTE_EVERY));
        }
    }

    /** Bytes of the file that {@link #write} would write. */
    static long sizeBytes(Path model, Provenance provenance, Path target) {
        try (GgufFile file = GgufFile.open(model)) {
            return output(file, provenance, Provenance.NO_SHA256)
                    .plan(target, SplitRule.NONE)
                    .sizeBytes();
        }
    }

    private static TensorFill.RowMaker copier(GgufFile file) {
        StoredRows stored = new StoredRows(file);
        return (tensor, firstRow, rows) -> stored.rows(file.tensors().get(tensor), firstRow, rows);
    }

    private static ModelOutput output(GgufFile file, Provenance provenance, String sha256) {
        return new ModelOutput(
                file.path(),
                "publication",
                ModelOutput.inputs(file, "published with " + sha256),
                provenance.in(file.metadata(), sha256),
                file.tensors().stream()
                        .map(tensor -> new ModelOutput.Tensor(tensor.name(), tensor.type(), tensor.shape()))
                        .toList());
    }

    /** Of the file that a plan makes, which is not written yet. */
    private static String sha256(GgufFile source, GgufPlan plan) {
        MessageDigest digest = Checksum.digest();
        byte[] header = plan.header();
        digest.update(header);
        long at = header.length;
        ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
        List<TensorInfo> from = source.tensors();
        for (int i = 0; i < from.size(); i++) {
            TensorInfo to = plan.tensors().get(i);
            zeros(digest, to.fileOffset() - at);
            for (long offset = 0; offset < to.sizeBytes(); offset += PIECE_BYTES) {
                piece.clear().limit((int) Math.min(PIECE_BYTES, to.sizeBytes() - offset));
                try {
                    source.read(from.get(i), offset, piece);
                } catch (InternalError e) {
                    throw RecipeException.gone(source.path(), to.name(), e);
                }
                digest.update(piece.flip());
            }
            at = to.fileOffset() + to.sizeBytes();
        }
        zeros(digest, plan.sizeBytes() - at);
        return Checksum.hex(digest);
    }

    private static void zeros(MessageDigest digest, long count) {
        digest.update(new byte[Math.toIntExact(count)]);
    }

    /**
     * The checksum of a file that was published, to be compared with the one that stands in it.
     *
     * @param sha256 that stands in it
     * @throws RecipeException when it does not
     */
    static String sha256(Path published, String sha256) {
        MessageDigest digest = Checksum.digest();
        byte[] header = header(published);
        byte[] entry = entry(sha256);
        int place = lastIndexOf(header, entry);
        if (place < 0) {
            throw new RecipeException(
                    Kind.CLAIM, published.toString(), "its checksum is missing", "take the file as it was published");
        }
        byte[] zeros = Provenance.NO_SHA256.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(zeros, 0, header, place + entry.length - zeros.length, zeros.length);
        digest.update(header);
        Checksum.update(digest, published, header.length, read -> {});
        return Checksum.hex(digest);
    }

    private static byte[] header(Path published) {
        long end;
        try (GgufFile file = GgufFile.open(published)) {
            end = file.tensors().stream()
                    .mapToLong(TensorInfo::fileOffset)
                    .min()
                    .orElse(file.sizeBytes());
        }
        try (FileChannel channel = FileChannel.open(published)) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(end));
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // Until all is there.
            }
            return bytes.array();
        } catch (IOException | ArithmeticException e) {
            throw new RecipeException(
                    Kind.IO, published.toString(), "it cannot be read (" + e + ")", "check the disk", e);
        }
    }

    /** The key of the checksum with its value, as a file has them: no text of a recipe looks so by chance. */
    private static byte[] entry(String sha256) {
        byte[] key = Provenance.SHA256.getBytes(StandardCharsets.UTF_8);
        byte[] value = sha256.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Long.BYTES + key.length + Integer.BYTES + Long.BYTES + value.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(key.length)
                .put(key)
                .putInt(GgufValueType.STRING.code())
                .putLong(value.length)
                .put(value)
                .array();
    }

    private static int lastIndexOf(byte[] bytes, byte[] sought) {
        for (int i = bytes.length - sought.length; i >= 0; i--) {
            if (Arrays.equals(bytes, i, i + sought.length, sought, 0, sought.length)) {
                return i;
            }
        }
        return -1;
    }
}
