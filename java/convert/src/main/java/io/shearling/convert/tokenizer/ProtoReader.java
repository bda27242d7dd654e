package io.shearling.convert.tokenizer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Walks the fields of a message in the wire format of protocol buffers; for one thread. */
final class ProtoReader {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private final ByteBuffer bytes;
    private int field;
    private int wire;

    ProtoReader(ByteBuffer bytes) {
        this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
    }

    /** What is read is no message. */
    static final class BrokenException extends IOException {
        private static final long serialVersionUID = 1;

        private BrokenException(String message) {
            super(message);
        }
    }

    /** Goes to the next field, if there is one. */
    boolean next() throws BrokenException {
        if (!bytes.hasRemaining()) {
            return false;
        }
        long tag = varint();
        field = (int) (tag >>> 3);
        wire = (int) (tag & 7);
        return true;
    }

    /** The number of the current field. */
    int field() {
        return field;
    }

    /** The value of the current field, an integer. */
    long number() throws BrokenException {
        require(VARINT);
        return varint();
    }

    /** The value of the current field, a float. */
    float real() throws BrokenException {
        require(FIXED32);
        room(Float.BYTES);
        return bytes.getFloat();
    }

    /** The value of the current field, bytes. */
    byte[] bytes() throws BrokenException {
        ByteBuffer part = part();
        byte[] copy = new byte[part.remaining()];
        part.get(copy);
        return copy;
    }

    /** The value of the current field, a message. */
    ProtoReader message() throws BrokenException {
        return new ProtoReader(part());
    }

    /** Leaves out the value of the current field. */
    void skip() throws BrokenException {
        switch (wire) {
            case VARINT -> varint();
            case FIXED64 -> jump(Long.BYTES);
            case BYTES -> part();
            case FIXED32 -> jump(Integer.BYTES);
            default -> throw new BrokenException("a field of the wire type " + wire);
        }
    }

    private void jump(int count) throws BrokenException {
        room(count);
        bytes.position(bytes.position() + count);
    }

    private ByteBuffer part() throws BrokenException {
        require(BYTES);
        long length = varint();
        room(length);
        ByteBuffer part = bytes.slice(bytes.position(), (int) length);
        bytes.position(bytes.position() + (int) length);
        return part;
    }

    private long varint() throws BrokenException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            room(1);
            byte next = bytes.get();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new BrokenException("a number of more than ten bytes");
    }

    private void require(int wanted) throws BrokenException {
        if (wire != wanted) {
            throw new BrokenException("the field " + field + " has the wire type " + wire);
        }
    }

    private void room(long count) throws BrokenException {
        if (count < 0 || count > bytes.remaining()) {
            throw new BrokenException("the field " + field + " goes beyond the end");
        }
    }
}
