package io.shearling.convert.export;

import io.shearling.convert.ConversionListener;
import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.convert.element.ElementDecoder;
import io.shearling.formats.json.JsonValue;
import io.shearling.formats.row.RowEncoder;
import io.shearling.formats.safetensors.SafetensorsType;
import io.shearling.formats.safetensors.SafetensorsWriter;
import io.shearling.formats.tensor.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the tensors of a checkpoint, piece by piece, into one file or several with an index. */
final class TensorFiles {
    /** Elements of a piece: 4 MB as floats. */
    private static final int PIECE_ELEMENTS = 1 << 20;

    private final List<List<ExportedTensor>> shards = new ArrayList<>();
    private final long allBytes;
    private final float[] values = new float[PIECE_ELEMENTS];
    private final ByteBuffer stored = ByteBuffer.allocateDirect(PIECE_ELEMENTS * Long.BYTES);
    private final ByteBuffer encoded = ByteBuffer.allocateDirect(PIECE_ELEMENTS * Float.BYTES);
    private long doneBytes;

    TensorFiles(List<ExportedTensor> tensors, long shardBytes) {
        long bytes = 0;
        for (ExportedTensor tensor : tensors) {
            if (shards.isEmpty() || bytes + tensor.sizeBytes() > shardBytes) {
                shards.add(new ArrayList<>());
                bytes = 0;
            }
            shards.get(shards.size() - 1).add(tensor);
            bytes += tensor.sizeBytes();
        }
        // In a file the largest elements come first, so that each lies at a multiple of its size.
        shards.forEach(shard -> shard.sort(
                Comparator.comparingInt((ExportedTensor tensor) -> tensor.type().bits())
                        .reversed()));
        allBytes = tensors.stream().mapToLong(ExportedTensor::sizeBytes).sum();
    }

    /** Writes them; the names of the files. */
    List<String> write(Path folder, ConversionListener listener) {
        requireRoom(folder);
        listener.written(0, allBytes);
        List<String> names = new ArrayList<>();
        Map<String, JsonValue> index = new LinkedHashMap<>();
        for (int i = 0; i < shards.size(); i++) {
            String name = shards.size() == 1
                    ? "model.safetensors"
                    : String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", i + 1, shards.size());
            names.add(name);
            shards.get(i).forEach(tensor -> index.put(tensor.name(), JsonValue.of(name)));
            write(shards.get(i), folder.resolve(name), listener);
        }
        if (shards.size() > 1) {
            CheckpointText.json(
                    folder.resolve("model.safetensors.index.json"),
                    JsonValue.object(
                            "metadata",
                            JsonValue.object("total_size", allBytes),
                            "weight_map",
                            new JsonValue.Fields(index)));
        }
        return names;
    }

    private void requireRoom(Path folder) {
        try {
            long room = Files.getFileStore(folder).getUsableSpace();
            if (allBytes > room) {
                throw new ConvertException(
                        Kind.IO,
                        folder.toString(),
                        "the tensors take " + allBytes + " bytes and there is room for " + room,
                        "free some space or write to another disk");
            }
        } catch (IOException e) {
            throw new ConvertException(
                    Kind.IO, folder.toString(), "it cannot be written (" + e + ")", "check the disk", e);
        }
    }

    private void write(List<ExportedTensor> shard, Path file, ConversionListener listener) {
        SafetensorsWriter.Builder plan = SafetensorsWriter.to(file).metadata("format", "pt");
        shard.forEach(tensor -> plan.tensor(tensor.name(), tensor.type(), tensor.shape()));
        try (SafetensorsWriter writer = plan.open()) {
            for (ExportedTensor tensor : shard) {
                write(tensor, writer, listener);
            }
            writer.commit();
        }
    }

    private void write(ExportedTensor tensor, SafetensorsWriter writer, ConversionListener listener) {
        long all = tensor.source().elements();
        for (long first = 0; first < all; first += PIECE_ELEMENTS) {
            if (Thread.currentThread().isInterrupted()) {
                throw cancelled(null);
            }
            int count = (int) Math.min(PIECE_ELEMENTS, all - first);
            ByteBuffer data = piece(tensor, first, count);
            doneBytes += data.remaining();
            writer.write(tensor.name(), data);
            listener.written(doneBytes, allBytes);
        }
    }

    /** What a caller gets that has interrupted the thread. */
    static ConvertException cancelled(@Nullable Throwable origin) {
        return new ConvertException(
                Kind.CANCELLED, "the export", "it was interrupted", "nothing is left of it; start it again", origin);
    }

    private ByteBuffer piece(ExportedTensor tensor, long first, int count) {
        stored.clear().limit(count * tensor.source().elementBytes());
        tensor.source().read(first, stored);
        stored.flip();
        if (tensor.type() == tensor.source().type()) {
            return stored;
        }
        ElementDecoder.decode(tensor.source().type(), stored, values, 0, count);
        encoded.clear();
        TensorType type = tensor.type() == SafetensorsType.BF16 ? TensorType.BF16 : TensorType.F32;
        RowEncoder.forType(type).encode(type, values, 0, 1, count, null, encoded);
        return encoded.flip();
    }
}
