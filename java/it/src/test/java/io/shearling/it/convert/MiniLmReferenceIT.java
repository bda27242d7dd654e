package io.shearling.it.convert;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.convert.Conversion;
import io.shearling.convert.ConversionListener;
import io.shearling.convert.ConversionOptions;
import io.shearling.formats.json.JsonTree;
import io.shearling.formats.json.JsonValue;
import io.shearling.formats.json.StrictJson;
import io.shearling.formats.row.RowDecoder;
import io.shearling.formats.tensor.TensorType;
import io.shearling.runtime.Embedder;
import io.shearling.runtime.EmbedderOptions;
import io.shearling.runtime.Model;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real embedding model from its checkpoint: vectors as sentence-transformers makes them. */
class MiniLmReferenceIT {
    private static final int WIDTH = 384;
    private static final double LEAST_COSINE = 0.9999;

    @TempDir
    private Path folder = Path.of("");

    @Test
    void embed_convertedMiniLm_isAsSentenceTransformers() throws IOException {
        Path file = folder.resolve("minilm.gguf");
        try (Conversion conversion = Conversion.of(MiniLm.in(folder), ConversionOptions.DEFAULT)) {
            conversion.write(file, ConversionListener.NONE);
        }
        JsonValue.Fields golden = golden();
        List<String> sentences = golden.find("sentences").flatMap(JsonValue::items).orElseThrow().stream()
                .map(sentence -> sentence.text().orElseThrow())
                .toList();
        byte[] vectors = Base64.getDecoder()
                .decode(golden.find("vectors").flatMap(JsonValue::text).orElseThrow());
        float[] expected = new float[sentences.size() * WIDTH];
        RowDecoder.forType(TensorType.F16)
                .decode(TensorType.F16, ByteBuffer.wrap(vectors), expected, 0, expected.length);
        try (Model model = Model.load(file);
                Embedder embedder = model.newEmbedder(EmbedderOptions.DEFAULT)) {
            List<float[]> actual = embedder.embedAll(sentences);
            for (int i = 0; i < sentences.size(); i++) {
                assertThat(cosine(actual.get(i), expected, i * WIDTH))
                        .as(sentences.get(i))
                        .isGreaterThanOrEqualTo(LEAST_COSINE);
            }
        }
    }

    private static double cosine(float[] one, float[] others, int offset) {
        double product = 0;
        double first = 0;
        double second = 0;
        for (int i = 0; i < one.length; i++) {
            product += (double) one[i] * others[offset + i];
            first += (double) one[i] * one[i];
            second += (double) others[offset + i] * others[offset + i];
        }
        return product / Math.sqrt(first * second);
    }

    private static JsonValue.Fields golden() throws IOException {
        try (InputStream in = Objects.requireNonNull(MiniLmReferenceIT.class.getResourceAsStream("minilm.json"))) {
            return JsonTree.read(StrictJson.within(8, 1 << 20), in).fields().orElseThrow();
        }
    }
}
