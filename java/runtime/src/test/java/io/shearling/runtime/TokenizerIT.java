package io.shearling.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerIT {
    private final Tokenizer tokenizer = SmolLm2.model().tokenizer();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "🐑 flock 👩‍👩‍👧‍👦",
                "漢字かな",
                "تَشْكِيل",
                "tab\tand\nline",
                "\u0000zero",
                "<|im_start|>"
            })
    void decode_ofEncode_isTheText(String text) {
        assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
    }

    @Test
    void decode_ofEncode_randomText_isTheText() {
        Random random = new Random(5);
        for (int round = 0; round < 500; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(40); i > 0; i--) {
                int c = random.nextInt(4) == 0 ? random.nextInt(0x1F000) : 32 + random.nextInt(90);
                text.appendCodePoint(Character.getType(c) == Character.SURROGATE ? 'x' : c);
            }
            assertThat(tokenizer.decode(tokenizer.encode(text.toString()))).isEqualTo(text.toString());
        }
    }

    @Test
    void encode_specialText_onlyWhenAsked() {
        assertThat(tokenizer.encode("<|im_start|>", false, true)).hasSize(1);
        assertThat(tokenizer.encode("<|im_start|>", false, false)).hasSizeGreaterThan(1);
    }

    @Test
    void decode_special_onlyWhenAsked() {
        int[] tokens = tokenizer.encode("<|im_start|>user", false, true);
        assertThat(tokenizer.decode(tokens)).isEqualTo("user");
        assertThat(tokenizer.decode(tokens, true)).isEqualTo("<|im_start|>user");
    }

    @Test
    void endsText_endOfTurn_isTrue() {
        int end = tokenizer.encode("<|im_end|>", false, true)[0];
        assertThat(tokenizer.endsText(end)).isTrue();
        assertThat(tokenizer.endsText(tokenizer.encode("sheep")[0])).isFalse();
    }
}
