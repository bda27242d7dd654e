package io.shearling.convert.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.shearling.formats.json.JsonTree;
import io.shearling.formats.json.JsonValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PreTokenizerStepsTest {
    @TempDir
    private Path folder = Path.of("");

    static List<String> lines() {
        return Resource.rows("signatures.tsv").stream()
                .filter(row -> row.length == 2 && row[1].startsWith("BPE"))
                .map(row -> row[1])
                .toList();
    }

    @ParameterizedTest
    @MethodSource("lines")
    void parse_everyKnownLine_isWhatTheSignatureOfItsJsonSays(String line) throws IOException {
        PreTokenizerSteps steps = PreTokenizerSteps.parse(line);
        JsonValue file = JsonValue.object(
                "normalizer",
                steps.normalizer(),
                "pre_tokenizer",
                steps.preTokenizer(),
                "post_processor",
                line.endsWith("RobertaProcessing") ? JsonValue.object("type", "RobertaProcessing") : null,
                "model",
                JsonValue.object(
                        "type",
                        "BPE",
                        "ignore_merges",
                        steps.wholeWords(),
                        "vocab",
                        JsonValue.object("a", 0),
                        "merges",
                        List.of()));
        Path path = folder.resolve("tokenizer.json");
        try (JsonGenerator json = new JsonFactory().createGenerator(path.toFile(), JsonEncoding.UTF8)) {
            JsonTree.write(file, json);
        }
        String expected = line;
        for (Map.Entry<String, String> pattern : Signature.patterns().entrySet()) {
            expected = expected.replace(pattern.getKey(), pattern.getValue());
        }
        assertThat(Signature.of(TokenizerJson.read(path))).isEqualTo(expected);
    }

    @Test
    void of_otherNameOfTheSame_isTheSame() {
        assertThat(PreTokenizerSteps.of("llama3"))
                .isEqualTo(PreTokenizerSteps.of("llama-bpe"))
                .isPresent();
        assertThat(PreTokenizerSteps.of("no-such")).isEmpty();
        assertThat(PreTokenizerSteps.of("pattern")).isEmpty();
    }
}
