package io.shearling.formats.gguf;

import io.shearling.formats.gguf.GgufException.Kind;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the header of a GGUF file, strictly: whatever llama.cpp would refuse or abort on is refused here, and a bit
 * more.
 *
 * <p>A pure function of its bytes. What it keeps in memory is bounded by the bytes that are there, never by the counts
 * that they announce: strings and arrays stay views of the source. The rules are those of {@code gguf.cpp} in llama.cpp
 * v0.5.0, with bounds of our own for the alignment, the length of a key, and the number of keys and tensors.
 */
public final class GgufParser {
    static final String AGAIN = "the file is damaged or not finished, so fetch or convert it again";

    private static final String VALUE = "the value of";

    private final HeaderCursor cursor;
    private final String file;

    private GgufParser(SegmentedBytes bytes, String file) {
        this.cursor = new HeaderCursor(bytes, file);
        this.file = file;
    }

    /**
     * Reads a header.
     *
     * @param source the file from its beginning, as far as the buffer's position to limit reach; at least the whole
     *     header. The result keeps views of it, so it must not change.
     * @param fileSize size of the whole file in bytes, against which tensor data is checked
     * @param name what messages call the file
     * @throws GgufException when the bytes are not a complete, well-formed header of a complete file
     */
    public static GgufHeader parse(ByteBuffer source, long fileSize, String name) {
        return parse(SegmentedBytes.of(source), fileSize, name);
    }

    static GgufHeader parse(SegmentedBytes source, long fileSize, String name) {
        return new GgufParser(source, name).header(fileSize);
    }

    private GgufHeader header(long fileSize) {
        magic();
        int version = version();
        long tensorCount = cursor.count("the list of", "tensors", GgufLimits.MAX_TENSORS);
        long keyCount = cursor.count("the list of", "metadata keys", GgufLimits.MAX_KEYS);
        GgufMetadata metadata = metadata(keyCount);
        int alignment = alignment(metadata);
        List<TensorInfo> tensors = new TensorTable(cursor, file, alignment).read((int) tensorCount, fileSize);
        long dataStart = GgufLimits.pad(cursor.position(), alignment);
        return new GgufHeader(version, alignment, metadata, tensors, dataStart);
    }

    private void magic() {
        int magic = cursor.remaining() < Integer.BYTES ? 0 : cursor.i32("the magic", "number");
        if (magic != GgufLimits.MAGIC) {
            throw new GgufException(
                    Kind.NOT_GGUF,
                    file,
                    "this is not a GGUF file, for it does not begin with the letters GGUF",
                    "give the path of a model in GGUF form");
        }
    }

    private int version() {
        int version = cursor.i32("the format", "version");
        if (version != 0 && (version & 0xffff) == 0) {
            throw new GgufException(
                    Kind.BYTE_ORDER,
                    file,
                    "the file was written for big-endian machines",
                    "fetch or convert the little-endian form of the model");
        }
        if (version != 2 && version != GgufLimits.VERSION) {
            throw new GgufException(
                    Kind.VERSION,
                    file,
                    "the file has GGUF version " + Integer.toUnsignedString(version) + ", and only 2 and 3 are known",
                    version == 1 ? "convert the model again with a newer converter" : "use a newer Shearling");
        }
        return version;
    }

    private GgufMetadata metadata(long count) {
        Map<String, GgufValue> values = new LinkedHashMap<>();
        for (long i = 0; i < count; i++) {
            String key = cursor.name("metadata key", i, GgufLimits.MAX_KEY_BYTES);
            if (key.isEmpty()) {
                throw new GgufException(Kind.METADATA, file, "metadata key " + i + " is empty", AGAIN);
            }
            if (values.containsKey(key)) {
                throw new GgufException(
                        Kind.METADATA, file, "the metadata key " + key + " is there twice", "convert the model again");
            }
            values.put(key, value(key));
        }
        return new GgufMetadata(file, values);
    }

    private GgufValue value(String key) {
        GgufValueType type = valueType(key);
        if (type == GgufValueType.STRING) {
            int length = cursor.stringLength(VALUE, key, GgufLimits.MAX_STRING_BYTES);
            return new GgufString(cursor.bytes(), cursor.skip(length, VALUE, key), length);
        }
        if (type == GgufValueType.ARRAY) {
            return array(key);
        }
        return ValueCodec.scalar(type, cursor.bytes(), cursor.skip(type.bytes(), VALUE, key));
    }

    private GgufArray array(String key) {
        GgufValueType type = valueType(key);
        if (type == GgufValueType.ARRAY) {
            throw new GgufException(
                    Kind.METADATA,
                    file,
                    "the value of " + key + " is an array of arrays, which GGUF readers do not take",
                    "convert the model again");
        }
        int count = (int) cursor.count(VALUE, key, GgufLimits.MAX_ARRAY_ELEMENTS);
        long start = cursor.position();
        if (type == GgufValueType.STRING) {
            cursor.skipStrings(count, VALUE, key);
        } else {
            cursor.skip((long) count * type.bytes(), VALUE, key);
        }
        return new GgufArray(type, count, cursor.bytes(), start, cursor.position() - start);
    }

    private GgufValueType valueType(String key) {
        int code = cursor.i32("the type of", key);
        Optional<GgufValueType> type = GgufValueType.fromCode(code);
        return type.orElseThrow(() -> new GgufException(
                Kind.METADATA,
                file,
                "the value of " + key + " has the unknown type " + Integer.toUnsignedString(code),
                AGAIN));
    }

    private int alignment(GgufMetadata metadata) {
        Optional<GgufValue> value = metadata.find(GgufLimits.ALIGNMENT_KEY);
        if (value.isEmpty()) {
            return GgufLimits.DEFAULT_ALIGNMENT;
        }
        if (value.get() instanceof GgufInteger integer
                && integer.type() == GgufValueType.U32
                && GgufLimits.alignmentAllowed(integer.value())) {
            return (int) integer.value();
        }
        throw new GgufException(
                Kind.METADATA,
                file,
                GgufLimits.ALIGNMENT_KEY + " is " + value.get() + " of type "
                        + value.get().type().label() + " where a u32 and power of two up to " + GgufLimits.MAX_ALIGNMENT
                        + " is needed",
                "convert the model again");
    }
}
