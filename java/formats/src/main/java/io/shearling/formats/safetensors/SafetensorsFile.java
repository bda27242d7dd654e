package io.shearling.formats.safetensors;

import io.shearling.formats.safetensors.SafetensorsException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * An open safetensors file. Its data is read at places, not mapped, so that a conversion's resident memory is that of its buffers.
 * Thread-safe; an interrupt of a reading thread closes it.
 */
public final class SafetensorsFile implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;
    private final SafetensorsHeader header;

    private SafetensorsFile(Path path, FileChannel channel, SafetensorsHeader header) {
        this.path = path;
        this.channel = channel;
        this.header = header;
    }

    /**
     * Opens a file and checks its header.
     *
     * @throws SafetensorsException when it is missing, no safetensors file, damaged or incomplete
     */
    public static SafetensorsFile open(Path path) {
        String name = path.toString();
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new SafetensorsException(Kind.IO, name, "this is not a regular file", "give the path of a file");
        }
        try {
            FileChannel channel = FileChannel.open(path);
            try {
                return new SafetensorsFile(path, channel, header(channel, name));
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (NoSuchFileException e) {
            throw new SafetensorsException(Kind.IO, name, "there is no such file", "check the path", e);
        } catch (IOException e) {
            throw unreadable(name, e);
        }
    }

    private static SafetensorsHeader header(FileChannel channel, String name) throws IOException {
        long size = channel.size();
        ByteBuffer start = ByteBuffer.allocate((int) Math.min(size, SafetensorsParser.LENGTH_BYTES));
        fill(channel, 0, start, name);
        int length = SafetensorsParser.headerBytes(start.flip(), size, name);
        // Mapped, because a hundred megabytes are allowed and the heap may be smaller.
        return SafetensorsParser.parse(
                channel.map(FileChannel.MapMode.READ_ONLY, 0, SafetensorsParser.LENGTH_BYTES + (long) length),
                size,
                name);
    }

    /** Where the file is. */
    public Path path() {
        return path;
    }

    /** What the file says before its data. */
    public SafetensorsHeader header() {
        return header;
    }

    /**
     * Fills what remains of a buffer with a tensor's data.
     *
     * @param offset first byte, counted from the beginning of the tensor
     * @throws IndexOutOfBoundsException when the piece does not lie within the tensor
     * @throws SafetensorsException when the file cannot be read, was shortened or is closed
     */
    public void read(SafetensorsTensor tensor, long offset, ByteBuffer target) {
        Objects.checkFromIndexSize(offset, target.remaining(), tensor.sizeBytes());
        try {
            fill(channel, tensor.fileOffset() + offset, target, path.toString());
        } catch (IOException e) {
            throw unreadable(path.toString(), e);
        }
    }

    /** Ends access to the data; further calls do nothing. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw unreadable(path.toString(), e);
        }
    }

    private static void fill(FileChannel channel, long position, ByteBuffer target, String name) throws IOException {
        long at = position;
        while (target.hasRemaining()) {
            int count = channel.read(target, at);
            if (count < 0) {
                throw new SafetensorsException(
                        Kind.TRUNCATED,
                        name,
                        "the file ends at byte " + at + ", earlier than when it was opened",
                        "leave it alone while it is read");
            }
            at += count;
        }
    }

    private static SafetensorsException unreadable(String name, IOException cause) {
        return new SafetensorsException(
                Kind.IO, name, "the file cannot be read (" + cause + ")", "check its permissions and the disk", cause);
    }
}
