package io.shearling.formats.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SegmentedBytesTest {

    @Test
    void reads_acrossBorders_areTheSameAsWithoutBorders() {
        byte[] bytes = new byte[203];
        new Random(5).nextBytes(bytes);
        SegmentedBytes whole = SegmentedBytes.of(bytes);
        for (int shift = 3; shift < 7; shift++) {
            SegmentedBytes pieces = split(bytes, shift);
            assertThat(pieces.size()).isEqualTo(203);
            for (int at = 0; at < 203; at++) {
                assertThat(pieces.i8(at)).isEqualTo(whole.i8(at));
                if (at <= 199) {
                    assertThat(pieces.i32(at)).isEqualTo(whole.i32(at));
                }
                if (at <= 195) {
                    assertThat(pieces.i64(at)).isEqualTo(whole.i64(at));
                }
                for (int length = 0; length <= 203 - at; length += 7) {
                    assertThat(pieces.bytes(at, length)).isEqualTo(whole.bytes(at, length));
                    assertThat(pieces.view(at, length)).isEqualTo(whole.view(at, length));
                }
                assertThat(SegmentedBytes.equal(pieces, at, 203 - at, whole, at, 203 - at))
                        .isTrue();
                assertThat(pieces.hash(at, 203 - at)).isEqualTo(whole.hash(at, 203 - at));
            }
        }
    }

    @Test
    void reads_beyondTheEnd_areRefused() {
        SegmentedBytes pieces = split(new byte[20], 3);
        assertThatThrownBy(() -> pieces.i8(20)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> pieces.i8(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> pieces.i64(13)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> pieces.bytes(15, 6)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> pieces.view(15, 6)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void parse_fileInSmallSegments_isTheSame() {
        byte[] bytes = RawGguf.header(3, 1, 2)
                .string("words")
                .i32(9)
                .i32(8)
                .i64(3)
                .string("one")
                .string("")
                .string("three")
                .string("n")
                .i32(11)
                .i64(-5)
                .tensor("x", 0, 0, 8)
                .pad(32)
                .zeros(32)
                .bytes();
        GgufHeader expected = GgufParser.parse(ByteBuffer.wrap(bytes), bytes.length, "whole");
        GgufHeader header = GgufParser.parse(split(bytes, 3), bytes.length, "pieces");
        assertThat(header.metadata()).isEqualTo(expected.metadata());
        assertThat(header.tensors()).isEqualTo(expected.tensors());
        assertThat(header.metadata().array("words").strings()).containsExactly("one", "", "three");
    }

    private static SegmentedBytes split(byte[] bytes, int shift) {
        List<ByteBuffer> buffers = new ArrayList<>();
        for (int start = 0; start < bytes.length; start += 1 << shift) {
            buffers.add(ByteBuffer.wrap(bytes, start, Math.min(1 << shift, bytes.length - start)));
        }
        return SegmentedBytes.of(buffers, shift);
    }
}
