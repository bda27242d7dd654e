package io.shearling.formats.safetensors;

import static io.shearling.formats.safetensors.RawSafetensors.file;
import static io.shearling.formats.safetensors.RawSafetensors.parse;
import static io.shearling.formats.safetensors.RawSafetensors.tensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.shearling.formats.safetensors.SafetensorsException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the reader takes, and every refusal, each with bytes made by hand. */
class SafetensorsParserTest {
    private static final String A = tensor("a", "F32", "2", "0,8");
    private static final String B = tensor("b", "BF16", "2,3", "8,20");

    @Test
    void parse_smallFile_isRead() {
        String header = "{\"__metadata__\":{\"format\":\"pt\"}," + B + "," + A + "}    ";
        SafetensorsHeader read = parse(header, 20);
        assertThat(read.metadata()).isEqualTo(Map.of("format", "pt"));
        long start = 8L + header.length();
        assertThat(read.dataStart()).isEqualTo(start);
        assertThat(read.tensors())
                .containsExactly(
                        new SafetensorsTensor("a", SafetensorsType.F32, List.of(2L), start, 8),
                        new SafetensorsTensor("b", SafetensorsType.BF16, List.of(2L, 3L), start + 8, 12));
        assertThat(read.tensors().get(1).elements()).isEqualTo(6);
    }

    @Test
    void parse_singleValueAndEmptyTensors_areRead() {
        String header = "{" + tensor("none", "I64", "0,7", "0,0") + "," + tensor("one", "U8", "", "0,1") + ","
                + tensor("end", "F32", "0", "1,1") + "}";
        assertThat(parse(header, 1).tensors())
                .extracting(SafetensorsTensor::name)
                .containsExactly("none", "one", "end");
    }

    @Test
    void parse_noTensors_isRead() {
        assertThat(parse("{}", 0).tensors()).isEmpty();
        assertThat(parse("{\"__metadata__\":null}", 0).metadata()).isEmpty();
    }

