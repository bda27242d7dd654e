package io.shearling.formats.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.formats.model.ModelShape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Damaged files are refused with a {@link GgufException} or read; nothing else happens, and little is allocated. */
class GgufMutationTest {
    private static final int MUTATIONS = 20_000;
    private static final long[] WORDS = {
        -1, 0, 1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 30, (1L << 30) + 1, 1L << 31, 1L << 32, 0xffff_ffffL, 1L << 62
    };

    @Test
    void parse_damagedFile_isReadOrRefused() throws IOException {
        byte[] good = golden();
        Random random = new Random(42);
        int refused = 0;
        int read = 0;
        long largest = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] bad = mutate(good, random);
            long before = Allocation.ofThisThread();
            try {
                use(bad);
                read++;
            } catch (GgufException e) {
                refused += String.valueOf(e.getMessage()).startsWith("bad.gguf: ") ? 1 : 0;
            } catch (RuntimeException e) {
                throw new AssertionError("mutation " + i + " ends in " + e, e);
            }
            largest = Math.max(largest, Allocation.ofThisThread() - before);
        }
        assertThat(largest).isLessThan(1 << 20);
        assertThat(refused + read).isEqualTo(MUTATIONS);
        assertThat(refused).isGreaterThan(MUTATIONS / 4);
        assertThat(read).isGreaterThan(MUTATIONS / 20);
    }

    private static void use(byte[] bytes) {
        GgufHeader header = GgufParser.parse(ByteBuffer.wrap(bytes), bytes.length, "bad.gguf");
        GgufMetadata metadata = header.metadata();
        int touched = 0;
        for (String key : metadata.keys()) {
            GgufValue value = metadata.value(key);
            touched += value.toString().length() + value.hashCode();
            if (value instanceof GgufArray array) {
                touched += touch(array);
            }
        }
        for (TensorInfo tensor : header.tensors()) {
            if (tensor.fileOffset() < 0 || tensor.fileOffset() + tensor.sizeBytes() > bytes.length) {
                throw new AssertionError(tensor + " is not within the file; " + touched);
            }
        }
        if (metadata.contains("llama.block_count")) {
            shape(metadata);
        }
    }

    /** The file has too few keys for a shape, so this ends well only when a mutation hides its layers. */
    private static void shape(GgufMetadata metadata) {
        try {
            ModelShape.find(metadata);
        } catch (GgufException e) {
            assertThat(e.kind()).isIn(GgufException.Kind.MISSING_KEY, GgufException.Kind.VALUE);
        }
    }

    private static int touch(GgufArray array) {
        int touched = 0;
        for (int i = 0; i < array.size(); i++) {
            touched += switch (array.elementType()) {
                case STRING -> array.string(i).length();
                case BOOL -> array.bool(i) ? 1 : 0;
                default -> (int) array.number(i);
            };
        }
        return touched;
    }

    private static byte[] mutate(byte[] good, Random random) {
        byte[] bad = good.clone();
        int header = 1100;
        switch (random.nextInt(5)) {
            case 0 -> bad[random.nextInt(header)] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bad[random.nextInt(header)] = (byte) random.nextInt();
            case 2 ->
                ByteBuffer.wrap(bad)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(random.nextInt(header), WORDS[random.nextInt(WORDS.length)]);
            case 3 -> {
                for (int i = random.nextInt(8); i >= 0; i--) {
                    bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
                }
            }
            default -> bad = Arrays.copyOf(bad, random.nextInt(bad.length));
        }
        return bad;
    }

    private static byte[] golden() throws IOException {
        try (InputStream in = Objects.requireNonNull(GgufMutationTest.class.getResourceAsStream("golden.gguf"))) {
            return in.readAllBytes();
        }
    }
}
