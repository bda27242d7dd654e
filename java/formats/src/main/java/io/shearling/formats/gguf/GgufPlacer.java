package io.shearling.formats.gguf;

import io.shearling.formats.output.PartFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Writes the tensors of a planned model in any order and from several threads, into one file or several: every byte's place is known
 * before the first is written. Else as {@link GgufWriter}: the target appears with {@link #commit()}, whole, or not at all.
 *
 * <p>With {@link GgufWriter.Builder#resumable} a run that was cut off, by a crash or a power cut, leaves the unfinished files and a
 * note of what is on the disk; the next one finds that in {@link #isWritten}.
 *
 * <p>Thread-safe but for {@link #commit()} and {@link #close()}, which come when all writing has ended. Bytes that are
 * written twice, as where a run before has written a part of a piece, count once.
 */
public final class GgufPlacer implements AutoCloseable {
    private final List<PartFile> outputs;
    private final GgufPlan plan;
    private final long dataBytes;

    GgufPlacer(List<PartFile> outputs, GgufPlan plan) {
        this.outputs = outputs;
        this.plan = plan;
        dataBytes = plan.tensors().stream().mapToLong(TensorInfo::sizeBytes).sum();
        for (int i = 0; i < outputs.size(); i++) {
            PartFile output = outputs.get(i);
            long size = plan.files().get(i).sizeBytes();
            // The gaps between tensors are zeros, and so is what follows the last.
            if (size > output.sizeBytes()) {
                output.extend(size);
            }
        }
    }

    /** The planned tensors, with their places in the files. */
    public List<TensorInfo> tensors() {
        return plan.tensors();
    }

    /** The first file, before it has its name: what is needed beside it for a while has room where it has. */
    public Path unfinished() {
        return outputs.get(0).unfinished();
    }

    /** Bytes of the finished files. */
    public long sizeBytes() {
        return plan.sizeBytes();
    }

    /** Bytes of tensors written so far. */
    public long writtenBytes() {
        return outputs.stream().mapToLong(output -> output.written().bytes()).sum();
    }

    /** Whether a run before this one wrote a piece of a tensor already. */
    public boolean isWritten(TensorInfo tensor, long offset, long bytes) {
        Objects.checkFromIndexSize(offset, bytes, tensor.sizeBytes());
        long place = tensor.fileOffset() + offset;
        return outputs.get(tensor.part()).written().contains(place, place + bytes);
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
        outputs.get(tensor.part()).writeAt(tensor.fileOffset() + offset, data);
    }

    /**
     * Reads a piece of a tensor that was written.
     *
     * @param offset where it begins in the tensor's data, in bytes
     * @param data what remains of it is filled
     * @throws IndexOutOfBoundsException when the piece does not lie within the tensor
     * @throws GgufException when the disk fails
     */
    public void read(TensorInfo tensor, long offset, ByteBuffer data) {
        Objects.checkFromIndexSize(offset, data.remaining(), tensor.sizeBytes());
        outputs.get(tensor.part()).readAt(tensor.fileOffset() + offset, data);
    }

    /**
     * Has the disk take what is written, so that less is left for the sync at the end. One thread at a time; others may write
     * meanwhile.
     *
     * @throws GgufException when the disk fails
     */
    public void writeBack() {
        outputs.forEach(PartFile::writeBack);
    }

    /**
     * Syncs what is written and notes it for a run after a crash; without {@link GgufWriter.Builder#resumable} does nothing. One
     * thread at a time; others may write meanwhile.
     *
     * @throws GgufException when the disk fails
     */
    public void note() {
        outputs.forEach(PartFile::note);
    }

    /**
     * Syncs the files, all data of which is written: a {@link #commit()} then only renames them, so that several models appear
     * together.
     *
     * @throws GgufException when the disk fails, or after an interrupt
     */
    public void sync() {
        outputs.forEach(PartFile::sync);
    }

    /**
     * Syncs the files and gives them their names, the first at last.
     *
     * @return the target, or the first file of several
     * @throws IllegalStateException when data is missing
     * @throws GgufException when the disk fails; after an interrupt unless they are synced
     */
    public Path commit() {
        if (writtenBytes() != dataBytes) {
            throw new IllegalStateException("The tensors have " + dataBytes + " bytes, and " + writtenBytes()
                    + " were written; write all data before the commit.");
        }
        // All before the first gets its name: this is what takes long and fails.
        sync();
        for (int i = outputs.size() - 1; i > 0; i--) {
            outputs.get(i).commit();
        }
        return outputs.get(0).commit();
    }

    /** Removes the unfinished files unless there was a commit; further calls do nothing. */
    @Override
    public void close() {
        outputs.forEach(PartFile::discard);
    }
}
