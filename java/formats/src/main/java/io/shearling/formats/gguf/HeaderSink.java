package io.shearling.formats.gguf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Collects the bytes of a header in a small buffer and hands full buffers on. */
final class HeaderSink {

    /** Takes everything that remains of a buffer. */
    interface Output {
        void accept(ByteBuffer bytes);
    }

    private final Output output;
    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);

    HeaderSink(Output output) {
        this.output = output;
    }

    /** The lowest bytes of a value. */
    void bits(long value, int bytes) {
        room(bytes);
        switch (bytes) {
            case 1 -> buffer.put((byte) value);
            case 2 -> buffer.putShort((short) value);
            case 4 -> buffer.putInt((int) value);
            case 8 -> buffer.putLong(value);
            default -> throw new IllegalArgumentException("No value has " + bytes + " bytes.");
        }
    }

    void string(byte[] utf8) {
        bits(utf8.length, Long.BYTES);
        copy(SegmentedBytes.of(utf8), 0, utf8.length);
    }

    void copy(SegmentedBytes source, long offset, long length) {
        long from = offset;
        long end = offset + length;
        while (from < end) {
            room(1);
            int piece = (int) Math.min(buffer.remaining(), end - from);
            source.copy(from, buffer.slice(buffer.position(), piece));
            buffer.position(buffer.position() + piece);
            from += piece;
        }
    }

    void zeros(long count) {
        for (long i = 0; i < count; i++) {
            bits(0, 1);
        }
    }

    void flush() {
        buffer.flip();
        output.accept(buffer);
        buffer.clear();
    }

    private void room(int bytes) {
        if (buffer.remaining() < bytes) {
            flush();
        }
    }
}
