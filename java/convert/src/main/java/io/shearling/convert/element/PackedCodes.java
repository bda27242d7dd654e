package io.shearling.convert.element;

import io.shearling.formats.safetensors.SafetensorsType;
import java.nio.ByteBuffer;

/**
 * Small unsigned integers, each row of which is packed into bytes of its own.
 *
 * @param packed bytes [rows, bytes of a row], of whole periods of the order
 * @param rows how many rows there are
 * @param columns codes of a row, the padding at its end left out
 * @param order where a code lies in its row
 */
public record PackedCodes(ElementSource packed, long rows, long columns, BitOrder order) implements ElementSource {
    /** Checks that the rows are there. */
    public PackedCodes {
        if (packed.elementBytes() != 1 || packed.elements() != Math.multiplyExact(rows, order.bytes(columns))) {
            throw new IllegalArgumentException(packed.elements() + " bytes are no " + rows + " rows of " + columns
                    + " codes of " + order.bits() + " bits.");
        }
    }

    @Override
    public SafetensorsType type() {
        return SafetensorsType.U8;
    }

    @Override
    public long elements() {
        return rows * columns;
    }

    @Override
    public void read(long first, ByteBuffer target) {
        int count = (int) checkRange(first, target);
        if (count == 0) {
            return;
        }
        long rowBytes = order.bytes(columns);
        int each = order.periodCodes();
        long firstByte = place(first, rowBytes);
        long lastByte = place(first + count - 1, rowBytes) + order.periodBytes();
        byte[] bytes = new byte[Math.toIntExact(lastByte - firstByte)];
        packed.read(firstByte, ByteBuffer.wrap(bytes));
        int mask = (1 << order.bits()) - 1;
        byte[] codes = new byte[count];
        for (int at = 0; at < count; ) {
            long column = (first + at) % columns;
            int stop = (int) Math.min(count, at + columns - column);
            int period = (int) (place(first + at, rowBytes) - firstByte);
            int slot = (int) (column % each);
            for (; at < stop; at++) {
                int place = order.place(slot);
                int shift = place % Byte.SIZE;
                int from = period + place / Byte.SIZE;
                int code = (bytes[from] & 0xff) >>> shift;
                if (shift + order.bits() > Byte.SIZE) {
                    code |= (bytes[from + 1] & 0xff) << (Byte.SIZE - shift);
                }
                codes[at] = (byte) (code & mask);
                slot++;
                if (slot == each) {
                    slot = 0;
                    period += order.periodBytes();
                }
            }
        }
        target.put(codes);
    }

    /** Where the period of a code begins. */
    private long place(long code, long rowBytes) {
        return code / columns * rowBytes + code % columns / order.periodCodes() * order.periodBytes();
    }
}
