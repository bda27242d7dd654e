package io.shearling.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Damaged copies of files, for tests of what refuses them. The original stays as it is; the copy lies beside it. */
public final class BrokenFiles {
    private BrokenFiles() {}

    /** A copy of the first {@code bytes} bytes. */
    public static Path truncate(Path file, long bytes) {
        return copy(file, "first-" + bytes, channel -> {
            if (bytes < 0 || bytes > channel.size()) {
                throw new IllegalArgumentException(
                        file + " has " + channel.size() + " bytes; it cannot be cut to " + bytes);
            }
            channel.truncate(bytes);
        });
    }

    /** A copy with one bit turned over. {@code bit} counts from the file's beginning, eight a byte, lowest first. */
    public static Path flipBit(Path file, long bit) {
        return copy(file, "bit-" + bit, channel -> {
            if (bit < 0 || bit / 8 >= channel.size()) {
                throw new IllegalArgumentException(file + " has " + channel.size() + " bytes; there is no bit " + bit);
            }
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, bit / 8);
            one.put(0, (byte) (one.get(0) ^ (1 << (bit % 8))));
            channel.write(one.rewind(), bit / 8);
        });
    }

    private interface Damage {
        void to(FileChannel channel) throws IOException;
    }

    private static Path copy(Path file, String mark, Damage damage) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        String broken = dot < 0 ? name + "-" + mark : name.substring(0, dot) + "-" + mark + name.substring(dot);
        Path target = file.resolveSibling(broken);
        try {
            Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel channel = FileChannel.open(target, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                damage.to(channel);
            }
            return target;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a broken copy of " + file, e);
        }
    }
}
