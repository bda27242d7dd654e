package io.shearling.convert.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of llama.cpp's ways to cut a text, against llama.cpp's own code. */
class SplitProgramTest {
    /** Other spellings of llama-bpe, which no converter writes. */
    private static final Set<String> OLD = Set.of("llama3", "llama-v3");

    private static final List<SplitProgram> ALL = SplitProgram.all();
    private static final JsonPart GOLDEN = Golden.json("split-programs.json");

    @Test
    void split_corpus_isCutAsLlamaCppDoes() {
        SoftAssertions.assertSoftly(all -> {
            for (SplitProgram program : ALL) {
                String pieces = SplitProgram.corpus().stream()
                        .flatMap(text -> program.split(text).stream())
                        .map(piece -> piece + "\0")
                        .collect(Collectors.joining());
                for (String name : program.names()) {
                    all.assertThat(Golden.sha256(pieces)).as(name).isEqualTo(GOLDEN.text(name));
                }
            }
        });
    }

    @Test
    void names_ofAll_areThoseOfLlamaCpp() {
        Stream<String> names = ALL.stream().flatMap(program -> program.names().stream());
        assertThat(Stream.concat(names, OLD.stream()))
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(GOLDEN.fields().values().keySet());
    }

    /** Two that are written in different ways mean the same. */
    @Test
    void corpus_tellsAllFromTheOthersButOne() {
        Set<String> hashes = new LinkedHashSet<>();
        GOLDEN.fields().values().values().forEach(hash -> hashes.add(hash.text().orElseThrow()));
        assertThat(hashes).hasSize(ALL.size() - 1);
        assertThat(GOLDEN.text("bailingmoe")).isEqualTo(GOLDEN.text("qwen2"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "llama-bpe   | It'S 12345 xX!       | It;'S; ;123;45; xX;!",
                "smollm      | a 12 b               | a; ;1;2; b",
                "superbpe    | ab 1234567 c         | ab ;1;234;567; c",
                "afmoe       | a1234 567            | a;1;234; ;567",
                "kimi-k2     | 中文abc中1234            | 中文;abc;中;123;4"
            })
    void split_text_isCut(String name, String text, String pieces) {
        SplitProgram program = ALL.stream()
                .filter(one -> one.names().contains(name))
                .findFirst()
                .orElseThrow();
        assertThat(String.join(";", program.split(text))).isEqualTo(pieces);
    }
}
