package io.shearling.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8AssemblerTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain ascii",
                "emoji 🐑👩‍👩‍👧‍👦🏴󠁧󠁢󠁳󠁣󠁴󠁿 end",
                "漢字と仮名、한국어",
                "العربية مع تَشْكِيل",
                "e\u0301 a\u0308 combining",
                "\uD83D\uDC11\u0000\u007F\u0080\u07FF\u0800\uFFFF"
            })
    void add_anyCuts_givesTheTextInWholeCodePoints(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Random random = new Random(text.hashCode());
        for (int round = 0; round < 200; round++) {
            Utf8Assembler assembler = new Utf8Assembler();
            StringBuilder all = new StringBuilder();
            for (int from = 0; from < bytes.length; ) {
                int to = Math.min(bytes.length, from + random.nextInt(6));
                byte[] piece = Arrays.copyOfRange(bytes, from, to);
                String out = assembler.add(piece, piece.length);
                assertThat(isWhole(out)).isTrue();
                all.append(out);
                from = to;
            }
            assertThat(all.append(assembler.end())).hasToString(text);
        }
    }

    @Test
    void add_randomBytes_equalsTheDecoderOfTheWhole() {
        Random random = new Random(7);
        for (int round = 0; round < 5_000; round++) {
            byte[] bytes = new byte[random.nextInt(24)];
            for (int i = 0; i < bytes.length; i++) {
                // Mostly lead and continuation bytes, which is where decoding is hard.
                bytes[i] = (byte) (random.nextBoolean() ? 0x80 + random.nextInt(128) : random.nextInt(256));
            }
            Utf8Assembler assembler = new Utf8Assembler();
            StringBuilder all = new StringBuilder();
            for (byte one : bytes) {
                all.append(assembler.add(new byte[] {one}, 1));
            }
            all.append(assembler.end());
            assertThat(all.toString()).isEqualTo(new String(bytes, StandardCharsets.UTF_8));
        }
    }

    @Test
    void end_halfACodePoint_isReplaced() {
        Utf8Assembler assembler = new Utf8Assembler();
        assertThat(assembler.add(new byte[] {'a', (byte) 0xF0, (byte) 0x9F}, 3)).isEqualTo("a");
        assertThat(assembler.end()).isEqualTo("\uFFFD");
        assertThat(assembler.end()).isEmpty();
    }

    private static boolean isWhole(String text) {
        return text.isEmpty()
                || (!Character.isLowSurrogate(text.charAt(0))
                        && !Character.isHighSurrogate(text.charAt(text.length() - 1)));
    }
}
