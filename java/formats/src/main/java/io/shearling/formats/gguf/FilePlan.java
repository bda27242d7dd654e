package io.shearling.formats.gguf;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The layout of a file to be written: header, places of the tensors, and size. */
final class FilePlan {
    private final GgufMetadata metadata;
    private final List<PlannedTensor> planned;
    private final List<TensorInfo> tensors;
    private final int alignment;
    private final long headerBytes;
    private final long sizeBytes;

    private FilePlan(GgufMetadata metadata, List<PlannedTensor> planned) {
        if (metadata.size() > GgufLimits.MAX_KEYS || planned.size() > GgufLimits.MAX_TENSORS) {
            throw new IllegalArgumentException(
                    "A file has at most " + GgufLimits.MAX_KEYS + " keys and " + GgufLimits.MAX_TENSORS + " tensors.");
        }
        this.metadata = metadata;
        this.planned = planned;
        this.alignment = alignment(metadata);
        this.headerBytes = headerBytes(metadata, planned);
        long dataStart = GgufLimits.pad(headerBytes, alignment);
        List<TensorInfo> placed = new ArrayList<>(planned.size());
        long offset = 0;
        for (PlannedTensor tensor : planned) {
            placed.add(new TensorInfo(
                    tensor.name(),
                    tensor.type(),
                    tensor.shape(),
                    0,
                    offset,
                    Math.addExact(dataStart, offset),
                    tensor.sizeBytes()));
            offset = GgufLimits.pad(Math.addExact(offset, tensor.sizeBytes()), alignment);
        }
        this.tensors = List.copyOf(placed);
        this.sizeBytes = Math.addExact(dataStart, offset);
    }

    static FilePlan of(GgufMetadata metadata, List<PlannedTensor> planned) {
        return new FilePlan(metadata, planned);
    }

    List<TensorInfo> tensors() {
        return tensors;
    }

    int alignment() {
        return alignment;
    }

    long sizeBytes() {
        return sizeBytes;
    }

    /** Writes everything before the first tensor's data. */
    void writeHeader(HeaderSink sink) {
        sink.bits(GgufLimits.MAGIC, Integer.BYTES);
        sink.bits(GgufLimits.VERSION, Integer.BYTES);
        sink.bits(planned.size(), Long.BYTES);
        sink.bits(metadata.size(), Long.BYTES);
        for (String key : metadata.keys()) {
            GgufValue value = metadata.value(key);
            sink.string(Utf8.encode(key));
            sink.bits(value.type().code(), Integer.BYTES);
            ValueCodec.write(value, sink);
        }
        for (int i = 0; i < planned.size(); i++) {
            PlannedTensor tensor = planned.get(i);
            sink.string(tensor.encodedName());
            sink.bits(tensor.shape().rank(), Integer.BYTES);
            for (long extent : tensor.shape().extents()) {
                sink.bits(extent, Long.BYTES);
            }
            sink.bits(tensor.type().code(), Integer.BYTES);
            sink.bits(tensors.get(i).offset(), Long.BYTES);
        }
        sink.zeros(GgufLimits.pad(headerBytes, alignment) - headerBytes);
    }

    /** The header's sha256: two files of the same one have the same tensors at the same places. */
    String digest() {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256.", e);
        }
        HeaderSink sink = new HeaderSink(digest::update);
        writeHeader(sink);
        sink.flush();
        return HexFormat.of().formatHex(digest.digest());
    }

    private static long headerBytes(GgufMetadata metadata, List<PlannedTensor> planned) {
        long bytes = 2 * Integer.BYTES + 2 * Long.BYTES;
        for (String key : metadata.keys()) {
            bytes += Long.BYTES + Utf8.encode(key).length + Integer.BYTES + ValueCodec.bytes(metadata.value(key));
        }
        for (PlannedTensor tensor : planned) {
            bytes += tensor.headerBytes();
        }
        return bytes;
    }

    private static int alignment(GgufMetadata metadata) {
        Optional<GgufValue> value = metadata.find(GgufLimits.ALIGNMENT_KEY);
        if (value.isEmpty()) {
            return GgufLimits.DEFAULT_ALIGNMENT;
        }
        if (value.get() instanceof GgufInteger integer
                && integer.type() == GgufValueType.U32
                && GgufLimits.alignmentAllowed(integer.value())) {
            return (int) integer.value();
        }
        throw new IllegalArgumentException(GgufLimits.ALIGNMENT_KEY + " must be a u32 and a power of two up to "
                + GgufLimits.MAX_ALIGNMENT + ", not " + value.get() + ".");
    }
}
