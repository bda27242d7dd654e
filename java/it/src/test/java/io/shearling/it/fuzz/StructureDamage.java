package io.shearling.it.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Counts, lengths, type codes and names that lie about what follows. */
final class StructureDamage implements Damage {
    private static final long[] LIES = {
        -1, 1, -2, 2, 100, 1 << 16, 1L << 30, 1L << 31, 1L << 32, 1L << 61, Long.MAX_VALUE, Long.MIN_VALUE
    };

    @Override
    public String to(LooseModel model, Random random) {
        LooseModel.Key key = Damage.pick(random, model.keys);
        long lie = LIES[random.nextInt(LIES.length)];
        switch (random.nextInt(9)) {
            case 0 -> {
                model.moreKeys += lie;
                return "keys counted by " + lie + " too many";
            }
            case 1 -> {
                model.moreTensors += lie;
                return "tensors counted by " + lie + " too many";
            }
            case 2 -> {
                model.version = Damage.pick(random, List.of(0, 1, 2, 4, 3 << 24, -1));
                return "version " + model.version;
            }
            case 3 -> {
                key.value = new LooseValue(random.nextInt(16), key.value.bytes());
                return key.text() + " as type " + key.value.type();
            }
            case 4 -> {
                key.value = lengthened(key.value, lie, random);
                return key.text() + " longer by " + lie;
            }
            case 5 -> {
                key.name = name(random);
                return "a key called " + key.text();
            }
            case 6 -> {
                LooseModel.Tensor tensor = Damage.pick(random, model.tensors);
                tensor.name = name(random);
                return "a tensor called " + tensor.text();
            }
            case 7 -> {
                int alignment = Damage.pick(random, List.of(0, 1, 3, 8, 16, 64, 4096, 1 << 20, 1 << 30, -1));
                model.put("general.alignment", LooseValue.scalar(LooseValue.U32, alignment));
                if (random.nextBoolean() && alignment > 0 && alignment <= 4096) {
                    model.alignment = alignment;
                }
                return "alignment " + alignment + ", truly " + model.alignment;
            }
            default -> {
                Collections.shuffle(model.keys, random);
                return "keys shuffled";
            }
        }
    }

    /** The length of a text or an array, or the type of an array's elements, said to be other than it is. */
    private static LooseValue lengthened(LooseValue value, long by, Random random) {
        byte[] bytes = value.bytes();
        int at = value.type() == LooseValue.ARRAY ? 4 : 0;
        if (value.type() == LooseValue.ARRAY && random.nextInt(3) == 0) {
            bytes[0] = (byte) random.nextInt(15);
        } else if (bytes.length >= at + 8) {
            ByteBuffer view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            view.putLong(at, view.getLong(at) + by);
        }
        return new LooseValue(value.type(), bytes);
    }

    private static byte[] name(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> new byte[0];
            case 1 -> new byte[] {'a', 0, 'b'};
            case 2 -> new byte[] {(byte) 0xff, (byte) 0xc0};
            case 3 ->
                "n".repeat(Damage.pick(random, List.of(63, 64, 65_535, 65_536))).getBytes(StandardCharsets.UTF_8);
            default -> "general.name".getBytes(StandardCharsets.UTF_8);
        };
    }
}
