package io.shearling.formats.gguf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Puts the bytes of a GGUF file together by hand, right or wrong. */
final class RawGguf {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** Magic, version, number of tensors, number of keys. */
    static RawGguf header(int version, long tensors, long keys) {
        return new RawGguf().raw("GGUF").i32(version).i64(tensors).i64(keys);
    }

    RawGguf raw(String text) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    RawGguf raw(int... bytes) {
        for (int b : bytes) {
            out.write(b);
        }
        return this;
    }

    RawGguf i32(int value) {
        return number(value, 4);
    }

    RawGguf i64(long value) {
        return number(value, 8);
    }

    RawGguf string(String text) {
        return i64(text.getBytes(StandardCharsets.UTF_8).length).raw(text);
    }

    /** A key with a u32. */
    RawGguf u32(String key, int value) {
        return string(key).i32(4).i32(value);
    }

    RawGguf tensor(String name, int type, long offset, long... extents) {
        string(name).i32(extents.length);
        for (long extent : extents) {
            i64(extent);
        }
        return i32(type).i64(offset);
    }

    RawGguf pad(int alignment) {
        while (out.size() % alignment != 0) {
            out.write(0);
        }
        return this;
    }

    RawGguf zeros(int count) {
        out.writeBytes(new byte[count]);
        return this;
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    GgufHeader parse() {
        byte[] bytes = bytes();
        return GgufParser.parse(ByteBuffer.wrap(bytes), bytes.length, "test.gguf");
    }

    private RawGguf number(long value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            out.write((int) (value >>> (8 * i)));
        }
        return this;
    }
}
