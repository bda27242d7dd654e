package io.shearling.formats.gguf;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes the tensors of a planned GGUF file in any order and from several threads: every byte's place is known before the first is
 * written. Else as {@link GgufWriter}: the target appears with {@link #commit()}, whole, or not at all.
 *
 * <p>Thread-safe but for {@link #commit()} and {@link #close()}, which come when all writing has ended. No byte may be written twice.
 */
public final class GgufPlacer implements AutoCloseable {
    private final PartFile output;
    private final FilePlan plan;
    private final long dataBytes;
    private final AtomicLong written = new AtomicLong();
    private boolean committed;

    GgufPlacer(PartFile output, FilePlan plan) {
        this.output = output;
        this.plan = plan;
        dataBytes = plan.tensors().stream().mapToLong(TensorInfo::sizeBytes).sum();
        // The gaps between tensors are zeros, and so is what follows the last.
        if (plan.sizeBytes() > output.position()) {
            output.writeAt(plan.sizeBytes() - 1, ByteBuffer.allocate(1));
        }
    }

    /** The planned tensors, with their places in the file. */
    public List<TensorInfo> tensors() {
        return plan.tensors();
    }

    /** Bytes of the finished file. */
    public long sizeBytes() {
        return plan.sizeBytes();
    }

    /** Bytes of tensors written so far. */
    public long writtenBytes() {
        return written.get();
    }

    /**
     * Writes a piece of a tensor.
     *
     * @param tensor one of {@link #tensors()}
     * @param offset where it begins in the tensor's data, in bytes
     * @param data what remains of it is written
     * @throws IndexOutOfBoundsException when the piece does not lie within the tensor
     * @throws GgufException when the disk fails
     */
    public void write(TensorInfo tensor, long offset, ByteBuffer data) {
        int bytes = data.remaining();
        Objects.checkFromIndexSize(offset, bytes, tensor.sizeBytes());
        output.writeAt(tensor.fileOffset() + offset, data);
        written.addAndGet(bytes);
    }

    /**
     * Syncs the file and gives it its name.
     *
     * @return the target
     * @throws IllegalStateException when data is missing
     * @throws GgufException when the disk fails
     */
    public Path commit() {
        if (written.get() != dataBytes) {
            throw new IllegalStateException("The tensors have " + dataBytes + " bytes, and " + written.get()
                    + " were written; write all data before the commit.");
        }
        Path target = output.commit();
        committed = true;
        return target;
    }

    /** Removes the unfinished file unless there was a commit; further calls do nothing. */
    @Override
    public void close() {
        if (!committed) {
            output.discard();
        }
    }
}
