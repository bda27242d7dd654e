package io.shearling.formats.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class TensorTypeTest {

    @Test
    void sizes_matchThePythonPackage() throws IOException {
        try (InputStream in = Objects.requireNonNull(TensorTypeTest.class.getResourceAsStream("types.txt"))) {
            List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
            assertThat(lines).hasSizeGreaterThan(30);
            for (String line : lines) {
                List<String> words = List.of(line.split(" ", -1));
                TensorType type =
                        TensorType.fromCode(Integer.parseInt(words.get(0))).orElseThrow();
                assertThat(type.name()).isEqualTo(words.get(1));
                assertThat(type.ggmlName()).isEqualToIgnoringCase(words.get(1));
                assertThat(type.blockElements()).as(line).isEqualTo(Integer.parseInt(words.get(2)));
                // the package counts the two scales of q8_1 as floats; in ggml they are halves
                int bytes = type == TensorType.Q8_1 ? 36 : Integer.parseInt(words.get(3));
                assertThat(type.blockBytes()).as(line).isEqualTo(bytes);
            }
        }
    }

    @Test
    void fromCode_everyCode_isKnownRemovedOrUnknown() {
        for (int code = -3; code < 300; code++) {
            boolean known = TensorType.fromCode(code).isPresent();
            boolean removed = TensorType.removed(code).isPresent();
            assertThat(known && removed).isFalse();
            assertThat(known || removed).as("code %d", code).isEqualTo(code >= 0 && code <= 42);
        }
        for (TensorType type : TensorType.values()) {
            assertThat(TensorType.fromCode(type.code())).contains(type);
        }
    }

    @Test
    void fromName_eitherCase_findsTheType() {
        assertThat(TensorType.fromName("Q4_K")).contains(TensorType.Q4_K);
        assertThat(TensorType.fromName("q4_k")).contains(TensorType.Q4_K);
        assertThat(TensorType.fromName("iq2_xxs")).contains(TensorType.IQ2_XXS);
        assertThat(TensorType.fromName("q4_9")).isEmpty();
        assertThat(TensorType.Q6_K.ggmlName()).isEqualTo("q6_K");
    }

    @Test
    void rowBytes_wholeBlocks_areCounted() {
        assertThat(TensorType.Q4_1.rowBytes(576)).isEqualTo(360);
        assertThat(TensorType.F32.rowBytes(0)).isZero();
        assertThat(TensorType.Q4_K.bytes(TensorShape.of(512, 3, 2))).isEqualTo(2 * 144 * 6);
        assertThat(TensorType.Q4_K.bitsPerElement()).isEqualTo(4.5);
    }

    @Test
    void rowBytes_partOfABlock_isRefused() {
        assertThatThrownBy(() -> TensorType.Q4_K.rowBytes(576))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A row of 576 elements is not a multiple of 256, the block size of q4_K; choose a type"
                        + " whose block size divides it.");
        assertThatThrownBy(() -> TensorType.F32.rowBytes(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void rowBytes_overflow_isRefused() {
        assertThatThrownBy(() -> TensorType.F64.rowBytes(1L << 61)).isInstanceOf(ArithmeticException.class);
    }
}
