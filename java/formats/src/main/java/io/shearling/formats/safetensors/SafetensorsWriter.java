package io.shearling.formats.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.shearling.formats.output.PartFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a safetensors file as a stream: the tensors are planned first, then their data is written in that order.
 *
 * <p>The bytes go to {@code NAME.part} beside the target. {@link #commit()} syncs it and renames it in one step; {@link #close()}
 * without a commit removes it. So the target is either the whole new file or what it was before. The same plan and data give the
 * same bytes. For one thread.
 *
 * <p>The data follows without gaps, as the format asks. Plan the types of more bytes before those of fewer, so that each element
 * lies at a multiple of its size; some readers map the file and want that.
 */
public final class SafetensorsWriter implements AutoCloseable {
    /** The header ends where the largest element may begin. */
    private static final int ALIGNMENT = 8;

    private final PartFile output;
    private final List<SafetensorsTensor> tensors;
    private final long sizeBytes;
    private int current;
    private long currentBytes;

    private SafetensorsWriter(PartFile output, List<SafetensorsTensor> tensors, long sizeBytes) {
        this.output = output;
        this.tensors = tensors;
        this.sizeBytes = sizeBytes;
    }

    /** A builder for a file at this path. */
    public static Builder to(Path target) {
        return new Builder(target);
    }

    /** The planned tensors, with their places in the file. */
    public List<SafetensorsTensor> tensors() {
        return tensors;
    }

    /** Bytes of the finished file. */
    public long sizeBytes() {
        return sizeBytes;
    }

    /**
     * Appends to a tensor's data, in one or several pieces.
     *
     * @param tensor the tensor whose turn it is; tensors without data are passed over by themselves
     * @param data what remains of it is written
     * @throws IllegalStateException when it is another tensor's turn
     * @throws IllegalArgumentException when this is more than the tensor takes
     * @throws SafetensorsException when the disk fails
     */
    public void write(String tensor, ByteBuffer data) {
        skipFull();
        if (current == tensors.size() || !tensors.get(current).name().equals(tensor)) {
            throw new IllegalStateException("Data of tensor " + tensor + " where that of "
                    + (current == tensors.size()
                            ? "no tensor"
                            : tensors.get(current).name())
                    + " follows.");
        }
        long room = tensors.get(current).sizeBytes() - currentBytes;
        if (data.remaining() > room) {
            throw new IllegalArgumentException(
                    "Tensor " + tensor + " has room for " + room + " bytes, and " + data.remaining() + " were given.");
        }
        currentBytes += data.remaining();
        output.write(data);
    }

    /**
     * Syncs the file and gives it its name.
     *
     * @return the target
     * @throws IllegalStateException when data is missing
     * @throws SafetensorsException when the disk fails
     */
    public Path commit() {
        skipFull();
        if (current < tensors.size()) {
            SafetensorsTensor tensor = tensors.get(current);
            throw new IllegalStateException("Tensor " + tensor.name() + " has " + currentBytes + " of its "
                    + tensor.sizeBytes() + " bytes; write all data before the commit.");
        }
        return output.commit();
    }

    /** Removes the unfinished file unless there was a commit; further calls do nothing. */
    @Override
    public void close() {
        output.discard();
    }

    private void skipFull() {
        while (current < tensors.size() && currentBytes == tensors.get(current).sizeBytes()) {
            current++;
            currentBytes = 0;
        }
    }

    /** Collects the plan of a file; for one thread. */
    public static final class Builder {
        private final Path target;
        private final List<Path> inputs = new ArrayList<>();
        private final Map<String, String> metadata = new LinkedHashMap<>();
        private final Map<String, SafetensorsTensor> planned = new LinkedHashMap<>();
        private long dataBytes;

        private Builder(Path target) {
            this.target = target;
        }

        /** A text beside the tensors; frameworks want {@code format} to be {@code pt}. */
        public Builder metadata(String key, String value) {
            metadata.put(key, value);
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
         * @param shape its extents, the last dimension's elements next to each other
         * @throws IllegalArgumentException when the name is there already, an extent is negative, or the elements end within a byte
         */
        public Builder tensor(String name, SafetensorsType type, List<Long> shape) {
            if (shape.stream().anyMatch(extent -> extent < 0)) {
                throw new IllegalArgumentException("The tensor " + name + " has the shape " + shape + ".");
            }
            long elements = shape.stream().reduce(1L, Math::multiplyExact);
            long bytes = type.bytes(elements)
                    .orElseThrow(() -> new IllegalArgumentException(
                            elements + " elements of " + type + " end within a byte in the tensor " + name + "."));
            if (planned.putIfAbsent(name, new SafetensorsTensor(name, type, shape, dataBytes, bytes)) != null) {
                throw new IllegalArgumentException("The tensor name " + name + " is planned twice.");
            }
            dataBytes = Math.addExact(dataBytes, bytes);
            return this;
        }

        /** Bytes of the data planned so far. */
        public long dataBytes() {
            return dataBytes;
        }

        /**
         * Checks the target and the free space, creates the unfinished file and writes its header.
         *
         * @throws SafetensorsException when the target is an input or cannot be written, or the disk has too little room
         */
        public SafetensorsWriter open() {
            byte[] header = header();
            long dataStart = SafetensorsParser.LENGTH_BYTES + (long) header.length;
            long size = Math.addExact(dataStart, dataBytes);
            List<SafetensorsTensor> placed = planned.values().stream()
                    .map(tensor -> new SafetensorsTensor(
                            tensor.name(),
                            tensor.type(),
                            tensor.shape(),
                            dataStart + tensor.fileOffset(),
                            tensor.sizeBytes()))
                    .toList();
            PartFile.requireRoom(target, size, SafetensorsException::ofOutput);
            PartFile output = PartFile.create(target, inputs, null, SafetensorsException::ofOutput);
            try {
                output.write(ByteBuffer.allocate(SafetensorsParser.LENGTH_BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(header.length)
                        .flip());
                output.write(ByteBuffer.wrap(header));
                return new SafetensorsWriter(output, placed, size);
            } catch (RuntimeException e) {
                output.discard();
                throw e;
            }
        }

        private byte[] header() {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
                json.writeStartObject();
                if (!metadata.isEmpty()) {
                    json.writeObjectFieldStart("__metadata__");
                    for (Map.Entry<String, String> entry : metadata.entrySet()) {
                        json.writeStringField(entry.getKey(), entry.getValue());
                    }
                    json.writeEndObject();
                }
                for (SafetensorsTensor tensor : planned.values()) {
                    json.writeObjectFieldStart(tensor.name());
                    json.writeStringField("dtype", tensor.type().name());
                    json.writeFieldName("shape");
                    long[] shape =
                            tensor.shape().stream().mapToLong(Long::longValue).toArray();
                    json.writeArray(shape, 0, shape.length);
                    json.writeFieldName("data_offsets");
                    json.writeArray(new long[] {tensor.fileOffset(), tensor.fileOffset() + tensor.sizeBytes()}, 0, 2);
                    json.writeEndObject();
                }
                json.writeEndObject();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            while ((SafetensorsParser.LENGTH_BYTES + bytes.size()) % ALIGNMENT != 0) {
                bytes.write(' ');
            }
            return bytes.toByteArray();
        }
    }
}
