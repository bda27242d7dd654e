package io.shearling.convert.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.convert.ConvertException;
import io.shearling.convert.checkpoint.JsonFile;
import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.convert.element.Literal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The words of the tables against the plain definition of what they do, on tensors whose elements are their own numbers. */
class OperationNamesTest {
    private static final String CONFIG = """
            {"num_hidden_layers": 7, "num_key_value_heads": 2, "qk_nope_head_dim": 3, "v_head_dim": 2, "n_groups": 2,
             "linear_num_key_heads": 2, "linear_num_value_heads": 6, "linear_value_head_dim": 2, "num_local_experts": 0,
             "mamba_d_ssm": 3, "mamba_n_groups": 1, "mamba_d_state": 2, "ssm_multipliers": [2, 0.5, 3, 4, 0.25],
             "factor": 1.5, "factors": [2, 4]}
            """;

    @TempDir
    private Path folder = Path.of("");

    @Test
    void halves_areRowsOfEachMatrix() throws IOException {
        // Two matrices of six rows and five columns.
        check("first-half", List.of(2L, 6L, 5L), List.of(2L, 3L, 5L), i -> i / 15 * 30 + i % 15);
        check("second-half", List.of(2L, 6L, 5L), List.of(2L, 3L, 5L), i -> i / 15 * 30 + 15 + i % 15);
        check("second-half", List.of(4L, 3L), List.of(2L, 3L), i -> 6 + i);
        assertThatThrownBy(() -> apply("first-half", tensor(List.of(5L, 3L))))
                .isInstanceOf(ConvertException.class)
                .hasMessageContaining("an even number of rows");
    }

    @Test
    void latentParts_areKeysTransposedAndValues() throws IOException {
        // Two heads, each of three rows for keys and two for values, rank four.
        check("latent-keys", List.of(10L, 4L), List.of(2L, 4L, 3L), i -> i / 12 * 20 + i % 3 * 4 + i / 3 % 4);
        check("latent-values", List.of(10L, 4L), List.of(2L, 2L, 4L), i -> i / 8 * 20 + 12 + i % 8);
        assertThatThrownBy(() -> apply("latent-keys", tensor(List.of(9L, 4L))))
                .isInstanceOf(ConvertException.class)
                .hasMessageContaining("a matrix of 10 rows");
    }

    @Test
    void tiles_putTheFirstHeadsOfEachKeySideBySide() throws IOException {
        // Values' heads 0 1 2 belong to the first key, 3 4 5 to the second.
        int[] heads = {0, 3, 1, 4, 2, 5};
        check("tile-heads", List.of(6L), List.of(6L), i -> heads[i]);
        check("tile-heads", List.of(6L, 3L), List.of(6L, 3L), i -> heads[i / 3] * 3 + i % 3);
        // Eight rows of others before twelve of values, two a head.
        check(
                "tile-values",
                List.of(20L, 3L),
                List.of(20L, 3L),
                i -> i < 24 ? i : 24 + heads[(i - 24) / 6] * 6 + (i - 24) % 6);
        check("tile-columns", List.of(5L, 12L), List.of(5L, 12L), i -> i / 12 * 12 + heads[i % 12 / 2] * 2 + i % 2);
        assertThatThrownBy(() -> apply("tile-columns", tensor(List.of(5L, 11L))))
                .isInstanceOf(ConvertException.class)
                .hasMessageContaining("a matrix of 12 columns");
    }

    @Test
    void shapes_changeWithoutTheElements() throws IOException {
        check("squeeze", List.of(4L, 1L, 3L), List.of(4L, 3L), i -> i);
        check("column", List.of(4L), List.of(4L, 1L), i -> i);
        check("by-group", List.of(6L), List.of(2L, 3L), i -> i);
        assertThatThrownBy(() -> apply("by-group", tensor(List.of(5L))))
                .isInstanceOf(ConvertException.class)
                .hasMessageContaining("a multiple of 2 groups");
    }

    @Test
    void factors_areHyperparametersOneAfterTheOther() throws IOException {
        check("*factor *factors.1", List.of(6L), List.of(6L), i -> i * 6);
        // Three rows, three, two, two, and the one that is left.
        double[] parts = {2, 2, 2, 0.5, 0.5, 0.5, 3, 3, 4, 4, 0.25};
        check("*parts", List.of(11L, 2L), List.of(11L, 2L), i -> i * parts[i / 2]);
        check("-exp", List.of(9L), List.of(9L), i -> (float) -Math.exp(i));
        assertThatThrownBy(() -> apply("*parts", tensor(List.of(10L, 2L)))).isInstanceOf(ConvertException.class);
        assertThatThrownBy(() -> apply("*factors.2", tensor(List.of(1L))))
                .isInstanceOf(ConvertException.class)
                .hasMessageContaining("factors is shorter than 3");
    }

    @Test
    void names_changeWithBlocksAndExperts() throws IOException {
        Literal one = new Literal(1);
        assertThat(apply("next", Draft.of("blk.1.nextn.eh_proj.weight", one, 1L))
                        .name())
                .isEqualTo("blk.8.nextn.eh_proj.weight");
        assertThat(apply("only-expert", Draft.of("blk.1.ffn_up_shexp.weight", one, 1L))
                        .name())
                .isEqualTo("blk.1.ffn_up.weight");
    }

    private void check(String words, List<Long> from, List<Long> to, IntToDoubleFunction element) throws IOException {
        Draft result = apply(words, tensor(from));
        int size = (int) result.source().elements();
        ByteBuffer bytes = ByteBuffer.allocate(size * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        result.source().read(0, bytes);
        float[] values = new float[size];
        bytes.flip().asFloatBuffer().get(values);
        assertThat(result.shape()).isEqualTo(to);
        assertThat(values).as(words).hasSize(Math.toIntExact(to.stream().reduce(1L, (a, b) -> a * b)));
        for (int i = 0; i < size; i++) {
            assertThat(values[i]).as("%s, element %d", words, i).isEqualTo((float) element.applyAsDouble(i));
        }
    }

    private Draft apply(String words, Draft tensor) throws IOException {
        Path file = folder.resolve("config.json");
        Files.writeString(file, CONFIG);
        return OperationNames.all(Arrays.asList(words.split(" ")))
                .apply(tensor, ModelConfig.of(file.toString(), JsonFile.read(file)));
    }

    private static Draft tensor(List<Long> shape) {
        int size = Math.toIntExact(shape.stream().reduce(1L, (one, other) -> one * other));
        float[] values = new float[size];
        IntStream.range(0, size).forEach(i -> values[i] = i);
        return new Draft("blk.0.some.weight", shape, new Literal(values));
    }
}
