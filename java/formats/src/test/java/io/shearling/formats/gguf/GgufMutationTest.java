package io.shearling.formats.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Damaged files are refused with a {@link GgufException} or read; nothing else happens, and little is allocated. */
class GgufMutationTest {
    private static final int MUTATIONS = 20_000;
    private static final long[] WORDS = {
        -1, 0, 1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 30, (1L << 30) + 1, 1L << 31, 1L << 32, 0xffff_ffffL, 1L << 62
    };

    @Test
    void parse_damagedFile_isReadOrRefused() {
        byte[] good = AnyBytes.golden();
        Random random = new Random(42);
        int read = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] bad = mutate(good, random);
            try {
                read += AnyBytes.read(bad) ? 1 : 0;
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("mutation " + i + " ends in " + e, e);
            }
        }
        assertThat(read).isBetween(MUTATIONS / 20, MUTATIONS * 3 / 4);
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
}
