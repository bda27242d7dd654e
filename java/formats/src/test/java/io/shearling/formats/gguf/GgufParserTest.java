package io.shearling.formats.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.shearling.formats.gguf.GgufException.Kind;
import io.shearling.formats.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every refusal of the reader, each with bytes made by hand. */
class GgufParserTest {

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void parse_smallFile_isRead(int version) {
        GgufHeader header = RawGguf.header(version, 2, 1)
                .u32("a", 7)
                .tensor("x", 0, 0, 3, 2)
                .tensor("y", 8, 32, 32)
                .pad(32)
                .zeros(32 + 34)
                .parse();
        assertThat(header.version()).isEqualTo(version);
        assertThat(header.alignment()).isEqualTo(32);
        assertThat(header.metadata().integer("a")).isEqualTo(7);
        assertThat(header.tensors()).hasSize(2);
        TensorInfo y = header.tensors().get(1);
        assertThat(y.type()).isEqualTo(TensorType.Q8_0);
        assertThat(y.offset()).isEqualTo(32);
        assertThat(y.fileOffset()).isEqualTo(header.dataStart() + 32);
        assertThat(y.sizeBytes()).isEqualTo(34);
    }

    @Test
    void parse_noTensorsAndNoKeys_isRead() {
        assertThat(RawGguf.header(3, 0, 0).parse().tensors()).isEmpty();
    }

    @Test
    void parse_tensorWithoutElements_isRead() {
        GgufHeader header = RawGguf.header(3, 2, 0)
                .tensor("none", 0, 0, 0)
                .tensor("scalar", 0, 0)
                .pad(32)
                .zeros(4)
                .parse();
        assertThat(header.tensors()).extracting(TensorInfo::sizeBytes).containsExactly(0L, 4L);
    }

    @Test
    void parse_headerOnlyOfALongerFile_isRead() {
        byte[] bytes = RawGguf.header(3, 1, 0).tensor("x", 0, 0, 1024).bytes();
        assertThat(GgufParser.parse(ByteBuffer.wrap(bytes), 8192, "part").tensors())
                .hasSize(1);
    }

