package io.shearling.formats.gguf;

/** How values of fixed size lie in the file. */
final class ValueCodec {
    private ValueCodec() {}

    /** The bits of a value of one to eight bytes, sign-extended for signed types. */
    static long integer(GgufValueType type, SegmentedBytes source, long at) {
        return switch (type) {
            case U8, BOOL -> source.i8(at) & 0xff;
            case I8 -> source.i8(at);
            case U16 -> (source.i8(at) & 0xff) | ((source.i8(at + 1) & 0xff) << 8);
            case I16 -> (short) ((source.i8(at) & 0xff) | ((source.i8(at + 1) & 0xff) << 8));
            case U32 -> source.i32(at) & 0xffff_ffffL;
            case I32, F32 -> source.i32(at);
            case U64, I64, F64 -> source.i64(at);
            case STRING, ARRAY -> throw new IllegalArgumentException(type.label() + " has no fixed size.");
        };
    }

    static GgufValue scalar(GgufValueType type, SegmentedBytes source, long at) {
        long bits = integer(type, source, at);
        return switch (type) {
            case F32 -> new GgufFloat(type, Float.intBitsToFloat((int) bits));
            case F64 -> new GgufFloat(type, Double.longBitsToDouble(bits));
            case BOOL -> new GgufBool(bits != 0);
            default -> new GgufInteger(type, bits);
        };
    }

    /** Bytes of a value in the file, its type code not counted. */
    static long bytes(GgufValue value) {
        if (value instanceof GgufString string) {
            return Long.BYTES + (long) string.byteLength();
        }
        if (value instanceof GgufArray array) {
            return Integer.BYTES + Long.BYTES + array.byteLength();
        }
        return value.type().bytes();
    }

    /** Writes a value, its type code not included. */
    static void write(GgufValue value, HeaderSink sink) {
        if (value instanceof GgufInteger integer) {
            sink.bits(integer.value(), integer.type().bytes());
        } else if (value instanceof GgufFloat number) {
            boolean single = number.type() == GgufValueType.F32;
            sink.bits(
                    single
                            ? Float.floatToRawIntBits((float) number.value())
                            : Double.doubleToRawLongBits(number.value()),
                    number.type().bytes());
        } else if (value instanceof GgufBool bool) {
            sink.bits(bool.value() ? 1 : 0, 1);
        } else if (value instanceof GgufString string) {
            sink.bits(string.byteLength(), Long.BYTES);
            sink.copy(string.source(), string.offset(), string.byteLength());
        } else if (value instanceof GgufArray array) {
            sink.bits(array.elementType().code(), Integer.BYTES);
            sink.bits(array.size(), Long.BYTES);
            sink.copy(array.source(), array.offset(), array.byteLength());
        }
    }
}
