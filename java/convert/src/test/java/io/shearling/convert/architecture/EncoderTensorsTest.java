package io.shearling.convert.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.convert.ConvertException;
import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.convert.element.Literal;
import io.shearling.formats.json.JsonValue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is done with tensors of encoders, against its plain definition. */
class EncoderTensorsTest {
    private static final int EXPERTS = 2;
    private static final int INNER = 3;
    private static final int WIDTH = 4;

    @Test
    void behindPadding_dropsTheFirstRows() {
        Draft rows =
                EncoderTensors.behindPadding(counting(5, 2), config("pad_token_id", 1, "max_position_embeddings", 5));
        assertThat(rows.shape()).containsExactly(3L, 2L);
        assertThat(values(rows)).containsExactly(4, 5, 6, 7, 8, 9);
    }

    @Test
    void behindPadding_withoutPadding_dropsNone() {
        assertThat(EncoderTensors.behindPadding(counting(5, 2), config()).shape())
                .containsExactly(5L, 2L);
    }

    @ParameterizedTest
    @CsvSource({"4, 5", "4, 9", "-2, 5", "9, 5"})
    void behindPadding_nothingLeft_isRefused(long pad, long positions) {
        ModelConfig config = config("pad_token_id", pad, "max_position_embeddings", positions);
        assertThatThrownBy(() -> EncoderTensors.behindPadding(counting(5, 2), config))
                .isInstanceOf(ConvertException.class)
                .hasMessageContaining("pad_token_id leaves");
    }

    @Test
    void experts_belowEachOther_areTakenApart() {
        ModelConfig config = config("num_experts", EXPERTS, "n_inner", INNER);
        Draft rows = counting(EXPERTS * INNER, WIDTH);
        Draft stacked = EncoderTensors.experts(rows, config);
        assertThat(stacked.shape()).containsExactly(2L, 3L, 4L);
        assertThat(values(stacked)).containsExactly(values(rows));
        Draft turned = EncoderTensors.transposedExperts(rows, config);
        assertThat(turned.shape()).containsExactly(2L, 4L, 3L);
        float[] values = values(turned);
        for (int i = 0; i < values.length; i++) {
            int expert = i / (INNER * WIDTH);
            int column = i / INNER % WIDTH;
            int row = i % INNER;
            assertThat(values[i]).isEqualTo((expert * INNER + row) * WIDTH + column);
        }
    }

    @Test
    void experts_ofOtherSize_areRefused() {
        ModelConfig config = config("num_experts", EXPERTS, "n_inner", INNER);
        assertThatThrownBy(() -> EncoderTensors.experts(counting(5, 4), config))
                .isInstanceOf(ConvertException.class)
                .hasMessageContaining("2 experts of 3 rows");
    }

    @ParameterizedTest
    @CsvSource({
        "bert.embeddings.LayerNorm.gamma, embeddings.LayerNorm.weight",
        "embeddings.LayerNorm.beta, embeddings.LayerNorm.bias",
        "roberta.encoder.layer.0.output.dense.bias, encoder.layer.0.output.dense.bias",
        "roberta.bert.gamma, gamma",
        "embeddings.gamma.weight, embeddings.gamma.weight"
    })
    void plain_name_isThatOfToday(String name, String plain) {
        assertThat(EncoderTensors.plain(name, "roberta.")).isEqualTo(plain);
    }

    @Test
    void labels_ofClassifier_areInTheOrderOfTheirNumbers() {
        Map<String, JsonValue> labels = new LinkedHashMap<>();
        for (int i = 10; i >= 0; i--) {
            labels.put(String.valueOf(i), new JsonValue.Text("l" + i));
        }
        ModelConfig config = config().with("id2label", new JsonValue.Fields(labels));
        assertThat(EncoderKeys.labels(config)).startsWith("l0", "l1", "l2").endsWith("l10");
    }

    @Test
    void labels_thatTransformersMakesUp_areNone() {
        JsonValue.Fields two =
                new JsonValue.Fields(Map.of("0", new JsonValue.Text("LABEL_0"), "1", new JsonValue.Text("LABEL_1")));
        assertThat(EncoderKeys.labels(config().with("id2label", two))).isEmpty();
        JsonValue.Fields one = new JsonValue.Fields(Map.of("0", new JsonValue.Text("LABEL_0")));
        assertThat(EncoderKeys.labels(config().with("id2label", one))).containsExactly("LABEL_0");
    }

    private static Draft counting(int rows, int columns) {
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        return Draft.of("t", new Literal(values), (long) rows, (long) columns);
    }

    private static float[] values(Draft draft) {
        ByteBuffer bytes = ByteBuffer.allocate((int) draft.source().elements() * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        draft.source().read(0, bytes);
        FloatBuffer floats = bytes.flip().asFloatBuffer();
        float[] values = new float[floats.remaining()];
        floats.get(values);
        return values;
    }

    private static ModelConfig config(Object... pairs) {
        Map<String, JsonValue> values = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            values.put((String) pairs[i], new JsonValue.Int(((Number) pairs[i + 1]).longValue()));
        }
        return ModelConfig.of("config.json", new JsonValue.Fields(values));
    }
}
