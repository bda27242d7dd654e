package io.shearling.convert.quantized;

import io.shearling.convert.checkpoint.Checkpoint;
import io.shearling.formats.safetensors.SafetensorsType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A checkpoint of some tensors, whose bytes are given, or are all the same. */
final class TinyCheckpoint {
    private final String quantization;
    private final Map<String, String> heads = new LinkedHashMap<>();
    private final Map<String, byte[]> bytes = new LinkedHashMap<>();

    /** One with this {@code quantization_config}; empty: with none. */
    TinyCheckpoint(String quantization) {
        this.quantization = quantization;
    }

    /** A tensor whose bytes are all the same. */
    TinyCheckpoint with(String name, SafetensorsType type, int value, long... shape) {
        long count = 1;
        for (long extent : shape) {
            count *= extent;
        }
        byte[] all = new byte[(int) (count * type.bits() / Byte.SIZE)];
        Arrays.fill(all, (byte) value);
        return with(name, type, all, shape);
    }

    /** A tensor of these bytes. */
    TinyCheckpoint with(String name, SafetensorsType type, byte[] data, long... shape) {
        List<String> extents = new ArrayList<>();
        for (long extent : shape) {
            extents.add(Long.toString(extent));
        }
        heads.put(name, "\"dtype\":\"" + type + "\",\"shape\":[" + String.join(",", extents) + "]");
        bytes.put(name, data);
        return this;
    }

    /** Writes it into an empty folder. */
    Checkpoint open(Path folder) throws IOException {
        Files.writeString(
                folder.resolve("config.json"),
                quantization.isEmpty() ? "{}" : "{\"quantization_config\":" + quantization + "}");
        List<String> entries = new ArrayList<>();
        int offset = 0;
        for (Map.Entry<String, byte[]> one : bytes.entrySet()) {
            int end = offset + one.getValue().length;
            entries.add("\"" + one.getKey() + "\":{" + heads.get(one.getKey()) + ",\"data_offsets\":[" + offset + ","
                    + end + "]}");
            offset = end;
        }
        byte[] header = ("{" + String.join(",", entries) + "}").getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + header.length + offset)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header);
        bytes.values().forEach(file::put);
        Files.write(folder.resolve("model.safetensors"), file.array());
        return Checkpoint.open(folder);
    }
}
