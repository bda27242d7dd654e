package io.shearling.it.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Tensors that are missing, doubled, of other shapes and types, or hold what is not a number. */
final class TensorDamage implements Damage {
    private static final long[] EXTENTS = {
        0, 1, 2, 31, 32, 33, 63, 65, 256, 1 << 20, 1L << 31, 1L << 32, 1L << 62, -1, Long.MAX_VALUE, Long.MIN_VALUE
    };

    /** Names that a loader asks for where it finds a reason. */
    private static final List<String> NAMES = List.of(
            "rope_freqs.weight",
            "rope_factors_long.weight",
            "output.bias",
            "blk.0.attn_q.bias",
            "blk.0.attn_k.bias",
            "blk.0.attn_q_norm.weight",
            "blk.0.attn_rot_embd",
            "blk.0.ffn_gate_inp.weight",
            "cls.weight",
            "cls.output.weight",
            "output_norm.bias",
            "blk.7.attn_q.weight",
            "blk.0.attn_qkv.weight",
            "x",
            "position_embd.weight",
            "token_types.weight",
            "");

    @Override
    public String to(LooseModel model, Random random) {
        LooseModel.Tensor tensor = Damage.pick(random, model.tensors);
        String name = tensor.text();
        switch (random.nextInt(13)) {
            case 0 -> {
                model.tensors.remove(tensor);
                return name + " removed";
            }
            case 1 -> {
                model.tensors.add(tensor.copy());
                return name + " doubled";
            }
            case 2 -> {
                tensor.type = random.nextInt(45);
                return name + " of type " + tensor.type;
            }
            case 3 -> {
                reverse(tensor.extents);
                return name + " with its dimensions turned round";
            }
            case 4 -> {
                if (tensor.extents.length > 0) {
                    tensor.extents[random.nextInt(tensor.extents.length)] = EXTENTS[random.nextInt(EXTENTS.length)];
                }
                return name + " of shape " + Arrays.toString(tensor.extents);
            }
            case 5 -> {
                tensor.extents = Arrays.copyOf(tensor.extents, random.nextInt(6));
                return name + " of shape " + Arrays.toString(tensor.extents);
            }
            case 6 -> {
                tensor.offset = Damage.pick(random, List.of(0L, 1L, 32L, 1L << 40, -32L, Long.MAX_VALUE));
                return name + " at " + tensor.offset;
            }
            case 7 -> {
                LooseModel.Tensor copy = tensor.copy();
                copy.name = Damage.pick(random, NAMES).getBytes(StandardCharsets.UTF_8);
                model.tensors.add(copy);
                return name + " also as " + copy.text();
            }
            case 8 -> {
                resize(tensor, random);
                return name + " truly of shape " + Arrays.toString(tensor.extents);
            }
            case 9 -> {
                Collections.swap(model.tensors, model.tensors.indexOf(tensor), random.nextInt(model.tensors.size()));
                return name + " elsewhere";
            }
            case 10 -> {
                LooseModel.Tensor other = Damage.pick(random, model.tensors);
                byte[] swapped = other.name;
                other.name = tensor.name;
                tensor.name = swapped;
                return name + " and " + tensor.text() + " change names";
            }
            case 11 -> {
                recast(tensor, random);
                return name + " recast as type " + tensor.type;
            }
            default -> {
                return name + " with " + poison(tensor, random);
            }
        }
    }

    /** Another shape with data to match. */
    private static void resize(LooseModel.Tensor tensor, Random random) {
        if (tensor.extents.length == 0 || tensor.type != 0 || !small(tensor)) {
            return;
        }
        int at = random.nextInt(tensor.extents.length);
        tensor.extents[at] = Math.max(1, tensor.extents[at] + Damage.pick(random, List.of(-1, 1, -32, 32, 64, -63)));
        tensor.data = Arrays.copyOf(tensor.data, (int)
                (4 * Arrays.stream(tensor.extents).reduce(1, (a, b) -> a * b)));
    }

    /** Another type whose blocks fit, its bytes those that were there. */
    private static void recast(LooseModel.Tensor tensor, Random random) {
        // type code, elements of a block, bytes of a block
        int[][] types = {
            {1, 1, 2}, {2, 32, 18}, {3, 32, 20}, {8, 32, 34}, {24, 1, 1}, {26, 1, 4}, {30, 1, 2}, {28, 1, 8}
        };
        int[] type = types[random.nextInt(types.length)];
        long elements = Arrays.stream(tensor.extents).reduce(1, (a, b) -> a * b);
        if (tensor.type == 0 && tensor.extents.length > 0 && small(tensor) && tensor.extents[0] % type[1] == 0) {
            tensor.type = type[0];
            tensor.data = Arrays.copyOf(tensor.data, (int) (elements / type[1] * type[2]));
        }
    }

    /** Whether its data can be had: another damage may have made it huge. */
    private static boolean small(LooseModel.Tensor tensor) {
        return Arrays.stream(tensor.extents).allMatch(extent -> extent > 0 && extent < 1024)
                && Arrays.stream(tensor.extents).reduce(1, (a, b) -> a * b) < 1 << 20;
    }

    private static String poison(LooseModel.Tensor tensor, Random random) {
        float value = Damage.pick(
                random, List.of(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MAX_VALUE, 0f, -1f));
        ByteBuffer data = ByteBuffer.wrap(tensor.data).order(ByteOrder.LITTLE_ENDIAN);
        int from = 4 * random.nextInt(Math.max(1, tensor.data.length / 4));
        int to = random.nextBoolean() ? from + 4 : tensor.data.length;
        for (int at = from; at + 4 <= Math.min(to, tensor.data.length); at += 4) {
            data.putFloat(at, value);
        }
        return value + " from byte " + from + " to " + to;
    }

    private static void reverse(long[] extents) {
        for (int i = 0, j = extents.length - 1; i < j; i++, j--) {
            long first = extents[i];
            extents[i] = extents[j];
            extents[j] = first;
        }
    }
}
