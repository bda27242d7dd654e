package io.shearling.formats.gguf;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The reader against Jazzer, which watches what an input reaches and changes those that reach something new. That is what the
 * profile {@code soak} does; other runs only replay the seeds. An input that it finds becomes a seed.
 */
class GgufFuzzTest {
    /** Five seconds are a hang. On a busy machine the first input takes as long, because it brings the classes with it. */
    @MethodSource("seeds")
    @Timeout(120) // with the start of Jazzer
    @FuzzTest(maxExecutions = 1_000_000, maxDuration = "")
    void parse_anyBytes_areReadOrRefused(byte[] file) {
        AnyBytes.read(file);
    }

    static Stream<byte[]> seeds() {
        return Stream.of(
                AnyBytes.golden(),
                new byte[0],
                RawGguf.header(3, 0, 0).bytes(),
                RawGguf.header(2, 0, 0).bytes(),
                RawGguf.header(3, -1, -1).bytes(),
                RawGguf.header(3, 0, 1).u32("general.alignment", 8).bytes(),
                RawGguf.header(3, 0, 1).u32("general.alignment", 0).bytes(),
                RawGguf.header(3, 0, 2).u32("k", 1).u32("k", 2).bytes(),
                RawGguf.header(3, 0, 1).string("s").i32(8).i64(Long.MAX_VALUE).bytes(),
                RawGguf.header(3, 0, 1)
                        .string("a")
                        .i32(9)
                        .i32(8)
                        .i64(2)
                        .string("x")
                        .string("y")
                        .bytes(),
                RawGguf.header(3, 0, 1).string("a").i32(9).i32(9).i64(1).bytes(),
                RawGguf.header(3, 0, 1).string("a").i32(9).i32(0).i64(1L << 30).bytes(),
                RawGguf.header(3, 1, 0)
                        .tensor("t", 0, 0, 4)
                        .pad(32)
                        .zeros(16)
                        .pad(32)
                        .bytes(),
                RawGguf.header(3, 1, 0)
                        .tensor("t", 2, 0, 32, 2)
                        .pad(32)
                        .zeros(36)
                        .pad(32)
                        .bytes(),
                RawGguf.header(3, 1, 0).tensor("t", 0, 0, Long.MAX_VALUE, 2).bytes(),
                shape());
    }

    private static byte[] shape() {
        return RawGguf.header(3, 0, 6)
                .string("general.architecture")
                .i32(8)
                .string("x")
                .u32("x.block_count", 2)
                .u32("x.embedding_length", 8)
                .u32("x.context_length", 8)
                .u32("x.attention.head_count", 2)
                .u32("x.expert_count", 0)
                .bytes();
    }
}
