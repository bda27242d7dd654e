package io.shearling.formats.safetensors;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.shearling.formats.json.StrictJson;
import io.shearling.formats.safetensors.SafetensorsException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header of a safetensors file, as strictly as the format's reference library: the tensors' ranges cover the data
 * exactly, none twice, so that no byte of the file has two meanings or none.
 *
 * <p>A pure function of its bytes. What it keeps is bounded by {@link #MAX_TENSORS} and {@link #MAX_TEXT_CHARS}, whatever the
 * header announces. The form is that of <a href="https://github.com/huggingface/safetensors">safetensors</a>: a length of 8
 * bytes, so many bytes of JSON, then the data.
 */
public final class SafetensorsParser {
    /** Bytes of the length that a file begins with. */
    public static final int LENGTH_BYTES = Long.BYTES;

    /** The longest header in bytes, the bound of the reference library. */
    public static final int MAX_HEADER_BYTES = 100_000_000;

    /** The most tensors of one file; the largest checkpoints of today have some hundreds in each. */
    public static final int MAX_TENSORS = 250_000;

    /** The most characters that the names and metadata of one file have together. */
    public static final int MAX_TEXT_CHARS = 32 << 20;

    static final String AGAIN = "the file is damaged or not finished, so fetch it again";

    private static final String METADATA = "__metadata__";
    private static final int MAX_DEPTH = 8;
    private static final int MAX_VALUE_CHARS = 4 << 20;
    private static final int MAX_RANK = 16;
    private static final StrictJson JSON = StrictJson.within(MAX_DEPTH, MAX_VALUE_CHARS);

    private final JsonParser json;
    private final String file;
    private final long dataStart;
    private final long dataBytes;
    private final List<SafetensorsTensor> tensors = new ArrayList<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private long textChars;

    private SafetensorsParser(JsonParser json, String file, long dataStart, long dataBytes) {
        this.json = json;
        this.file = file;
        this.dataStart = dataStart;
        this.dataBytes = dataBytes;
    }

    /**
     * The length of the header, from the first bytes of a file.
     *
     * @param start at least {@link #LENGTH_BYTES} bytes from its position, which stays
     * @param fileSize bytes of the whole file
     * @param name what messages call the file
     * @throws SafetensorsException when no header of that length can be there
     */
    public static int headerBytes(ByteBuffer start, long fileSize, String name) {
        long room = fileSize - LENGTH_BYTES;
        if (room < 0 || start.remaining() < LENGTH_BYTES) {
            throw new SafetensorsException(
                    Kind.TRUNCATED, name, "with " + fileSize + " bytes this is no safetensors file", AGAIN);
        }
        long length = start.slice().order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (length < 0 || length > room) {
            throw new SafetensorsException(
                    Kind.TRUNCATED,
                    name,
                    "the header is to have " + Long.toUnsignedString(length) + " bytes where " + room
                            + " are left, so this is no whole safetensors file",
                    AGAIN);
        }
        if (length > MAX_HEADER_BYTES) {
            throw new SafetensorsException(
                    Kind.LIMIT,
                    name,
                    "the header has " + length + " bytes, and " + MAX_HEADER_BYTES + " are allowed",
                    "split the checkpoint into several files");
        }
        return (int) length;
    }

    /**
     * Reads a header.
     *
     * @param source the file from its beginning, from position to limit; at least the whole header
     * @param fileSize size of the whole file in bytes, which the tensors must fill
     * @param name what messages call the file
     * @throws SafetensorsException when the bytes are not a complete, well-formed header of a complete file
     */
    public static SafetensorsHeader parse(ByteBuffer source, long fileSize, String name) {
        int length = headerBytes(source, fileSize, name);
        if (source.remaining() - LENGTH_BYTES < length) {
            throw new IllegalArgumentException("The buffer ends within the header.");
        }
        ByteBuffer header = source.slice(source.position() + LENGTH_BYTES, length);
        if (length == 0 || header.get(0) != '{') {
            throw new SafetensorsException(
                    Kind.HEADER, name, "the header does not begin with a brace, so this is no safetensors file", AGAIN);
        }
        long dataStart = LENGTH_BYTES + (long) length;
        try (JsonParser json = JSON.parser(new BufferInput(header))) {
            return new SafetensorsParser(json, name, dataStart, fileSize - dataStart).header();
        } catch (CharacterCodingException e) {
            throw new SafetensorsException(Kind.HEADER, name, "the header is not UTF-8", AGAIN, e);
        } catch (StreamConstraintsException e) {
            throw new SafetensorsException(
                    Kind.LIMIT, name, "the header has a text or nesting beyond what is allowed", AGAIN, e);
        } catch (JsonProcessingException e) {
            throw new SafetensorsException(
                    Kind.HEADER, name, "the header is not JSON as the format asks for (" + place(e) + ")", AGAIN, e);
        } catch (IOException e) {
            throw new IllegalStateException("A buffer cannot fail.", e);
        }
    }

    private SafetensorsHeader header() throws IOException {
        json.nextToken();
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            count(name);
            if (name.equals(METADATA)) {
                metadata();
            } else {
                tensor(name);
            }
        }
        if (json.currentToken() != JsonToken.END_OBJECT || json.nextToken() != null) {
            throw refused(Kind.HEADER, "something follows the header's last brace");
        }
        tensors.sort(Comparator.comparingLong(SafetensorsTensor::fileOffset)
                .thenComparingLong(SafetensorsTensor::sizeBytes));
        requireWhole();
        return new SafetensorsHeader(Collections.unmodifiableMap(metadata), List.copyOf(tensors), dataStart);
    }

    private void metadata() throws IOException {
        JsonToken token = json.nextToken();
        if (token == JsonToken.VALUE_NULL) {
            return;
        }
        if (token != JsonToken.START_OBJECT) {
            throw refused(Kind.HEADER, METADATA + " is no object");
        }
        for (String key = json.nextFieldName(); key != null; key = json.nextFieldName()) {
            if (json.nextToken() != JsonToken.VALUE_STRING) {
                throw refused(Kind.HEADER, "the value of " + shown(key) + " in " + METADATA + " is no text");
            }
            String value = json.getText();
            count(key);
            count(value);
            metadata.put(key, value);
        }
    }

    private void tensor(String name) throws IOException {
        if (tensors.size() == MAX_TENSORS) {
            throw new SafetensorsException(
                    Kind.LIMIT,
                    file,
                    "the file has more than " + MAX_TENSORS + " tensors",
                    "split the checkpoint into several files");
        }
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw refused(Kind.TENSOR, "the tensor " + shown(name) + " has no description");
        }
        SafetensorsType type = null;
        List<Long> shape = null;
        List<Long> range = null;
        for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
            json.nextToken();
            switch (field) {
                case "dtype" -> type = type(name);
                case "shape" -> shape = numbers(name, field);
                case "data_offsets" -> range = numbers(name, field);
                default -> json.skipChildren();
            }
        }
        if (type == null || shape == null || range == null) {
            throw refused(Kind.TENSOR, "the tensor " + shown(name) + " lacks one of dtype, shape and data_offsets");
        }
        tensors.add(placed(name, type, shape, range));
    }

    private SafetensorsType type(String name) throws IOException {
        String text = json.currentToken() == JsonToken.VALUE_STRING ? json.getText() : "";
        return SafetensorsType.fromName(text)
                .orElseThrow(() -> new SafetensorsException(
                        Kind.TENSOR,
                        file,
                        "the tensor " + shown(name) + " has the unknown type " + shown(text),
                        "use a newer Shearling, or save the checkpoint in a type that safetensors 0.6 knows"));
    }

    private List<Long> numbers(String name, String field) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw refused(Kind.TENSOR, field + " of the tensor " + shown(name) + " is no list");
        }
        List<Long> numbers = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() != JsonToken.VALUE_NUMBER_INT
                    || json.getText().startsWith("-")) {
                throw refused(
                        Kind.TENSOR, field + " of the tensor " + shown(name) + " is no list of whole numbers from 0");
            }
            if (numbers.size() == MAX_RANK) {
                throw refused(Kind.TENSOR, field + " of the tensor " + shown(name) + " has too many numbers");
            }
            numbers.add(json.getLongValue());
        }
        return numbers;
    }

    private SafetensorsTensor placed(String name, SafetensorsType type, List<Long> shape, List<Long> range) {
        if (range.size() != 2 || range.get(0) > range.get(1) || range.get(1) > dataBytes) {
            throw refused(
                    Kind.TENSOR,
                    "the tensor " + shown(name) + " is to lie at " + range + " in data of " + dataBytes + " bytes");
        }
        long begin = range.get(0);
        long bytes = range.get(1) - begin;
        Long needed = needed(type, shape);
        if (needed == null || needed != bytes) {
            throw refused(
                    Kind.TENSOR,
                    "the tensor " + shown(name) + " of type " + type + " and shape " + shape + " does not take " + bytes
                            + " bytes");
        }
        return new SafetensorsTensor(name, type, shape, dataStart + begin, bytes);
    }

    private static @Nullable Long needed(SafetensorsType type, List<Long> shape) {
        try {
            return type.bytes(shape.stream().reduce(1L, Math::multiplyExact)).orElse(null);
        } catch (ArithmeticException e) {
            return null;
        }
    }

    /** Whether the tensors, in the order of their data, follow each other from its beginning to its end. */
    private void requireWhole() {
        long at = dataStart;
        for (SafetensorsTensor tensor : tensors) {
            if (tensor.fileOffset() != at) {
                throw refused(
                        Kind.LAYOUT,
                        "the tensor " + shown(tensor.name()) + " begins at byte " + (tensor.fileOffset() - dataStart)
                                + " of the data where " + (at - dataStart) + " is the next");
            }
            at += tensor.sizeBytes();
        }
        if (at != dataStart + dataBytes) {
            throw refused(Kind.LAYOUT, "the tensors end at byte " + (at - dataStart) + " of the data's " + dataBytes);
        }
    }

    private void count(String text) {
        textChars += text.length();
        if (textChars > MAX_TEXT_CHARS) {
            throw new SafetensorsException(
                    Kind.LIMIT,
                    file,
                    "names and metadata have more than " + MAX_TEXT_CHARS + " characters",
                    "split the checkpoint into several files");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw refused(Kind.HEADER, "the header has half of a surrogate pair");
        }
    }

    private SafetensorsException refused(Kind kind, String reason) {
        return new SafetensorsException(kind, file, reason, AGAIN);
    }

    /** A name from the file as messages have it: short, and without what a terminal would obey. */
    private static String shown(String name) {
        String start = name.length() <= 80 ? name : name.substring(0, 80) + "…";
        return start.replaceAll("\\p{Cntrl}", "?");
    }

    private static String place(JsonProcessingException e) {
        String what = e instanceof InputCoercionException
                ? "a number is too large"
                : String.valueOf(e.getOriginalMessage()).startsWith("Duplicate")
                        ? "a key is there twice"
                        : "it breaks off or goes wrong";
        return e.getLocation() == null
                ? what
                : what + " near character " + e.getLocation().getCharOffset();
    }
}