    @Test
    void parse_notGguf_isRefused() {
        refused(Kind.NOT_GGUF, new RawGguf());
        refused(Kind.NOT_GGUF, new RawGguf().raw("GG"));
        refused(Kind.NOT_GGUF, new RawGguf().raw("PK\u0003\u0004 and so on"));
        assertThat(refused(Kind.NOT_GGUF, new RawGguf().raw("ggml.....")).getMessage())
                .isEqualTo("test.gguf: this is not a GGUF file, for it does not begin with the letters GGUF; give the"
                        + " path of a model in GGUF form.");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 99, -1})
    void parse_unknownVersion_isRefused(int version) {
        refused(Kind.VERSION, RawGguf.header(version, 0, 0));
    }

    @Test
    void parse_otherByteOrder_isRefused() {
        refused(Kind.BYTE_ORDER, RawGguf.header(0x0300_0000, 0, 0));
        refused(Kind.BYTE_ORDER, RawGguf.header(0x0200_0000, 0, 0));
    }

    @Test
    void parse_everyShorterFile_isRefused() {
        byte[] whole = whole();
        for (int length = 0; length < whole.length; length++) {
            int cut = length;
            assertThatThrownBy(() -> GgufParser.parse(ByteBuffer.wrap(whole, 0, cut), cut, "cut.gguf"))
                    .as("%d bytes of %d", cut, whole.length)
                    .isInstanceOf(GgufException.class)
                    .hasMessageContaining("cut.gguf");
        }
        assertThat(GgufParser.parse(ByteBuffer.wrap(whole), whole.length, "whole")
                        .tensors())
                .hasSize(1);
    }

    @Test
    void parse_countsBeyondReason_areRefused() {
        refused(Kind.LIMIT, RawGguf.header(3, -1, 0));
        refused(Kind.LIMIT, RawGguf.header(3, 0, -1));
        refused(Kind.LIMIT, RawGguf.header(3, Long.MAX_VALUE, 0));
        refused(Kind.LIMIT, RawGguf.header(3, 0, Long.MIN_VALUE));
        refused(Kind.LIMIT, RawGguf.header(3, GgufLimits.MAX_TENSORS + 1L, 0));
        refused(Kind.LIMIT, RawGguf.header(3, 0, GgufLimits.MAX_KEYS + 1L));
        refused(Kind.TRUNCATED, RawGguf.header(3, GgufLimits.MAX_TENSORS, 0));
        refused(Kind.TRUNCATED, RawGguf.header(3, 0, GgufLimits.MAX_KEYS));
    }

    @Test
    void parse_strings_areBounded() {
        refused(Kind.LIMIT, RawGguf.header(3, 0, 1).string("k").i32(8).i64((1L << 30) + 1));
        refused(Kind.LIMIT, RawGguf.header(3, 0, 1).string("k").i32(8).i64(-1));
        refused(
                Kind.TRUNCATED,
                RawGguf.header(3, 0, 1).string("k").i32(8).i64(5).raw("four"));
        refused(Kind.TRUNCATED, RawGguf.header(3, 0, 1).string("k").i32(8).i64(1 << 30));
        assertThat(RawGguf.header(3, 0, 1)
                        .string("k")
                        .i32(8)
                        .string("five")
                        .parse()
                        .metadata()
                        .string("k"))
                .isEqualTo("five");
    }

    @Test
    void parse_arrays_areBounded() {
        RawGguf floats = RawGguf.header(3, 0, 1).string("k").i32(9).i32(6);
        refused(Kind.TRUNCATED, floats.i64(3).zeros(11));
        refused(Kind.LIMIT, RawGguf.header(3, 0, 1).string("k").i32(9).i32(0).i64((1L << 30) + 1));
        refused(Kind.LIMIT, RawGguf.header(3, 0, 1).string("k").i32(9).i32(0).i64(-1));
        refused(
                Kind.TRUNCATED,
                RawGguf.header(3, 0, 1).string("k").i32(9).i32(12).i64(1 << 30));
        refused(
                Kind.TRUNCATED,
                RawGguf.header(3, 0, 1).string("k").i32(9).i32(8).i64(1 << 30));
        refused(
                Kind.TRUNCATED,
                RawGguf.header(3, 0, 1)
                        .string("k")
                        .i32(9)
                        .i32(8)
                        .i64(2)
                        .string("a")
                        .i64(2)
                        .raw("b"));
        refused(
                Kind.LIMIT,
                RawGguf.header(3, 0, 1)
                        .string("k")
                        .i32(9)
                        .i32(8)
                        .i64(2)
                        .string("a")
                        .i64(-9));
    }

    @Test
    void parse_nestedArray_isRefused() {
        assertThat(refused(
                        Kind.METADATA,
                        RawGguf.header(3, 0, 1).string("k").i32(9).i32(9).i64(0)))
                .hasMessageContaining("array of arrays");
    }

    @Test
    void parse_unknownValueType_isRefused() {
        refused(Kind.METADATA, RawGguf.header(3, 0, 1).string("k").i32(13).i64(0));
        refused(Kind.METADATA, RawGguf.header(3, 0, 1).string("k").i32(-1).i64(0));
        refused(
                Kind.METADATA,
                RawGguf.header(3, 0, 1).string("k").i32(9).i32(77).i64(0));
    }

    @Test
    void parse_badKeys_areRefused() {
        refused(Kind.METADATA, RawGguf.header(3, 0, 1).u32("", 1));
        refused(Kind.METADATA, RawGguf.header(3, 0, 2).u32("a", 1).u32("a", 1));
        refused(Kind.METADATA, RawGguf.header(3, 0, 1).u32("a\0b", 1));
        refused(
                Kind.METADATA,
                RawGguf.header(3, 0, 1).i64(2).raw(0xc3, 0x28).i32(4).i32(1));
        refused(Kind.LIMIT, RawGguf.header(3, 0, 1).u32("k".repeat(65_536), 1));
        assertThat(RawGguf.header(3, 0, 1)
                        .u32("k".repeat(65_535), 1)
                        .parse()
                        .metadata()
                        .size())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 48, -32, 1 << 21, Integer.MIN_VALUE})
    void parse_alignmentNotAllowed_isRefused(int alignment) {
        refused(Kind.METADATA, RawGguf.header(3, 0, 1).u32("general.alignment", alignment));
    }

    @Test
    void parse_alignmentOfAnotherType_isRefused() {
        refused(
                Kind.METADATA,
                RawGguf.header(3, 0, 1).string("general.alignment").i32(10).i64(32));
        refused(
                Kind.METADATA,
                RawGguf.header(3, 0, 1).string("general.alignment").i32(8).string("32"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 64, 1 << 20})
    void parse_alignmentAllowed_placesTensors(int alignment) {
        GgufHeader header = RawGguf.header(3, 1, 1)
                .u32("general.alignment", alignment)
                .tensor("x", 0, 0, 1)
                .pad(alignment)
                .zeros(4)
                .parse();
        assertThat(header.alignment()).isEqualTo(alignment);
        assertThat(header.dataStart() % alignment).isZero();
    }

    @Test
    void parse_badTensorNames_areRefused() {
        refusedTensor(Kind.TENSOR, new RawGguf().tensor("", 0, 0, 1));
        refusedTensor(Kind.LIMIT, new RawGguf().tensor("n".repeat(64), 0, 0, 1));
        refusedTensor(Kind.METADATA, new RawGguf().tensor("a\0", 0, 0, 1));
        refused(
                Kind.TENSOR,
                RawGguf.header(3, 2, 0)
                        .tensor("x", 0, 0, 8)
                        .tensor("x", 0, 32, 8)
                        .pad(32)
                        .zeros(64));
        assertThat(RawGguf.header(3, 1, 0)
                        .tensor("n".repeat(63), 0, 0, 1)
                        .pad(32)
                        .zeros(4)
                        .parse()
                        .tensors())
                .hasSize(1);
    }

    @Test
    void parse_badDimensions_areRefused() {
        refusedTensor(Kind.TENSOR, new RawGguf().tensor("x", 0, 0, 1, 1, 1, 1, 1));
        refusedTensor(Kind.TENSOR, new RawGguf().string("x").i32(-1));
        refusedTensor(Kind.TENSOR, new RawGguf().tensor("x", 0, 0, -1));
        refusedTensor(Kind.TENSOR, new RawGguf().tensor("x", 0, 0, 4, Long.MIN_VALUE));
    }

    @Test
    void parse_productsThatOverflow_areRefused() {
        refusedTensor(Kind.LIMIT, new RawGguf().tensor("x", 0, 0, 1L << 32, 1L << 31));
        refusedTensor(Kind.LIMIT, new RawGguf().tensor("x", 0, 0, Long.MAX_VALUE, 2));
        refusedTensor(Kind.LIMIT, new RawGguf().tensor("x", 0, 0, 1L << 62));
        refusedTensor(Kind.LIMIT, new RawGguf().tensor("x", 28, 0, 1L << 40, 1L << 20));
        // the size fits, but not what follows when it is padded
        refusedTensor(Kind.LIMIT, new RawGguf().tensor("x", 24, 0, Long.MAX_VALUE));
        refusedTensor(Kind.TRUNCATED, new RawGguf().tensor("x", 24, 0, 1L << 62));
    }

    @Test
    void parse_unknownOrRemovedTypes_areRefused() {
        refusedTensor(Kind.TENSOR, new RawGguf().tensor("x", 43, 0, 32));
        refusedTensor(Kind.TENSOR, new RawGguf().tensor("x", -1, 0, 32));
        for (int code : new int[] {4, 5, 31, 32, 33, 36, 37, 38}) {
            assertThat(refusedTensor(Kind.TENSOR, new RawGguf().tensor("x", code, 0, 32)))
                    .hasMessageContaining("which ggml removed; ");
        }
        assertThat(refusedTensor(Kind.TENSOR, new RawGguf().tensor("x", 31, 0, 32)))
                .hasMessage("test.gguf: tensor x has the type q4_0_4_4, which ggml removed; use q4_0, which is repacked"
                        + " at load.");
    }

    @Test
    void parse_partOfABlock_isRefused() {
        assertThat(refusedTensor(Kind.TENSOR, new RawGguf().tensor("x", 12, 0, 576)))
                .hasMessageContaining("576 columns, which is not a multiple of 256, the block size of q4_K");
    }

    @Test
    void parse_offsetsThatAreNotContiguous_areRefused() {
        refusedTensor(Kind.TENSOR, new RawGguf().tensor("x", 0, 32, 1));
        refusedTensor(Kind.TENSOR, new RawGguf().tensor("x", 0, -32, 1));
        for (long second : new long[] {0, 8, 64}) {
            refused(
                    Kind.TENSOR,
                    RawGguf.header(3, 2, 0)
                            .tensor("x", 0, 0, 8)
                            .tensor("y", 0, second, 8)
                            .pad(32)
                            .zeros(256));
        }
    }

    @Test
    void parse_dataBeyondTheFile_isRefused() {
        RawGguf complete = RawGguf.header(3, 1, 0).tensor("x", 0, 0, 8).pad(32).zeros(31);
        assertThat(refused(Kind.TRUNCATED, complete))
                .hasMessageContaining("test.gguf")
                .hasMessageContaining("tensor x")
                .hasMessageEndingWith(" so fetch or convert it again.");
        assertThat(complete.zeros(1).parse().tensors()).hasSize(1);
    }

    @Test
    void parse_hugeCountsInASmallFile_allocateLittle() {
        byte[] bytes = RawGguf.header(3, GgufLimits.MAX_TENSORS, GgufLimits.MAX_KEYS)
                .string("k")
                .i32(9)
                .i32(8)
                .i64(1 << 30)
                .bytes();
        long before = Allocation.ofThisThread();
        assertThatThrownBy(() -> GgufParser.parse(ByteBuffer.wrap(bytes), bytes.length, "x"))
                .isInstanceOf(GgufException.class);
        assertThat(Allocation.ofThisThread() - before).isLessThan(1 << 20);
    }

    @Test
    void parse_stringsThatAreNoUtf8_keepTheirBytes() {
        GgufMetadata metadata = RawGguf.header(3, 0, 1)
                .string("k")
                .i32(8)
                .i64(3)
                .raw('a', 0xff, 'b')
                .parse()
                .metadata();
        assertThat(metadata.string("k")).isEqualTo("a\ufffdb");
        assertThat(((GgufString) metadata.value("k")).bytes()).containsExactly('a', 0xff, 'b');
    }

    private static byte[] whole() {
        return RawGguf.header(3, 1, 3)
                .u32("a", 1)
                .string("s")
                .i32(8)
                .string("text")
                .string("l")
                .i32(9)
                .i32(8)
                .i64(2)
                .string("one")
                .string("two")
                .tensor("x", 0, 0, 4, 2)
                .pad(32)
                .zeros(32)
                .bytes();
    }

    private static GgufException refusedTensor(Kind kind, RawGguf tensor) {
        String info = new String(tensor.bytes(), StandardCharsets.ISO_8859_1);
        int[] raw = info.chars().toArray();
        return refused(kind, RawGguf.header(3, 1, 0).raw(raw).pad(32).zeros(64));
    }

    private static GgufException refused(Kind kind, RawGguf file) {
        GgufException e = catchThrowableOfType(GgufException.class, file::parse);
        assertThat(e).as("the file is refused").isNotNull();
        assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind);
        assertThat(e.file()).isEqualTo("test.gguf");
        assertThat(e.getMessage()).startsWith("test.gguf: ").contains("; ").endsWith(".");
        return e;
    }
}
