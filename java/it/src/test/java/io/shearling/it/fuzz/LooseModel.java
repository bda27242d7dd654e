package io.shearling.it.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A GGUF file in its pieces, which can be put together wrongly: the product's writer would refuse to. For one thread.
 *
 * <p>Counts and offsets are those of the pieces unless they are told to lie.
 */
final class LooseModel {
    private static final int MAGIC = 0x46554747;

    int version = 3;
    int alignment = 32;
    /** Added to the counts in the header. */
    long moreTensors;

    long moreKeys;
    final List<Key> keys = new ArrayList<>();
    final List<Tensor> tensors = new ArrayList<>();

    /** A metadata key with its value. */
    static final class Key {
        byte[] name;
        LooseValue value;

        Key(byte[] name, LooseValue value) {
            this.name = name;
            this.value = value;
        }

        String text() {
            return new String(name, StandardCharsets.UTF_8);
        }

        Key copy() {
            return new Key(name, value);
        }
    }

    /** A tensor's description and its data. */
    static final class Tensor {
        byte[] name;
        long[] extents;
        int type;
        byte[] data;
        /** What the file says in place of the true offset, or null. */
        @Nullable
        Long offset;

        Tensor(byte[] name, long[] extents, int type, byte[] data) {
            this.name = name;
            this.extents = extents;
            this.type = type;
            this.data = data;
        }

        String text() {
            return new String(name, StandardCharsets.UTF_8);
        }

        Tensor copy() {
            return new Tensor(name, extents.clone(), type, data);
        }
    }

    /** The pieces of a well-formed file of version 3 whose tensors lie in order. */
    static LooseModel of(byte[] file) {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        LooseModel model = new LooseModel();
        in.position(8);
        long tensorCount = in.getLong();
        long keyCount = in.getLong();
        for (long i = 0; i < keyCount; i++) {
            byte[] name = text(in);
            int type = in.getInt();
            model.keys.add(new Key(name, new LooseValue(type, value(in, type))));
        }
        List<Long> offsets = new ArrayList<>();
        for (long i = 0; i < tensorCount; i++) {
            byte[] name = text(in);
            long[] extents = new long[in.getInt()];
            for (int d = 0; d < extents.length; d++) {
                extents[d] = in.getLong();
            }
            model.tensors.add(new Tensor(name, extents, in.getInt(), new byte[0]));
            offsets.add(in.getLong());
        }
        int dataStart = pad(in.position(), model.alignment);
        for (int i = 0; i < offsets.size(); i++) {
            int from = dataStart + Math.toIntExact(offsets.get(i));
            int to = i + 1 < offsets.size() ? dataStart + Math.toIntExact(offsets.get(i + 1)) : file.length;
            byte[] data = new byte[to - from];
            in.get(from, data);
            model.tensors.get(i).data = data;
        }
        return model;
    }

    /** The file as far as its header goes, and its length: damage there is more telling than in the weights. */
    int headerBytes() {
        return header().length;
    }

    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(header());
        padTo(out);
        for (Tensor tensor : tensors) {
            out.writeBytes(tensor.data);
            padTo(out);
        }
        return out.toByteArray();
    }

    Optional<Key> key(String name) {
        return keys.stream().filter(key -> key.text().equals(name)).findFirst();
    }

    /** Gives a key another value, or adds it. */
    void put(String name, LooseValue value) {
        key(name)
                .ifPresentOrElse(
                        key -> key.value = value,
                        () -> keys.add(new Key(name.getBytes(StandardCharsets.UTF_8), value)));
    }

    void remove(String name) {
        keys.removeIf(key -> key.text().equals(name));
    }

    String architecture() {
        return key("general.architecture")
                .filter(key -> key.value.type() == LooseValue.STRING)
                .map(key -> new String(key.value.bytes(), 8, key.value.bytes().length - 8, StandardCharsets.UTF_8))
                .orElse("none");
    }

    private byte[] header() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        number(out, MAGIC, 4);
        number(out, version, 4);
        number(out, tensors.size() + moreTensors, 8);
        number(out, keys.size() + moreKeys, 8);
        for (Key key : keys) {
            out.writeBytes(LooseValue.withLength(key.name));
            number(out, key.value.type(), 4);
            out.writeBytes(key.value.bytes());
        }
        long offset = 0;
        for (Tensor tensor : tensors) {
            out.writeBytes(LooseValue.withLength(tensor.name));
            number(out, tensor.extents.length, 4);
            for (long extent : tensor.extents) {
                number(out, extent, 8);
            }
            number(out, tensor.type, 4);
            number(out, tensor.offset == null ? offset : tensor.offset, 8);
            offset = pad(Math.toIntExact(offset + tensor.data.length), alignment);
        }
        return out.toByteArray();
    }

    private void padTo(ByteArrayOutputStream out) {
        out.writeBytes(new byte[pad(out.size(), alignment) - out.size()]);
    }

    private static byte[] value(ByteBuffer in, int type) {
        int from = in.position();
        if (type == LooseValue.STRING) {
            text(in);
        } else if (type == LooseValue.ARRAY) {
            int elementType = in.getInt();
            long count = in.getLong();
            for (long i = 0; i < count; i++) {
                value(in, elementType);
            }
        } else {
            in.position(from + LooseValue.size(type));
        }
        byte[] bytes = new byte[in.position() - from];
        in.get(from, bytes);
        return bytes;
    }

    private static byte[] text(ByteBuffer in) {
        byte[] text = new byte[Math.toIntExact(in.getLong())];
        in.get(text);
        return text;
    }

    private static void number(ByteArrayOutputStream out, long value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            out.write((int) (value >>> (8 * i)));
        }
    }

    private static int pad(int offset, int alignment) {
        return Math.addExact(offset, alignment - 1) / alignment * alignment;
    }
}
