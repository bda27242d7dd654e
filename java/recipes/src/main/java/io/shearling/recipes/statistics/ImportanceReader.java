package io.shearling.recipes.statistics;

import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.gguf.GgufException;
import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufValueType;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.tensor.TensorType;
import io.shearling.recipes.CalibrationTexts;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads an importance matrix, as llama.cpp's common/imatrix-loader does. */
final class ImportanceReader {
    static final String DATASETS = "imatrix.datasets";
    static final String CHUNK_COUNT = "imatrix.chunk_count";
    static final String CHUNK_SIZE = "imatrix.chunk_size";
    static final String SQUARES = ".in_sum2";
    static final String COUNTS = ".counts";

    /** Ours; upstream passes over what it does not know. */
    static final String SUMS = ".in_sum";

    /** Beyond this no layer goes: an array of floats would not hold it. */
    private static final long MOST_VALUES = Integer.MAX_VALUE / Float.BYTES;

    private ImportanceReader() {}

    static ImportanceFile read(Path path) {
        try (GgufFile file = GgufFile.open(path)) {
            return read(path, file);
        } catch (GgufException e) {
            if (e.kind() == GgufException.Kind.NOT_GGUF) {
                return LegacyImportance.read(path);
            }
            Kind kind = e.kind() == GgufException.Kind.IO ? Kind.IO : Kind.STATISTICS;
            throw new RecipeException(
                    kind, path.toString(), "it cannot be read as an importance matrix", "check the path", e);
        }
    }

    private static ImportanceFile read(Path path, GgufFile file) {
        GgufMetadata metadata = file.metadata();
        Optional<String> type = metadata.findString("general.type");
        if (type.isPresent() && !type.get().equals("imatrix")) {
            throw unknown(path, "its general.type is " + type.get() + ", not imatrix");
        }
        List<Importance> tensors = new ArrayList<>();
        for (TensorInfo tensor : file.tensors()) {
            if (tensor.name().endsWith(SQUARES)) {
                String name = tensor.name().substring(0, tensor.name().length() - SQUARES.length());
                TensorInfo counts = file.tensor(name + COUNTS)
                        .orElseThrow(() -> unknown(path, "the tensor " + name + COUNTS + " is missing"));
                tensors.add(new Importance(
                        name, floats(path, file, tensor), rounded(floats(path, file, counts)), sums(path, file, name)));
            } else if (tensor.name().endsWith(COUNTS)) {
                String name = tensor.name().substring(0, tensor.name().length() - COUNTS.length());
                if (file.tensor(name + SQUARES).isEmpty()) {
                    throw unknown(path, "the tensor " + name + SQUARES + " is missing");
                }
            }
        }
        if (tensors.isEmpty()) {
            throw unknown(path, "it has no tensor whose name ends in " + SQUARES);
        }
        return new ImportanceFile(
                metadata.findArray(DATASETS)
                        .filter(array -> array.elementType() == GgufValueType.STRING)
                        .map(GgufArray::strings)
                        .orElse(List.of()),
                number(path, metadata, CHUNK_COUNT),
                number(path, metadata, CHUNK_SIZE),
                tensors,
                CalibrationTexts.of(metadata));
    }

    private static int number(Path path, GgufMetadata metadata, String key) {
        long value = metadata.findInteger(key).orElse(0);
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw unknown(path, "the key " + key + " has the value " + value);
        }
        return (int) value;
    }

    private static float @Nullable [] sums(Path path, GgufFile file, String name) {
        Optional<TensorInfo> sums = file.tensor(name + SUMS);
        return sums.isEmpty() ? null : floats(path, file, sums.get());
    }

    private static float[] floats(Path path, GgufFile file, TensorInfo tensor) {
        if (tensor.type() != TensorType.F32 || tensor.shape().elements() > MOST_VALUES) {
            throw unknown(path, "the tensor " + tensor.name() + " is " + tensor.type() + " " + tensor.shape());
        }
        ByteBuffer data = ByteBuffer.allocate((int) tensor.sizeBytes()).order(ByteOrder.LITTLE_ENDIAN);
        file.read(tensor, 0, data);
        float[] values = new float[(int) tensor.shape().elements()];
        data.flip().asFloatBuffer().get(values);
        return values;
    }

    /** A count is an integer that is stored as a float. What is no number is found when the importance is made. */
    private static float[] rounded(float[] counts) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] = Float.isFinite(counts[i]) ? (float) Math.rint(counts[i]) : counts[i];
        }
        return counts;
    }

    static RecipeException unknown(Path path, String cause) {
        return new RecipeException(
                Kind.STATISTICS,
                path.toString(),
                cause,
                "name a file that llama-imatrix or shearling stats has written");
    }
}
