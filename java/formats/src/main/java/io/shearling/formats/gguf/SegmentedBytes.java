package io.shearling.formats.gguf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Little-endian bytes with 64-bit addresses, over one buffer or over the mapped slices of a file.
 *
 * <p>A buffer of Java ends at 2 GiB, so a file is mapped in segments of 2^shift bytes; a value may lie across a border.
 * Immutable as long as nobody changes the bytes; thread-safe, for only absolute access is used.
 */
final class SegmentedBytes {
    private static final int MAP_SHIFT = 30;
    private static final int WHOLE_SHIFT = 31;

    private final ByteBuffer[] segments;
    private final int shift;
    private final long mask;
    private final long size;

    private SegmentedBytes(ByteBuffer[] segments, int shift, long size) {
        this.segments = segments;
        this.shift = shift;
        this.mask = (1L << shift) - 1;
        this.size = size;
    }

    static SegmentedBytes of(byte[] bytes) {
        return of(ByteBuffer.wrap(bytes));
    }

    static SegmentedBytes of(ByteBuffer buffer) {
        ByteBuffer own = buffer.slice().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
        return new SegmentedBytes(new ByteBuffer[] {own}, WHOLE_SHIFT, own.limit());
    }

    /** Buffers in order, all but the last of 2^shift bytes. */
    static SegmentedBytes of(List<ByteBuffer> buffers, int shift) {
        ByteBuffer[] own = new ByteBuffer[buffers.size()];
        long size = 0;
        for (int i = 0; i < own.length; i++) {
            own[i] = buffers.get(i).slice().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
            size += own[i].limit();
        }
        return new SegmentedBytes(own, shift, size);
    }

    /** Maps a file from its beginning to the given size; the mapping outlives the channel. */
    static SegmentedBytes map(FileChannel channel, long size) throws IOException {
        int count = Math.toIntExact((size + (1L << MAP_SHIFT) - 1) >>> MAP_SHIFT);
        ByteBuffer[] own = new ByteBuffer[count];
        for (int i = 0; i < count; i++) {
            long start = (long) i << MAP_SHIFT;
            own[i] = channel.map(FileChannel.MapMode.READ_ONLY, start, Math.min(size - start, 1L << MAP_SHIFT))
                    .order(ByteOrder.LITTLE_ENDIAN);
        }
        return new SegmentedBytes(own, MAP_SHIFT, size);
    }

    long size() {
        return size;
    }

    byte i8(long offset) {
        return segment(offset).get(within(offset));
    }

    int i32(long offset) {
        ByteBuffer segment = segment(offset);
        int at = within(offset);
        return at + Integer.BYTES <= segment.limit() ? segment.getInt(at) : (int) assemble(offset, Integer.BYTES);
    }

    long i64(long offset) {
        int at = (int) (offset & mask);
        ByteBuffer segment = segments[(int) (offset >>> shift)];
        return at + Long.BYTES <= segment.limit() ? segment.getLong(at) : assemble(offset, Long.BYTES);
    }

    /** A copy of a range. */
    byte[] bytes(long offset, int length) {
        Objects.checkFromIndexSize(offset, length, size);
        byte[] copy = new byte[length];
        copy(offset, ByteBuffer.wrap(copy));
        return copy;
    }

    /** Fills what remains of the target. */
    void copy(long offset, ByteBuffer target) {
        Objects.checkFromIndexSize(offset, target.remaining(), size);
        long from = offset;
        while (target.hasRemaining()) {
            ByteBuffer segment = segment(from);
            int at = within(from);
            int length = Math.min(segment.limit() - at, target.remaining());
            target.put(target.position(), segment, at, length);
            target.position(target.position() + length);
            from += length;
        }
    }

    /** A read-only little-endian view of a range; a copy of it where it lies across a border. */
    ByteBuffer view(long offset, int length) {
        Objects.checkFromIndexSize(offset, length, size);
        if (length == 0) {
            return ByteBuffer.allocate(0).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
        }
        ByteBuffer segment = segment(offset);
        int at = within(offset);
        ByteBuffer view =
                length <= segment.limit() - at ? segment.slice(at, length) : ByteBuffer.wrap(bytes(offset, length));
        return view.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    static boolean equal(SegmentedBytes a, long aOffset, long aLength, SegmentedBytes b, long bOffset, long bLength) {
        if (aLength != bLength) {
            return false;
        }
        long done = 0;
        while (done < aLength) {
            int piece = (int) Math.min(1 << 16, aLength - done);
            if (!a.view(aOffset + done, piece).equals(b.view(bOffset + done, piece))) {
                return false;
            }
            done += piece;
        }
        return true;
    }

    /** A hash of the length and the first bytes, enough to tell most values apart. */
    int hash(long offset, long length) {
        byte[] head = bytes(offset, (int) Math.min(64, length));
        return Arrays.hashCode(head) * 31 + Long.hashCode(length);
    }

    private long assemble(long offset, int length) {
        long value = 0;
        for (int i = 0; i < length; i++) {
            value |= (i8(offset + i) & 0xffL) << (8 * i);
        }
        return value;
    }

    private ByteBuffer segment(long offset) {
        Objects.checkIndex(offset, size);
        return segments[(int) (offset >>> shift)];
    }

    private int within(long offset) {
        return (int) (offset & mask);
    }
}
