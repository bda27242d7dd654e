package io.shearling.convert.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.convert.ConvertException;
import io.shearling.formats.json.JsonValue;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BoundedRegexTest {
    private static final JsonPart WHERE = new JsonPart("file", "pre_tokenizer", new JsonValue.Fields(Map.of()));

    @ParameterizedTest
    @ValueSource(strings = {"a*a*a*a*a*a*a*a*b", "(a|aa)+\\1c"})
    void spans_endlessSearch_isStopped(String regex) {
        BoundedRegex pattern = BoundedRegex.of(regex, WHERE);
        assertThatThrownBy(() -> pattern.spans("a".repeat(60)))
                .isInstanceOf(ConvertException.class)
                .hasMessageContaining("does not come to an end");
    }

    @Test
    void spans_deepSearch_isStopped() {
        BoundedRegex pattern = BoundedRegex.of("(?:a|b)*c", WHERE);
        assertThatThrownBy(() -> pattern.spans("ab".repeat(1 << 17))).isInstanceOf(ConvertException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "[", "\\p{NoSuchScript}", "a{3,1}", "*"})
    void of_brokenExpression_isRefused(String regex) {
        assertThatThrownBy(() -> BoundedRegex.of(regex, WHERE))
                .isInstanceOf(ConvertException.class)
                .hasMessageContaining("cannot be read");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "\\p{Han}+ \\p{IsHan}+",
                "\\p{^L} \\P{L}",
                "\\pL{1,3}+ (?:\\p{L}{1,3})+",
                "(ab){2}+ (?:(ab){2})+",
                "x{,3} x{0,3}",
                "x{y x\\{y",
                "[]a] [\\]a]",
                "\\h[\\h] [0-9a-fA-F][0-9a-fA-F]",
                "(?m:.) (?s:.)",
                "\\v \\x0B"
            })
    void toJava_expressionOfOniguruma_isTheSame(String onig, String java) {
        assertThat(OnigSyntax.toJava(onig)).isEqualTo(java);
    }
}
