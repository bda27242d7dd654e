package io.shearling.formats.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GgufArrayTest {

    @Test
    void string_anyIndex_isFoundThroughTheIndex() {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            words.add("w".repeat(i % 13) + i);
        }
        GgufArray array = GgufArray.ofStrings(words);
        for (int i = 999; i >= 0; i -= 7) {
            assertThat(array.string(i)).isEqualTo(words.get(i));
        }
        assertThat(array.strings()).isEqualTo(words);
        assertThat(array).hasToString("string[1000]");
    }

    @Test
    void integer_everyType_keepsSignAndRange() {
        assertThat(GgufArray.ofIntegers(GgufValueType.U8, 0, 255).integers()).containsExactly(0, 255);
        assertThat(GgufArray.ofIntegers(GgufValueType.I8, -128, 127).integers()).containsExactly(-128, 127);
        assertThat(GgufArray.ofIntegers(GgufValueType.U16, 65535).integers()).containsExactly(65535);
        assertThat(GgufArray.ofIntegers(GgufValueType.I16, -32768).integers()).containsExactly(-32768);
        assertThat(GgufArray.ofIntegers(GgufValueType.U32, 4294967295L).integers())
                .containsExactly(4294967295L);
        assertThat(GgufArray.ofInts(Integer.MIN_VALUE).integers()).containsExactly(Integer.MIN_VALUE);
        assertThat(GgufArray.ofIntegers(GgufValueType.U64, -1).number(0)).isEqualTo(0x1p64);
        assertThat(GgufArray.ofIntegers(GgufValueType.I64, -1).number(0)).isEqualTo(-1);
        assertThat(GgufArray.ofBytes(new byte[] {-1}).integers()).containsExactly(255);
        assertThat(GgufArray.ofDoubles(0.5, Double.NaN).number(1)).isNaN();
    }

    @Test
    void ofIntegers_outOfRange_isRefused() {
        assertThatThrownBy(() -> GgufArray.ofIntegers(GgufValueType.U8, 256))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> GgufArray.ofIntegers(GgufValueType.U32, -1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> GgufArray.ofIntegers(GgufValueType.F32)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void access_ofAnotherType_isRefused() {
        GgufArray ints = GgufArray.ofInts(1, 2);
        assertThatThrownBy(() -> ints.string(0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("The array i32[2] does not hold strings.");
        assertThatThrownBy(() -> ints.bool(0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> GgufArray.ofBools(true).number(0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> GgufArray.ofFloats(1).integer(0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> ints.integer(2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> GgufArray.ofStrings(List.of("a")).string(1))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void equals_content_decides() {
        assertThat(GgufArray.ofInts(1, 2)).isEqualTo(GgufArray.ofInts(1, 2)).hasSameHashCodeAs(GgufArray.ofInts(1, 2));
        assertThat(GgufArray.ofInts(1, 2)).isNotEqualTo(GgufArray.ofInts(1, 3));
        assertThat(GgufArray.ofInts(1)).isNotEqualTo(GgufArray.ofIntegers(GgufValueType.U32, 1));
        assertThat(GgufArray.ofInts()).isEqualTo(GgufArray.ofInts());
        assertThat(GgufArray.ofInts()).isNotEqualTo(GgufArray.ofFloats());
    }

    @Test
    void ofStrings_loneSurrogate_isRefused() {
        assertThatThrownBy(() -> GgufArray.ofStrings(List.of("a\ud83d"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> GgufValue.string("\udc11")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void select_hasTheElementsInThisOrder() {
        assertThat(GgufArray.ofStrings(List.of("a", "", "gr\u00fcn"))
                        .select(2, 0, 2)
                        .strings())
                .containsExactly("gr\u00fcn", "a", "gr\u00fcn");
        assertThat(GgufArray.ofIntegers(GgufValueType.U64, 1, -1, 3).select(1, 2))
                .isEqualTo(GgufArray.ofIntegers(GgufValueType.U64, -1, 3));
        assertThat(GgufArray.ofBools(true, false, true).select(1, 2).bools()).containsExactly(false, true);
        assertThat(GgufArray.ofFloats(1, 2).select().size()).isZero();
        assertThatThrownBy(() -> GgufArray.ofFloats(1, 2).select(2)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
