package io.shearling.testkit.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A member of an {@code ar} archive, the outer form of a Debian package: a line, then for each member 60 bytes and its data. */
final class ArMember {
    private static final int LINE_BYTES = 8;
    private static final int HEADER_BYTES = 60;
    private static final int NAME_BYTES = 16;
    private static final int SIZE_AT = 48;
    private static final int SIZE_BYTES = 10;

    private ArMember() {}

    static void extract(Path archive, String member, Path target) throws IOException {
        try (InputStream in = Files.newInputStream(archive)) {
            in.skipNBytes(LINE_BYTES);
            for (byte[] header = in.readNBytes(HEADER_BYTES);
                    header.length == HEADER_BYTES;
                    header = in.readNBytes(HEADER_BYTES)) {
                String name = field(header, 0, NAME_BYTES);
                long size = Long.parseLong(field(header, SIZE_AT, SIZE_BYTES));
                if (name.equals(member) || name.equals(member + "/")) {
                    Files.copy(new Bounded(in, size), target, StandardCopyOption.REPLACE_EXISTING);
                    return;
                }
                in.skipNBytes(size + size % 2);
            }
        }
        throw new IOException(archive + " has no member " + member);
    }

    private static String field(byte[] header, int from, int size) {
        return new String(header, from, size, StandardCharsets.US_ASCII).strip();
    }

    /** The next so many bytes of a stream. */
    private static final class Bounded extends InputStream {
        private final InputStream in;
        private long left;

        Bounded(InputStream in, long size) {
            this.in = in;
            left = size;
        }

        @Override
        public int read() throws IOException {
            return left-- > 0 ? in.read() : -1;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            if (left <= 0) {
                return -1;
            }
            int count = in.read(bytes, from, (int) Math.min(length, left));
            left -= Math.max(0, count);
            return count;
        }
    }
}
