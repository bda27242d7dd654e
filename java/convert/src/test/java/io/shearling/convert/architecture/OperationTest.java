package io.shearling.convert.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.convert.ConvertException;
import io.shearling.convert.checkpoint.Checkpoint;
import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.convert.element.Literal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Operations that look at heads, against loops over them. */
class OperationTest {
    private static final int COLUMNS = 3;

    @TempDir
    private Path folder = Path.of("");

    @Test
    void qkvApart_groupsOfHeads_comeByKind() throws IOException {
        // Two groups of three query heads, a key head and a value head, each of two rows.
        ModelConfig config = config("{\"num_attention_heads\": 6, \"num_kv_heads\": 2}");
        assertThat(rows(Operation.QKV_APART.apply(counting(20), config))).isEqualTo(apart(2, 3, 2));
    }

    @Test
    void qkvApart_headsByThemselves_comeByKind() throws IOException {
        ModelConfig config = config("{\"num_attention_heads\": 4}");
        assertThat(rows(Operation.QKV_APART.apply(counting(24), config))).isEqualTo(apart(4, 1, 2));
        assertThatThrownBy(() -> Operation.QKV_APART.apply(counting(23), config))
                .isInstanceOf(ConvertException.class)
                .hasMessageContaining("the 23 rows of qkv are none of 4 query heads and 4 heads of keys and values");
    }

    @Test
    void zeros_anythingElse_isRefused() throws IOException {
        ModelConfig config = config("{}");
        float[] values = new float[Operation.ZEROS_PIECE + 5];
        values[1] = -0f;
        Draft zeros = Draft.of("bias", new Literal(values), (long) values.length);
        assertThat(Operation.ZEROS.apply(zeros, config)).isSameAs(zeros);
        values[values.length - 1] = Float.MIN_VALUE;
        Draft other = Draft.of("bias", new Literal(values), (long) values.length);
        assertThatThrownBy(() -> Operation.ZEROS.apply(other, config))
                .isInstanceOf(ConvertException.class)
                .hasMessageContaining("the tensor bias is not zero everywhere");
    }

    /** The first values of the rows, in the order in which they have to come. */
    private static List<Float> apart(int groups, int queries, int length) {
        List<Float> first = new ArrayList<>();
        int whole = (queries + 2) * length;
        for (int kind = 0; kind < 3; kind++) {
            for (int group = 0; group < groups; group++) {
                int start = group * whole + (kind == 0 ? 0 : (queries + kind - 1) * length);
                for (int row = 0; row < (kind == 0 ? queries * length : length); row++) {
                    first.add((float) ((start + row) * COLUMNS));
                }
            }
        }
        return first;
    }

    private static List<Float> rows(Draft tensor) {
        List<Float> first = new ArrayList<>();
        for (long row = 0; row < tensor.rows(); row++) {
            first.add(tensor.source().floats(row * COLUMNS, 1)[0]);
        }
        return first;
    }

    private static Draft counting(int rows) {
        float[] values = new float[rows * COLUMNS];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        return Draft.of("qkv", new Literal(values), (long) rows, (long) COLUMNS);
    }

    private ModelConfig config(String json) throws IOException {
        Files.writeString(folder.resolve("config.json"), json);
        byte[] header =
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}".getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + header.length).order(ByteOrder.LITTLE_ENDIAN);
        Files.write(
                folder.resolve("model.safetensors"),
                file.putLong(header.length).put(header).array());
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            return checkpoint.config();
        }
    }
}
