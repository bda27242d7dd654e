package io.shearling.convert.element;

import java.nio.ByteBuffer;

/** Compares sources. */
public final class Comparison {
    private static final int STEP = 1 << 20;

    private Comparison() {}

    /** Whether both have the same elements, bit for bit in one type. Reads as far as they are. */
    public static boolean equal(ElementSource one, ElementSource other) {
        if (one.type() != other.type() || one.elements() != other.elements()) {
            return false;
        }
        long step = STEP / one.elementBytes();
        ByteBuffer left = ByteBuffer.allocate(STEP);
        ByteBuffer right = ByteBuffer.allocate(STEP);
        for (long at = 0; at < one.elements(); at += step) {
            int bytes = (int) Math.min(step, one.elements() - at) * one.elementBytes();
            one.read(at, left.clear().limit(bytes));
            other.read(at, right.clear().limit(bytes));
            if (!left.flip().equals(right.flip())) {
                return false;
            }
        }
        return true;
    }
}