    @Test
    void parse_halvesOfBytes_fillThem() {
        assertThat(parse("{" + tensor("a", "F4", "4", "0,2") + "}", 2).tensors())
                .hasSize(1);
        assertThat(parse("{" + tensor("a", "F6_E2M3", "4", "0,3") + "}", 3).tensors())
                .hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(SafetensorsType.class)
    void parse_eachType_isRead(SafetensorsType type) {
        int bytes = type.bits();
        assertThat(parse("{" + tensor("a", type.name(), "8", "0," + bytes) + "}", bytes)
                        .tensors()
                        .get(0)
                        .type())
                .isEqualTo(type);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostile")
    void parse_hostileFile_isRefusedWithASentence(String story, byte[] file, Kind kind) {
        SafetensorsException refusal = catchThrowableOfType(SafetensorsException.class, () -> parse(file));
        assertThat(refusal).as(story).isNotNull();
        assertThat(refusal.kind()).isEqualTo(kind);
        assertThat(refusal.getMessage())
                .startsWith("x.safetensors: ")
                .endsWith(".")
                .contains("; ")
                .doesNotContainPattern("\\p{Cntrl}")
                .hasSizeLessThan(400);
    }

    static Stream<Arguments> hostile() {
        return Stream.of(
                bad("no byte", new byte[0], Kind.TRUNCATED),
                bad("seven bytes", new byte[7], Kind.TRUNCATED),
                bad("a header longer than the file", RawSafetensors.length(1), Kind.TRUNCATED),
                bad("a header of 2^62 bytes", RawSafetensors.length(1L << 62), Kind.TRUNCATED),
                bad("a header of -1 bytes", RawSafetensors.length(-1), Kind.TRUNCATED),
                bad("an empty header", file("", 8), Kind.HEADER),
                bad("a space before the brace", file(" {}", 0), Kind.HEADER),
                bad("a list", file("[]", 0), Kind.HEADER),
                bad("no closing brace", file("{" + A, 8), Kind.HEADER),
                bad("two objects", file("{}{}", 0), Kind.HEADER),
                bad("not UTF-8", file(new byte[] {'{', '"', (byte) 0xff, '"', '}'}, 0), Kind.HEADER),
                bad("UTF-16", file("{\"a\":1}".getBytes(StandardCharsets.UTF_16LE), 0), Kind.HEADER),
                bad("half of a surrogate pair", file("{" + tensor("\\ud800", "F32", "2", "0,8") + "}", 8), Kind.HEADER),
                bad("deep nesting", file("{\"a\":" + "[".repeat(100_000), 0), Kind.TENSOR),
                bad("deep nesting in a description", file("{\"a\":{\"x\":" + "[".repeat(100_000), 0), Kind.LIMIT),
                bad("a tensor twice", file("{" + A + "," + A + "}", 8), Kind.HEADER),
                bad(
                        "two tensors of one name",
                        file("{" + A + "," + tensor("a", "F32", "1", "8,12") + "}", 12),
                        Kind.HEADER),
                bad("a field twice", file("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}", 8), Kind.HEADER),
                bad("metadata twice", file("{\"__metadata__\":{},\"__metadata__\":{}}", 0), Kind.HEADER),
                bad("metadata that is no object", file("{\"__metadata__\":7}", 0), Kind.HEADER),
                bad("metadata that is no text", file("{\"__metadata__\":{\"k\":7}}", 0), Kind.HEADER),
                bad("a tensor without description", file("{\"a\":7}", 0), Kind.TENSOR),
                bad("no type", file("{\"a\":{\"shape\":[],\"data_offsets\":[0,0]}}", 0), Kind.TENSOR),
                bad("no range", file("{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}", 8), Kind.TENSOR),
                bad("an unknown type", file("{" + tensor("a", "F33", "2", "0,8") + "}", 8), Kind.TENSOR),
                bad("a type of another kind", file("{\"a\":{\"dtype\":7}}", 8), Kind.TENSOR),
                bad("a negative extent", file("{" + tensor("a", "F32", "-2", "0,8") + "}", 8), Kind.TENSOR),
                bad("a fraction", file("{" + tensor("a", "F32", "2.0", "0,8") + "}", 8), Kind.TENSOR),
                bad(
                        "an extent of 2^64",
                        file("{" + tensor("a", "F32", "18446744073709551616", "0,8") + "}", 8),
                        Kind.HEADER),
                bad(
                        "a number of a thousand digits",
                        file("{" + tensor("a", "F32", "1".repeat(1000), "0,8") + "}", 8),
                        Kind.LIMIT),
                bad(
                        "a product beyond 2^63",
                        file("{" + tensor("a", "F32", "4294967296,4294967296", "0,8") + "}", 8),
                        Kind.TENSOR),
                bad(
                        "bytes beyond 2^63",
                        file("{" + tensor("a", "F64", "2305843009213693952", "0,8") + "}", 8),
                        Kind.TENSOR),
                bad(
                        "too many dimensions",
                        file("{" + tensor("a", "F32", "1,".repeat(16) + "1", "0,4") + "}", 4),
                        Kind.TENSOR),
                bad("one offset", file("{" + tensor("a", "F32", "2", "0") + "}", 8), Kind.TENSOR),
                bad("three offsets", file("{" + tensor("a", "F32", "2", "0,8,8") + "}", 8), Kind.TENSOR),
                bad("negative offsets", file("{" + tensor("a", "F32", "2", "-8,0") + "}", 8), Kind.TENSOR),
                bad("minus zero", file("{" + tensor("a", "F32", "2", "-0,8") + "}", 8), Kind.TENSOR),
                bad("begin after end", file("{" + tensor("a", "F32", "2", "8,0") + "}", 8), Kind.TENSOR),
                bad("beyond the end", file("{" + tensor("a", "F32", "2", "4,12") + "}", 8), Kind.TENSOR),
                bad("another size", file("{" + tensor("a", "F32", "3", "0,8") + "}", 8), Kind.TENSOR),
                bad("half a byte", file("{" + tensor("a", "F4", "3", "0,2") + "}", 2), Kind.TENSOR),
                bad(
                        "two tensors on the same bytes",
                        file("{" + A + "," + tensor("b", "F32", "2", "0,8") + "}", 8),
                        Kind.LAYOUT),
                bad(
                        "tensors that overlap",
                        file("{" + A + "," + tensor("b", "F32", "2", "4,12") + "}", 12),
                        Kind.LAYOUT),
                bad("a hole", file("{" + A + "," + tensor("b", "F32", "1", "12,16") + "}", 16), Kind.LAYOUT),
                bad("a hole before the first", file("{" + tensor("a", "F32", "2", "4,12") + "}", 12), Kind.LAYOUT),
                bad("bytes after the last", file("{" + A + "}", 9), Kind.LAYOUT),
                bad("data and no tensor", file("{}", 1), Kind.LAYOUT),
                bad(
                        "a name that a terminal obeys",
                        file("{" + tensor("\\u001b]52;c;\\u0007", "F33", "2", "0,8") + "}", 8),
                        Kind.TENSOR),
                bad("a name of a million letters", file("{\"" + "a".repeat(1 << 20) + "\":7}", 0), Kind.LIMIT),
                bad(
                        "metadata of megabytes",
                        file("{\"__metadata__\":{\"k\":\"" + "a".repeat(5 << 20) + "\"}}", 0),
                        Kind.LIMIT));
    }

    private static Arguments bad(String story, byte[] file, Kind kind) {
        return Arguments.of(story, file, kind);
    }
}
