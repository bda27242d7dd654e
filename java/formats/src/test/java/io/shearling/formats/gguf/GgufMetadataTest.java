package io.shearling.formats.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.shearling.formats.gguf.GgufException.Kind;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class GgufMetadataTest {
    private final GgufMetadata metadata = GgufMetadata.builder()
            .put("text", "hello")
            .put("count", GgufValue.u16(9))
            .put("ratio", GgufValue.f32(0.5f))
            .put("flag", GgufValue.bool(true))
            .put("huge", GgufValue.u64(-1))
            .put("words", GgufArray.ofStrings(List.of("a", "b")))
            .build();

    @Test
    void accessors_rightType_giveTheValue() {
        assertThat(metadata.keys()).containsExactly("text", "count", "ratio", "flag", "huge", "words");
        assertThat(metadata.string("text")).isEqualTo("hello");
        assertThat(metadata.integer("count")).isEqualTo(9);
        assertThat(metadata.number("count")).isEqualTo(9);
        assertThat(metadata.number("ratio")).isEqualTo(0.5);
        assertThat(metadata.bool("flag")).isTrue();
        assertThat(metadata.array("words", GgufValueType.STRING).strings()).containsExactly("a", "b");
    }

    @Test
    void finders_missingKey_giveNothing() {
        assertThat(metadata.find("no")).isEmpty();
        assertThat(metadata.findString("no")).isEmpty();
        assertThat(metadata.findInteger("no")).isEmpty();
        assertThat(metadata.findNumber("no")).isEmpty();
        assertThat(metadata.findBool("no")).isEmpty();
        assertThat(metadata.findArray("no")).isEmpty();
        assertThat(metadata.contains("no")).isFalse();
    }

    @Test
    void refusal_ofALongName_leavesOutItsMiddle() {
        String key = "k".repeat(100_000);
        GgufException e = catchThrowableOfType(GgufException.class, () -> metadata.string(key));
        assertThat(e)
                .hasMessageContaining("the key kkk")
                .hasMessageContaining("k…k")
                .hasMessageContaining("is missing;");
        assertThat(e.getMessage()).hasSizeLessThan(1000);
    }

    @Test
    void accessors_missingKey_nameFileAndKey() {
        refused(Kind.MISSING_KEY, () -> metadata.string("no"));
        refused(Kind.MISSING_KEY, () -> metadata.integer("no"));
        refused(Kind.MISSING_KEY, () -> metadata.number("no"));
        refused(Kind.MISSING_KEY, () -> metadata.bool("no"));
        refused(Kind.MISSING_KEY, () -> metadata.array("no"));
        GgufMetadata read = RawGguf.header(3, 0, 1).u32("a", 1).parse().metadata();
        assertThatThrownBy(() -> read.string("general.name"))
                .hasMessage("test.gguf: the key general.name is missing; convert the model again with a converter that"
                        + " writes it.");
    }

    @Test
    void accessors_wrongType_nameBothTypes() {
        refused(Kind.VALUE, () -> metadata.findString("count"));
        refused(Kind.VALUE, () -> metadata.findInteger("ratio"));
        refused(Kind.VALUE, () -> metadata.integer("huge"));
        refused(Kind.VALUE, () -> metadata.number("text"));
        refused(Kind.VALUE, () -> metadata.bool("count"));
        refused(Kind.VALUE, () -> metadata.array("text"));
        assertThat(refused(Kind.VALUE, () -> metadata.array("words", GgufValueType.I32)))
                .hasMessageContaining("the key words should be an array of i32 but is string[2]");
    }

    @Test
    void builder_putAgain_keepsThePlace() {
        GgufMetadata changed = metadata.toBuilder()
                .put("count", GgufValue.u16(10))
                .remove("huge")
                .put("new", "x")
                .build();
        assertThat(changed.keys()).containsExactly("text", "count", "ratio", "flag", "words", "new");
        assertThat(changed.integer("count")).isEqualTo(10);
        assertThat(metadata.integer("count")).isEqualTo(9);
        assertThat(metadata)
                .isNotEqualTo(changed)
                .isEqualTo(metadata.toBuilder().build());
    }

    @Test
    void builder_badKeys_areRefused() {
        for (String key : List.of("", "a\0b", "k".repeat(65_536))) {
            assertThatThrownBy(() -> GgufMetadata.builder().put(key, "x")).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void values_outOfRange_areRefused() {
        assertThatThrownBy(() -> GgufValue.u8(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> GgufValue.i8(128)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> GgufValue.u16(65536)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> GgufValue.u32(1L << 32)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new GgufFloat(GgufValueType.F32, 0.1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new GgufInteger(GgufValueType.BOOL, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    private static GgufException refused(Kind kind, ThrowingCallable call) {
        GgufException e = catchThrowableOfType(GgufException.class, call);
        assertThat(e).isNotNull();
        assertThat(e.kind()).isEqualTo(kind);
        return e;
    }
}
