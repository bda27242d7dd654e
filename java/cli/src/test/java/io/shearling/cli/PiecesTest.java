package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PiecesTest {
    @Test
    void visible_plainText_isItself() {
        assertThat(Pieces.visible(" Schaf, gr\u00fcn \ud83d\udc11")).isEqualTo(" Schaf, gr\u00fcn \ud83d\udc11");
        assertThat(Pieces.visible("")).isEmpty();
    }

    @Test
    void visible_controlCharacters_areEscaped() {
        assertThat(Pieces.visible("a\n\t\r\\\u0007b")).isEqualTo("a\\n\\t\\r\\\\\\u0007b");
    }

    @Test
    void visible_piecesOfACodePoint_areShownAsBytes() {
        assertThat(Pieces.visible(new byte[] {(byte) 0xf0, (byte) 0x9f})).isEqualTo("\\xf0\\x9f");
        assertThat(Pieces.visible(new byte[] {'a', (byte) 0x91, 'b'})).isEqualTo("a\\x91b");
    }

    @Test
    void visible_anyBytes_isOneLineAndDistinct() {
        Random random = new Random(20_260_101);
        for (int i = 0; i < 2000; i++) {
            byte[] bytes = new byte[random.nextInt(12)];
            random.nextBytes(bytes);
            String shown = Pieces.visible(bytes);
            assertThat(shown).doesNotContain("\n", "\r", "\ufffd");
            assertThat(unescape(shown)).isEqualTo(bytes);
        }
    }

    /** Reads a shown piece back to its bytes. */
    private static byte[] unescape(String shown) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < shown.length(); ) {
            int c = shown.codePointAt(i);
            if (c != '\\') {
                bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
                i += Character.charCount(c);
                continue;
            }
            switch (shown.charAt(i + 1)) {
                case 'x' -> bytes.write(Integer.parseInt(shown.substring(i + 2, i + 4), 16));
                case 'u' ->
                    bytes.writeBytes(Character.toString(Integer.parseInt(shown.substring(i + 2, i + 6), 16))
                            .getBytes(StandardCharsets.UTF_8));
                case 'n' -> bytes.write('\n');
                case 'r' -> bytes.write('\r');
                case 't' -> bytes.write('\t');
                default -> bytes.write('\\');
            }
            i += switch (shown.charAt(i + 1)) {
                case 'x' -> 4;
                case 'u' -> 6;
                default -> 2;
            };
        }
        return bytes.toByteArray();
    }

    @Test
    void harmless_controlCharacters_areEscapedButLinesAndTabsStay() {
        assertThat(Pieces.harmless("gr\u00fcn\n\ta \\ b\r\n")).isEqualTo("gr\u00fcn\n\ta \\ b\r\n");
        assertThat(Pieces.harmless("a\u001b[2J\u009b\b")).isEqualTo("a\\u001b[2J\\u009b\\u0008");
    }
}
