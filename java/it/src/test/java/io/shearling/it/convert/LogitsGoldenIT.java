package io.shearling.it.convert;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.convert.Conversion;
import io.shearling.convert.ConversionListener;
import io.shearling.convert.ConversionOptions;
import io.shearling.convert.OutputType;
import io.shearling.convert.architecture.Architectures;
import io.shearling.convert.golden.CheckpointFixture;
import io.shearling.convert.golden.Golden;
import io.shearling.formats.json.JsonValue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Converted checkpoints compute what transformers computes from them, in f32. */
class LogitsGoldenIT {
    private static final double MOST_NOISE = 1e-6;

    @TempDir
    private Path folder = Path.of("");

    static List<String> decoders() {
        return fixtures("argmax");
    }

    static List<String> encoders() {
        return fixtures("first");
    }

    private static List<String> fixtures(String figure) {
        return Golden.names().stream()
                .filter(name -> Golden.named(name)
                        .json()
                        .find("logits")
                        .flatMap(JsonValue::fields)
                        .filter(logits -> logits.find(figure).isPresent())
                        .isPresent())
                .filter(name ->
                        Architectures.models().contains(Golden.named(name).text("architecture")))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("decoders")
    void logits_ofAFixture_areThoseOfTransformers(String name) {
        Golden golden = Golden.named(name);
        JsonValue.Fields expected = golden.object("logits");
        Logits actual = Logits.of(convert(golden), integers(expected, "tokens"));
        assertThat(actual.likeliest()).isEqualTo(integers(expected, "argmax"));
        assertThat(noise(floats(expected, "last"), actual.last())).isLessThanOrEqualTo(MOST_NOISE);
    }

    @ParameterizedTest
    @MethodSource("encoders")
    void states_ofAFixture_areThoseOfTransformers(String name) {
        Golden golden = Golden.named(name);
        JsonValue.Fields expected = golden.object("logits");
        Logits actual = Logits.states(convert(golden), integers(expected, "tokens"));
        assertThat(noise(floats(expected, "first"), actual.first())).isLessThanOrEqualTo(MOST_NOISE);
    }

    private Path convert(Golden golden) {
        Path checkpoint = new CheckpointFixture(golden).write(folder, "full");
        ConversionOptions options = golden.options().withType(OutputType.F32);
        try (Conversion conversion = Conversion.of(checkpoint, options)) {
            return conversion.write(folder.resolve("model.gguf"), ConversionListener.NONE);
        }
    }

    /** The squared error as a share of the squared values (normalized mean squared error). */
    private static double noise(float[] expected, float[] actual) {
        assertThat(actual).hasSameSizeAs(expected);
        double error = 0;
        double all = 0;
        for (int i = 0; i < expected.length; i++) {
            double difference = (double) actual[i] - expected[i];
            error += difference * difference;
            all += (double) expected[i] * expected[i];
        }
        return error / all;
    }

    private static int[] integers(JsonValue.Fields fields, String name) {
        return fields.find(name).flatMap(JsonValue::items).orElseThrow().stream()
                .mapToInt(value -> value.integer().orElseThrow().intValue())
                .toArray();
    }

    private static float[] floats(JsonValue.Fields fields, String name) {
        byte[] bytes = Base64.getDecoder()
                .decode(fields.find(name).flatMap(JsonValue::text).orElseThrow());
        float[] values = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }
}
