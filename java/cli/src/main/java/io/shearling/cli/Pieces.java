package io.shearling.cli;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** The bytes of a token as text that can be shown; they need not be whole code points. */
final class Pieces {
    private Pieces() {}

    /** The text; a byte that belongs to no code point becomes U+FFFD. */
    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The text with its lines and tabs; other control characters, which could steer a terminal, are escaped. */
    static String harmless(String text) {
        if (text.chars().noneMatch(Pieces::steers)) {
            return text;
        }
        StringBuilder shown = new StringBuilder();
        text.chars().forEach(c -> {
            if (steers(c)) {
                escape((char) c, shown);
            } else {
                shown.append((char) c);
            }
        });
        return shown.toString();
    }

    private static boolean steers(int c) {
        return Character.isISOControl(c) && c != '\n' && c != '\t' && c != '\r';
    }

    /** {@link #visible(byte[])} of a text: what a file says must not move the cursor. */
    static String visible(String text) {
        return visible(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The text on one line: control characters, backslashes and stray bytes are escaped, so nothing is lost. */
    static String visible(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length + 1);
        while (true) {
            boolean malformed = decoder.decode(in, out, true).isError();
            out.flip();
            out.chars().forEach(c -> escape((char) c, text));
            out.clear();
            if (!malformed) {
                return text.toString();
            }
            text.append(String.format("\\x%02x", in.get()));
            decoder.reset();
        }
    }

    private static void escape(char c, StringBuilder text) {
        switch (c) {
            case '\n' -> text.append("\\n");
            case '\r' -> text.append("\\r");
            case '\t' -> text.append("\\t");
            case '\\' -> text.append("\\\\");
            default -> {
                if (Character.isISOControl(c)) {
                    text.append(String.format("\\u%04x", (int) c));
                } else {
                    text.append(c);
                }
            }
        }
    }
}
