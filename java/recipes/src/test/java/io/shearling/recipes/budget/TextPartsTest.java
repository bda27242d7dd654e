package io.shearling.recipes.budget;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextPartsTest {
    @Test
    void cut_isAtTheNextBlankThatIsNear() {
        assertThat(TextParts.cut("sheep graze here", 3, 4)).isEqualTo(5);
        assertThat(TextParts.cut("sheep graze here", 5, 4)).isEqualTo(5);
        assertThat(TextParts.cut("sheep graze here", 6, 20)).isEqualTo(11);
        assertThat(TextParts.cut("sheep", 9, 4)).isEqualTo(5);
    }

    @Test
    void cut_withoutABlank_isBetweenCodePoints() {
        assertThat(TextParts.cut("\u7f8a\u304c\u8349\u3092\u98df\u3079\u308b", 3, 4))
                .isEqualTo(3);
        String sheep = "\ud83d\udc11".repeat(4);
        assertThat(TextParts.cut(sheep, 2, 3)).isEqualTo(2);
        assertThat(TextParts.cut(sheep, 3, 3)).isEqualTo(4);
        assertThat(TextParts.cut("sheep graze", 0, 2)).isZero();
    }
}
