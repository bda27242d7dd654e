package io.shearling.formats.gguf;

import io.shearling.formats.gguf.GgufException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** One file of a model, mapped, with its own header. Immutable and thread-safe. */
public final class GgufPart {
    private final Path path;
    private final SegmentedBytes bytes;
    private final GgufHeader header;

    private GgufPart(Path path, SegmentedBytes bytes, GgufHeader header) {
        this.path = path;
        this.bytes = bytes;
        this.header = header;
    }

    static GgufPart open(Path path) {
        String name = path.toString();
        if (Files.isDirectory(path)) {
            throw new GgufException(
                    Kind.IO, name, "this is a directory", "give the path of the GGUF file within it, or convert it");
        }
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            // Opening a pipe would wait for somebody who writes into it.
            throw new GgufException(Kind.IO, name, "this is not a regular file", "copy what it gives into a file");
        }
        try (FileChannel channel = FileChannel.open(path)) {
            SegmentedBytes bytes = SegmentedBytes.map(channel, channel.size());
            return new GgufPart(path, bytes, GgufParser.parse(bytes, bytes.size(), name));
        } catch (NoSuchFileException e) {
            throw new GgufException(Kind.IO, name, "there is no such file", "check the path", e);
        } catch (IOException e) {
            throw new GgufException(
                    Kind.IO, name, "the file cannot be read (" + e + ")", "check its permissions and the disk", e);
        }
    }

    /** Where the file is. */
    public Path path() {
        return path;
    }

    /** What the file says; the tensors carry part 0 here. */
    public GgufHeader header() {
        return header;
    }

    /** Bytes of the file. */
    public long sizeBytes() {
        return bytes.size();
    }

    SegmentedBytes bytes() {
        return bytes;
    }
}
