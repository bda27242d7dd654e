package io.shearling.convert.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.formats.json.JsonValue;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every step against what the tokenizers library encodes. */
class TextEncoderTest {
    private static final JsonPart GOLDEN = Golden.json("pipelines.json");

    static Stream<String> cases() {
        return GOLDEN.parts("cases").stream().map(part -> part.text("name"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void encode_goldenCase_givesTheSameIds(String name, @TempDir Path folder) {
        JsonPart golden = GOLDEN.parts("cases").stream()
                .filter(part -> part.text("name").equals(name))
                .findFirst()
                .orElseThrow();
        TextEncoder encoder = TextEncoder.of(TokenizerJson.read(Golden.tokenizer(golden, folder)));
        List<JsonValue> texts = Golden.items(GOLDEN, "texts");
        List<JsonValue> ids = Golden.items(golden, "ids");
        SoftAssertions.assertSoftly(all -> {
            for (int i = 0; i < texts.size(); i++) {
                String text = texts.get(i).text().orElseThrow();
                all.assertThat(encoder.encode(text, true)).as(text).isEqualTo(Golden.ints(ids.get(i)));
            }
        });
    }

    @Test
    void cases_all_areMany() {
        assertThat(cases()).hasSizeGreaterThan(40);
    }
}
