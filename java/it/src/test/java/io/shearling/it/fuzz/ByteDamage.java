package io.shearling.it.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;

/** Damage to the bytes of a file, wherever it strikes. */
final class ByteDamage {
    private static final long[] WORDS = {
        -1, 0, 1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 30, (1L << 30) + 1, 1L << 31, 1L << 32, 0xffff_ffffL, 1L << 62
    };

    private ByteDamage() {}

    /** The file with damage, most of it in its first bytes. */
    static byte[] to(byte[] file, int headerBytes, Random random) {
        byte[] bad = file.clone();
        int reach = Math.min(random.nextInt(4) > 0 ? headerBytes : bad.length, bad.length);
        if (reach < Long.BYTES) {
            return bad;
        }
        switch (random.nextInt(5)) {
            case 0 -> bad[random.nextInt(reach)] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bad[random.nextInt(reach)] = (byte) random.nextInt();
            case 2 ->
                ByteBuffer.wrap(bad)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(random.nextInt(reach - Long.BYTES + 1), WORDS[random.nextInt(WORDS.length)]);
            case 3 -> {
                for (int i = random.nextInt(8); i >= 0; i--) {
                    bad[random.nextInt(reach)] ^= (byte) (1 << random.nextInt(8));
                }
            }
            default -> bad = Arrays.copyOf(bad, random.nextInt(reach));
        }
        return bad;
    }
}
