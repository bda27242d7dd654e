package io.shearling.formats.gguf;

import io.shearling.formats.output.PartFile;
import io.shearling.formats.tensor.TensorShape;
import io.shearling.formats.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a GGUF file of version 3 as a stream: the tensors are planned first, then their data is written in that order.
 *
 * <p>The bytes go to {@code NAME.part} beside the target. {@link #commit()} syncs it and renames it in one step;
 * {@link #close()} without a commit removes it. So the target is either the whole new file or what it was before. The
 * same plan and data give the same bytes. For one thread.
 *
 * <pre>{@code
 * try (GgufWriter writer = GgufWriter.to(path).metadata(metadata).tensor("w", TensorType.F32, shape).open()) {
 *     writer.write("w", data);
 *     writer.commit();
 * }
 * }</pre>
 */
public final class GgufWriter implements AutoCloseable {
    private final PartFile output;
    private final List<TensorInfo> tensors;
    private final long sizeBytes;
    private final int alignment;
    private int current;
    private long currentBytes;

    private GgufWriter(PartFile output, FilePlan plan) {
        this.output = output;
        this.tensors = plan.tensors();
        this.sizeBytes = plan.sizeBytes();
        this.alignment = plan.alignment();
    }

    /** A builder for a file at this path. */
    public static Builder to(Path target) {
        return new Builder(target);
    }

    /** The planned tensors, with their places in the file. */
    public List<TensorInfo> tensors() {
        return tensors;
    }

    /** Bytes of the finished file. */
    public long sizeBytes() {
        return sizeBytes;
    }

    /** Bytes written so far, header and padding included. */
    public long writtenBytes() {
        return output.position();
    }

    /**
     * Appends to a tensor's data, in one or several pieces.
     *
     * @param tensor the tensor whose turn it is; tensors without data are passed over by themselves
     * @param data what remains of it is written
     * @throws IllegalStateException when it is another tensor's turn
     * @throws IllegalArgumentException when this is more than the tensor takes
     * @throws GgufException when the disk fails
     */
    public void write(String tensor, ByteBuffer data) {
        skipEmpty();
        if (current == tensors.size() || !tensors.get(current).name().equals(tensor)) {
            throw new IllegalStateException("Data of tensor " + tensor + " where that of "
                    + (current == tensors.size()
                            ? "no tensor"
                            : tensors.get(current).name())
                    + " follows.");
        }
        TensorInfo info = tensors.get(current);
        if (data.remaining() > info.sizeBytes() - currentBytes) {
            throw new IllegalArgumentException("Tensor " + tensor + " takes " + info.sizeBytes() + " bytes, and "
                    + (currentBytes + data.remaining()) + " were given.");
        }
        currentBytes += data.remaining();
        output.write(data);
        if (currentBytes == info.sizeBytes()) {
            finishTensor();
        }
    }

    /**
     * Syncs the file and gives it its name.
     *
     * @return the target
     * @throws IllegalStateException when data is missing
     * @throws GgufException when the disk fails
     */
    public Path commit() {
        skipEmpty();
        if (current < tensors.size()) {
            TensorInfo info = tensors.get(current);
            throw new IllegalStateException("Tensor " + info.name() + " has " + currentBytes + " of its "
                    + info.sizeBytes() + " bytes; write all data before the commit.");
        }
        return output.commit();
    }

    /** Removes the unfinished file unless there was a commit; further calls do nothing. */
    @Override
    public void close() {
        output.discard();
    }

    private void skipEmpty() {
        while (current < tensors.size() && tensors.get(current).sizeBytes() == 0) {
            finishTensor();
        }
    }

    private void finishTensor() {
        long end = GgufLimits.pad(output.position(), alignment);
        int gap = (int) (end - output.position());
        if (gap > 0) {
            output.write(ByteBuffer.allocate(gap));
        }
        current++;
        currentBytes = 0;
    }

    /** Collects the plan of a file; for one thread. */
    public static final class Builder {
        private final Path target;
        private final List<Path> inputs = new ArrayList<>();
        private final Map<String, PlannedTensor> planned = new LinkedHashMap<>();
        private GgufMetadata metadata = GgufMetadata.builder().build();
        private SplitRule split = SplitRule.NONE;
        private @Nullable String content;

        private Builder(Path target) {
            this.target = target;
        }

        /** The metadata; its {@code general.alignment}, a u32, sets the alignment, which is 32 without it. */
        public Builder metadata(GgufMetadata values) {
            this.metadata = values;
            return this;
        }

        /** A file that is being read for this output, which must therefore not be overwritten. */
        public Builder input(Path path) {
            inputs.add(path);
            return this;
        }

        /**
         * Plans the next tensor.
         *
         * @throws IllegalArgumentException when the name is not 1 to 63 bytes or is there already, or the rows are no
         *     whole number of blocks
         */
        public Builder tensor(String name, TensorType type, TensorShape shape) {
            PlannedTensor tensor = PlannedTensor.of(name, type, shape);
            if (planned.putIfAbsent(name, tensor) != null) {
                throw new IllegalArgumentException("The tensor name " + name + " is planned twice.");
            }
            return this;
        }

        /** Over how many files the model goes; only for {@link #openPlaced()}. */
        public Builder split(SplitRule rule) {
            this.split = rule;
            return this;
        }

        /**
         * Lets a later run go on where one was cut off; only for {@link #openPlaced()}.
         *
         * @param origin what the tensors are made of, on one line: another text begins anew
         */
        public Builder resumable(String origin) {
            this.content = origin;
            return this;
        }

        /**
         * The places of the tensors.
         *
         * @throws IllegalArgumentException when the alignment is not allowed, or the model would have too many files
         */
        public GgufPlan plan() {
            return GgufPlan.of(metadata, List.copyOf(planned.values()), split);
        }

        /**
         * Checks the target and the free space, creates the unfinished file and writes its header.
         *
         * @throws GgufException when the target is an input or cannot be written, or the disk has too little room
         * @throws IllegalArgumentException when the alignment is not allowed
         */
        public GgufWriter open() {
            FilePlan plan = FilePlan.of(metadata, List.copyOf(planned.values()));
            PartFile.requireRoom(target, plan.sizeBytes(), GgufException::ofOutput);
            PartFile output = PartFile.create(target, inputs, null, GgufException::ofOutput);
            try {
                writeHeader(output, plan);
                return new GgufWriter(output, plan);
            } catch (RuntimeException e) {
                output.discard();
                throw e;
            }
        }

        /**
         * As {@link #open()}, for tensors that are written in any order and from several threads. Where it fails for want of room
         * or of a place, what a run before this one has written stays.
         *
         * @throws GgufException as {@link #open()}
         * @throws IllegalArgumentException as {@link #open()}
         */
        public GgufPlacer openPlaced() {
            GgufPlan plan = plan();
            List<Path> paths = plan.paths(target);
            List<PartFile> outputs = new ArrayList<>();
            try {
                long missing = plan.sizeBytes();
                for (int i = 0; i < paths.size(); i++) {
                    String noted = content == null ? null : plan.files().get(i).digest() + " " + content;
                    PartFile output = PartFile.create(paths.get(i), inputs, noted, GgufException::ofOutput);
                    outputs.add(output);
                    missing -= output.written().bytes();
                }
                PartFile.requireRoom(target, missing, GgufException::ofOutput);
            } catch (RuntimeException e) {
                outputs.forEach(PartFile::giveUp);
                throw e;
            }
            try {
                for (int i = 0; i < outputs.size(); i++) {
                    writeHeader(outputs.get(i), plan.files().get(i));
                }
                return new GgufPlacer(List.copyOf(outputs), plan);
            } catch (RuntimeException e) {
                outputs.forEach(PartFile::discard);
                throw e;
            }
        }

        private static void writeHeader(PartFile output, FilePlan plan) {
            HeaderSink sink = new HeaderSink(output::write);
            plan.writeHeader(sink);
            sink.flush();
        }
    }
}
