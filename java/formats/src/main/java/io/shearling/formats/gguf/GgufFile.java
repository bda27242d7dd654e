package io.shearling.formats.gguf;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * An open model in GGUF form: one file, or all parts of a split one seen as one.
 *
 * <p>The files are mapped, not read, and hold no heap but their tables. Metadata and views stay usable after
 * {@link #close()}; the system drops a mapping when nothing refers to it any more. Files must not be changed or shortened
 * while they are open. Thread-safe.
 */
public final class GgufFile implements AutoCloseable {
    private final List<GgufPart> parts;
    private final List<TensorInfo> tensors;
    private final Map<String, TensorInfo> byName;
    private volatile boolean closed;

    private GgufFile(List<GgufPart> parts) {
        this.parts = List.copyOf(parts);
        this.byName = new LinkedHashMap<>();
        for (int i = 0; i < parts.size(); i++) {
            for (TensorInfo tensor : parts.get(i).header().tensors()) {
                byName.put(tensor.name(), i == 0 ? tensor : tensor.inPart(i));
            }
        }
        this.tensors = List.copyOf(byName.values());
    }

    /**
     * Opens a file, and with the first part of a split model all its parts, and checks everything but the tensor data.
     *
     * @throws GgufException when a file is missing, not GGUF, damaged or incomplete
     */
    public static GgufFile open(Path path) {
        return new GgufFile(SplitModel.open(path));
    }

    /** The path that was opened: the file, or the first part. */
    public Path path() {
        return parts.get(0).path();
    }

    /** The files: one, or the parts in order. */
    public List<GgufPart> parts() {
        return parts;
    }

    /** Version of the format, 2 or 3. */
    public int version() {
        return parts.get(0).header().version();
    }

    /** The metadata; of a split model that of its first part, which has all but the keys of the splitting. */
    public GgufMetadata metadata() {
        return parts.get(0).header().metadata();
    }

    /** All tensors, in the order of the parts and of the files. */
    public List<TensorInfo> tensors() {
        return tensors;
    }

    /** The tensor with this name. */
    public Optional<TensorInfo> tensor(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** Bytes of all files together. */
    public long sizeBytes() {
        return parts.stream().mapToLong(GgufPart::sizeBytes).sum();
    }

    /**
     * A read-only little-endian view of a piece of a tensor's data, without a copy except across a border of 1 GiB in
     * the file.
     *
     * @param offset first byte, counted from the beginning of the tensor
     * @param length bytes
     * @throws IllegalStateException after {@link #close()}
     * @throws IndexOutOfBoundsException when the piece does not lie within the tensor
     */
    public ByteBuffer view(TensorInfo tensor, long offset, int length) {
        Objects.checkFromIndexSize(offset, length, tensor.sizeBytes());
        return bytes(tensor).view(tensor.fileOffset() + offset, length);
    }

    /**
     * Fills what remains of a buffer with a tensor's data.
     *
     * @param offset first byte, counted from the beginning of the tensor
     * @throws IllegalStateException after {@link #close()}
     * @throws IndexOutOfBoundsException when the piece does not lie within the tensor
     * @throws InternalError when the file was shortened meanwhile or the disk fails; compiled code may throw it some instructions later
     */
    public void read(TensorInfo tensor, long offset, ByteBuffer target) {
        Objects.checkFromIndexSize(offset, target.remaining(), tensor.sizeBytes());
        bytes(tensor).copy(tensor.fileOffset() + offset, target);
    }

    /** Ends access to tensor data; further calls do nothing. */
    @Override
    public void close() {
        closed = true;
    }

    private SegmentedBytes bytes(TensorInfo tensor) {
        if (closed) {
            throw new IllegalStateException("The file " + path() + " is closed.");
        }
        return parts.get(tensor.part()).bytes();
    }
}
