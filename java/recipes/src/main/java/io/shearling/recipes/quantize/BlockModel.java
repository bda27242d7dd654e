package io.shearling.recipes.quantize;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufPlacer;
import io.shearling.formats.gguf.GgufValue;
import io.shearling.formats.gguf.GgufWriter;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.row.RowDecoder;
import io.shearling.formats.tensor.TensorType;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.states.StateFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A model of one block, which becomes one block of another model after the other; its weights are plain floats. In a file, which is
 * removed when this is closed. A model that was loaded from it is closed before it becomes another block.
 */
final class BlockModel implements AutoCloseable {
    private static final int PIECE_BYTES = 1 << 22;

    /** Whole blocks of every type. */
    private static final int PIECE_ELEMENTS = 1 << 18;

    /** Reads a part of a tensor's data. */
    @FunctionalInterface
    interface Source {
        /** Fills what remains of the buffer, from a place in the tensor's data on. */
        void read(int tensor, long offset, ByteBuffer data);
    }

    private final Path path;
    private final List<TensorInfo> places;

    private BlockModel(Path path, List<TensorInfo> places) {
        this.path = path;
        this.places = places;
    }

    /**
     * Writes it with the first block in it.
     *
     * @throws RecipeException when the blocks are not all alike
     */
    static BlockModel write(GgufFile model, int blocks, Path path) {
        requireAlike(model, blocks);
        String architecture = model.metadata().string("general.architecture");
        GgufWriter.Builder plan = GgufWriter.to(path)
                .metadata(model.metadata().toBuilder()
                        .put(architecture + ".block_count", GgufValue.u32(1))
                        .build());
        List<TensorInfo> kept = model.tensors().stream()
                .filter(tensor ->
                        !tensor.name().startsWith("blk.") || tensor.name().startsWith("blk.0."))
                .toList();
        kept.forEach(tensor -> plan.tensor(tensor.name(), type(tensor), tensor.shape()));
        List<TensorInfo> places;
        try (GgufPlacer writer = plan.openPlaced()) {
            places = writer.tensors();
            for (int i = 0; i < kept.size(); i++) {
                TensorInfo from = kept.get(i);
                TensorInfo to = places.get(i);
                copy(
                        from,
                        to,
                        (offset, data) -> model.read(from, offset, data),
                        (at, data) -> writer.write(to, at, data));
            }
            writer.commit();
        }
        return new BlockModel(path, places);
    }

    Path path() {
        return path;
    }

    /**
     * Makes it another block.
     *
     * @param tensors of the model that has it
     */
    void become(int block, List<TensorInfo> tensors, Source weights) {
        String prefix = "blk." + block + ".";
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            for (int i = 0; i < tensors.size(); i++) {
                String name = tensors.get(i).name();
                if (!name.startsWith(prefix)) {
                    continue;
                }
                String own = "blk.0." + name.substring(prefix.length());
                TensorInfo to = places.stream()
                        .filter(place -> place.name().equals(own))
                        .findFirst()
                        .orElseThrow();
                int tensor = i;
                copy(tensors.get(i), to, (offset, data) -> weights.read(tensor, offset, data), (at, data) -> {
                    for (long place = to.fileOffset() + at; data.hasRemaining(); ) {
                        place += file.write(data, place);
                    }
                });
            }
        } catch (IOException e) {
            throw StateFile.failed(path, e);
        }
    }

    private static TensorType type(TensorInfo tensor) {
        boolean decoded = tensor.name().startsWith("blk.")
                && RowDecoder.find(tensor.type()).isPresent();
        return decoded ? TensorType.F32 : tensor.type();
    }

    /** One piece of a tensor's data. */
    private interface Piece {
        void pass(long offset, ByteBuffer data) throws IOException;
    }

    private static void copy(TensorInfo from, TensorInfo to, Piece reader, Piece writer) {
        try {
            if (from.type() == to.type()) {
                ByteBuffer data = ByteBuffer.allocateDirect((int) Math.min(PIECE_BYTES, to.sizeBytes()));
                for (long at = 0; at < to.sizeBytes(); at += data.capacity()) {
                    data.clear().limit((int) Math.min(data.capacity(), to.sizeBytes() - at));
                    reader.pass(at, data);
                    writer.pass(at, data.flip());
                }
                return;
            }
            decode(from, reader, writer);
        } catch (IOException e) {
            throw StateFile.failed(Path.of(to.name()), e);
        }
    }

    private static void decode(TensorInfo from, Piece reader, Piece writer) throws IOException {
        RowDecoder decoder = RowDecoder.find(from.type()).orElseThrow();
        long elements = from.shape().elements();
        int most = (int) Math.min(PIECE_ELEMENTS, elements);
        float[] values = new float[most];
        ByteBuffer data = ByteBuffer.allocateDirect(Math.toIntExact(from.type().rowBytes(most)));
        ByteBuffer floats = ByteBuffer.allocateDirect(most * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (long at = 0; at < elements; at += most) {
            int now = (int) Math.min(most, elements - at);
            data.clear().limit(Math.toIntExact(from.type().rowBytes(now)));
            reader.pass(from.type().rowBytes(at), data);
            decoder.decode(from.type(), data.flip().order(ByteOrder.LITTLE_ENDIAN), values, 0, now);
            floats.clear().asFloatBuffer().put(values, 0, now);
            writer.pass(at * Float.BYTES, floats.limit(now * Float.BYTES));
        }
    }

    private static void requireAlike(GgufFile model, int blocks) {
        List<String> first = shapes(model, 0);
        for (int block = 1; block < blocks; block++) {
            if (!shapes(model, block).equals(first)) {
                throw new RecipeException(
                        Kind.MODEL,
                        model.path().toString(),
                        "its block " + block + " has other tensors than its first",
                        "leave --quantized-inputs out");
            }
        }
    }

    private static List<String> shapes(GgufFile model, int block) {
        String prefix = "blk." + block + ".";
        return model.tensors().stream()
                .filter(tensor -> tensor.name().startsWith(prefix))
                .map(tensor -> tensor.name().substring(prefix.length()) + " " + tensor.shape())
                .sorted()
                .toList();
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw StateFile.failed(path, e);
        }
    }
}
