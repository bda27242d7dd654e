package io.shearling.recipes.statistics;

import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufValue;
import io.shearling.formats.gguf.GgufWriter;
import io.shearling.formats.tensor.TensorShape;
import io.shearling.formats.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** Writes an importance matrix as llama.cpp's tools/imatrix does: keys, names, shapes and order. */
final class ImportanceWriter {
    private ImportanceWriter() {}

    static Path write(ImportanceFile file, Path target) {
        GgufMetadata.Builder keys = GgufMetadata.builder()
                .put("general.type", "imatrix")
                .put(ImportanceReader.DATASETS, GgufArray.ofStrings(file.datasets()))
                .put(ImportanceReader.CHUNK_COUNT, GgufValue.u32(file.chunkCount()))
                .put(ImportanceReader.CHUNK_SIZE, GgufValue.u32(file.chunkSize()));
        file.texts().put(keys);
        GgufWriter.Builder plan = GgufWriter.to(target).metadata(keys.build());
        for (Importance each : file.tensors()) {
            int counts = each.counts().length;
            TensorShape shape = shape(each.size() / counts, counts);
            plan.tensor(each.tensor() + ImportanceReader.SQUARES, TensorType.F32, shape);
            plan.tensor(each.tensor() + ImportanceReader.COUNTS, TensorType.F32, shape(1, counts));
            if (each.sums().isPresent()) {
                plan.tensor(each.tensor() + ImportanceReader.SUMS, TensorType.F32, shape);
            }
        }
        try (GgufWriter writer = plan.open()) {
            for (Importance each : file.tensors()) {
                writer.write(each.tensor() + ImportanceReader.SQUARES, bytes(each.squares()));
                writer.write(each.tensor() + ImportanceReader.COUNTS, bytes(each.counts()));
                each.sums().ifPresent(sums -> writer.write(each.tensor() + ImportanceReader.SUMS, bytes(sums)));
            }
            return writer.commit();
        }
    }

    /** As ggml writes shapes: without ones at the end. */
    private static TensorShape shape(int columns, int rows) {
        return rows == 1 ? TensorShape.of(columns) : TensorShape.of(columns, rows);
    }

    private static ByteBuffer bytes(float[] values) {
        ByteBuffer data = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(values);
        return data;
    }
}
