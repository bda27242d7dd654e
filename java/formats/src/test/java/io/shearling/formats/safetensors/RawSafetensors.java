package io.shearling.formats.safetensors;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Puts the bytes of a safetensors file together by hand, right or wrong. */
final class RawSafetensors {
    private RawSafetensors() {}

    /** A header as it stands here, and so many bytes of data that count up. */
    static byte[] file(String header, int dataBytes) {
        return file(header.getBytes(StandardCharsets.UTF_8), dataBytes);
    }

    static byte[] file(byte[] header, int dataBytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(length(header.length));
        out.writeBytes(header);
        for (int i = 0; i < dataBytes; i++) {
            out.write(i);
        }
        return out.toByteArray();
    }

    static byte[] length(long headerBytes) {
        return ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(headerBytes)
                .array();
    }

    static String tensor(String name, String type, String shape, String range) {
        return "\"" + name + "\":{\"dtype\":\"" + type + "\",\"shape\":[" + shape + "],\"data_offsets\":[" + range
                + "]}";
    }

    static SafetensorsHeader parse(byte[] file) {
        return SafetensorsParser.parse(ByteBuffer.wrap(file), file.length, "x.safetensors");
    }

    static SafetensorsHeader parse(String header, int dataBytes) {
        return parse(file(header, dataBytes));
    }
}
