package io.shearling.convert.element;

import java.util.stream.IntStream;

/** Where codes lie in a run of little-endian bytes: some codes share some whole bytes, and then it begins anew. Immutable. */
public final class BitOrder {
    private final int bits;
    private final int periodBytes;
    private final int[] places;

    private BitOrder(int bits, int periodBytes, int... places) {
        this.bits = bits;
        this.periodBytes = periodBytes;
        this.places = places;
    }

    /** One behind the other, across the ends of words. */
    public static BitOrder stream(int bits) {
        int common = Math.min(Integer.lowestOneBit(bits), Byte.SIZE);
        return new BitOrder(bits, bits / common, every(bits, Byte.SIZE / common));
    }

    /** As many as fit into each word of 32 bits; what is left at its end is unused. */
    public static BitOrder words(int bits) {
        return new BitOrder(bits, Integer.BYTES, every(bits, Integer.SIZE / bits));
    }

    /** Four bits in pairs whose first is the upper half of the byte, as bitsandbytes packs them. */
    public static BitOrder highHalfFirst() {
        return new BitOrder(4, 1, 4, 0);
    }

    /** Four bits, eight in a word in the order 0 2 4 6 1 3 5 7, as AWQ's kernel for matrix products wants them. */
    public static BitOrder awq() {
        return new BitOrder(4, Integer.BYTES, 0, 16, 4, 20, 8, 24, 12, 28);
    }

    private static int[] every(int bits, int count) {
        return IntStream.range(0, count).map(i -> i * bits).toArray();
    }

    /** Bits of a code, 8 at most. */
    public int bits() {
        return bits;
    }

    /** Codes of a period. */
    public int periodCodes() {
        return places.length;
    }

    /** Bytes of a period. */
    public int periodBytes() {
        return periodBytes;
    }

    /** The first, lowest bit of a code of a period. */
    public int place(int code) {
        return places[code];
    }

    /** Bytes of so many codes. */
    public long bytes(long codes) {
        return (codes + places.length - 1) / places.length * periodBytes;
    }
}
