package io.shearling.cli;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** A text again and again, without an end. */
final class EndlessInput extends InputStream {
    private final byte[] text;
    private int next;

    EndlessInput(String text) {
        this.text = text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public int read() {
        int b = text[next] & 0xff;
        next = (next + 1) % text.length;
        return b;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        for (int i = 0; i < length; i++) {
            bytes[offset + i] = (byte) read();
        }
        return length;
    }
}
