package io.shearling.formats.gguf;

import io.shearling.formats.gguf.GgufException.Kind;
import java.nio.ByteBuffer;

/**
 * Reads a header front to back; each read is checked against what is left.
 *
 * <p>What is being read comes as two values, such as "the type of tensor" and its name, which are joined only when a
 * message needs them.
 */
final class HeaderCursor {
    private static final int WINDOW_BYTES = 1 << 16;

    private final SegmentedBytes bytes;
    private final String file;
    private long position;

    HeaderCursor(SegmentedBytes bytes, String file) {
        this.bytes = bytes;
        this.file = file;
    }

    SegmentedBytes bytes() {
        return bytes;
    }

    long position() {
        return position;
    }

    long remaining() {
        return bytes.size() - position;
    }

    int i32(String what, Object subject) {
        return bytes.i32(skip(Integer.BYTES, what, subject));
    }

    long i64(String what, Object subject) {
        return bytes.i64(skip(Long.BYTES, what, subject));
    }

    /** A count, which must lie between 0 and a limit. */
    long count(String what, Object subject, long limit) {
        return bounded(i64(what, subject), what, subject, limit);
    }

    /** The length of a string, which must still fit in the file. */
    int stringLength(String what, Object subject, int limit) {
        long length = bounded(i64(what, subject), what, subject, limit);
        if (length > remaining()) {
            throw truncated(length, what, subject);
        }
        return (int) length;
    }

    /**
     * Moves past so many strings. A vocabulary has a hundred thousand, and they are walked before the JIT has seen this
     * code: interpreted, a byte array is ten times faster than a mapped buffer. What the loop does not like goes the
     * long way, which tells what is wrong.
     */
    void skipStrings(int count, String what, Object subject) {
        byte[] window = new byte[(int) Math.min(WINDOW_BYTES, remaining())];
        long windowStart = position;
        int windowLength = 0;
        long at = position;
        for (int i = 0; i < count; i++) {
            if (at - windowStart > windowLength - Long.BYTES) {
                windowStart = at;
                windowLength = (int) Math.min(window.length, bytes.size() - at);
                bytes.copy(at, ByteBuffer.wrap(window, 0, windowLength));
            }
            long length = windowLength < Long.BYTES ? -1 : littleEndian(window, (int) (at - windowStart));
            if (length < 0 || length > GgufLimits.MAX_STRING_BYTES || length > bytes.size() - at - Long.BYTES) {
                position = at;
                skip(stringLength(what, subject, GgufLimits.MAX_STRING_BYTES), what, subject);
                throw new AssertionError("A string of " + length + " bytes is both too long and not.");
            }
            at += Long.BYTES + length;
        }
        position = at;
    }

    /** A short string that must be UTF-8 without NUL, for C would see another name. */
    String name(String what, Object subject, int limit) {
        int length = stringLength(what, subject, limit);
        byte[] raw = bytes.bytes(skip(length, what, subject), length);
        for (byte b : raw) {
            if (b == 0) {
                throw new GgufException(
                        Kind.METADATA, file, what + " " + subject + " contains a NUL", GgufParser.AGAIN);
            }
        }
        return Utf8.decodeStrictly(raw)
                .orElseThrow(() -> new GgufException(
                        Kind.METADATA, file, what + " " + subject + " is not valid UTF-8", GgufParser.AGAIN));
    }

    /** Moves past so many bytes and gives the place of the first. */
    long skip(long length, String what, Object subject) {
        if (length > remaining()) {
            throw truncated(length, what, subject);
        }
        long start = position;
        position += length;
        return start;
    }

    private long bounded(long count, String what, Object subject, long limit) {
        if (count < 0 || count > limit) {
            throw new GgufException(
                    Kind.LIMIT,
                    file,
                    what + " " + subject + " has the size " + Long.toUnsignedString(count) + ", more than the " + limit
                            + " that are allowed",
                    GgufParser.AGAIN);
        }
        return count;
    }

    private GgufException truncated(long length, String what, Object subject) {
        return new GgufException(
                Kind.TRUNCATED,
                file,
                "the file ends within " + what + " " + subject + ", which takes " + length + " bytes where "
                        + remaining() + " are left",
                GgufParser.AGAIN);
    }

    private static long littleEndian(byte[] bytes, int at) {
        int low = (bytes[at] & 0xff)
                | ((bytes[at + 1] & 0xff) << 8)
                | ((bytes[at + 2] & 0xff) << 16)
                | ((bytes[at + 3] & 0xff) << 24);
        int high = (bytes[at + 4] & 0xff)
                | ((bytes[at + 5] & 0xff) << 8)
                | ((bytes[at + 6] & 0xff) << 16)
                | ((bytes[at + 7] & 0xff) << 24);
        return ((long) high << 32) | (low & 0xffff_ffffL);
    }
}
