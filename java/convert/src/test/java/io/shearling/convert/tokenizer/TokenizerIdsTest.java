package io.shearling.convert.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.formats.json.JsonValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ids of transformers for whole tokenizers: the texts that llama.cpp tests with, and two thousand random ones. */
class TokenizerIdsTest {
    private static final int GROUP = 100;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bpe-gpt2",
                "bpe-llama3",
                "bpe-qwen2",
                "bpe-roberta",
                "bpe-whitespace",
                "hf-gemma",
                "hf-llama",
                "hf-unigram",
                "wordpiece"
            })
    void encode_knownTexts_givesTheSameIds(String name) {
        TextEncoder encoder = encoder(name);
        List<JsonValue> rows = Golden.items(golden(name), "rows");
        assertThat(rows).hasSizeGreaterThan(46);
        SoftAssertions.assertSoftly(all -> {
            for (JsonValue row : rows) {
                List<JsonValue> cells = row.items().orElseThrow();
                String text = cells.get(0).text().orElseThrow();
                all.assertThat(encoder.encode(text, false)).as(text).isEqualTo(Golden.ints(cells.get(1)));
                all.assertThat(encoder.encode(text, true)).as(text).isEqualTo(Golden.ints(cells.get(2)));
            }
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bpe-gpt2",
                "bpe-llama3",
                "bpe-qwen2",
                "bpe-roberta",
                "bpe-whitespace",
                "hf-gemma",
                "hf-llama",
                "hf-unigram",
                "wordpiece"
            })
    void encode_randomTexts_givesTheSameIds(String name) {
        TextEncoder encoder = encoder(name);
        JsonPart golden = golden(name);
        List<String> added = Golden.items(golden, "added").stream()
                .map(text -> text.text().orElseThrow())
                .toList();
        List<String> expected = Golden.items(golden, "random").stream()
                .map(hash -> hash.text().orElseThrow())
                .toList();
        List<String> texts = new RandomTexts(added).take(GROUP * expected.size());
        List<String> hashes = new ArrayList<>();
        for (int group = 0; group < expected.size(); group++) {
            String lines = texts.subList(group * GROUP, (group + 1) * GROUP).stream()
                    .map(text -> Arrays.toString(encoder.encode(text, false)) + "\n")
                    .collect(Collectors.joining());
            hashes.add(Golden.sha256(lines));
        }
        assertThat(hashes).hasSize(20).isEqualTo(expected);
    }

    private static TextEncoder encoder(String name) {
        return TextEncoder.of(TokenizerFiles.open(Golden.folder(name)).requireJson());
    }

    private static JsonPart golden(String name) {
        return Golden.json("../goldens/tokenizers/" + name + ".json");
    }

    /** Texts by the rule in make_goldens.py. */
    private static final class RandomTexts {
        private static final int[][] LETTERS = {
            {0x61, 0x7A},
            {0x61, 0x7A},
            {0x61, 0x7A},
            {0x41, 0x5A},
            {0x30, 0x39},
            {0x20, 0x20},
            {0x20, 0x20},
            {0x21, 0x2F},
            {0x3A, 0x40},
            {0x5B, 0x60},
            {0x7B, 0x7E},
            {0x27, 0x27},
            {0x09, 0x0A},
            {0x0D, 0x0D},
            {0xA0, 0xAC},
            {0xAE, 0xFF},
            {0x100, 0x17F},
            {0x300, 0x33F},
            {0x3B1, 0x3C9},
            {0x410, 0x44F},
            {0x5D0, 0x5EA},
            {0x621, 0x63A},
            {0x660, 0x669},
            {0x905, 0x94C},
            {0xE01, 0xE3A},
            {0x2000, 0x200A},
            {0x200D, 0x200D},
            {0x2010, 0x2027},
            {0x2160, 0x2169},
            {0x2190, 0x21FF},
            {0x3000, 0x3002},
            {0x3041, 0x3096},
            {0x30A1, 0x30FA},
            {0x4E00, 0x9FA5},
            {0xAC00, 0xD7A3},
            {0xFF01, 0xFF5E},
            {0x1F600, 0x1F64F},
            {0x20000, 0x20100}
        };
        private static final int LONGEST = 48;

        private final List<String> added;
        private long state = 0xcbf29ce484222325L;

        RandomTexts(List<String> added) {
            this.added = added;
            "random texts".chars().forEach(letter -> state = (state ^ letter) * 0x100000001b3L);
        }

        List<String> take(int count) {
            return IntStream.range(0, count).mapToObj(i -> next()).toList();
        }

        private String next() {
            StringBuilder text = new StringBuilder();
            int length = draw(LONGEST);
            for (int i = 0; i < length; i++) {
                int kind = draw(LETTERS.length + 1);
                if (kind == LETTERS.length) {
                    text.append(added.isEmpty() ? " " : added.get(draw(added.size())));
                } else {
                    int[] range = LETTERS[kind];
                    text.appendCodePoint(range[0] + draw(range[1] - range[0] + 1));
                }
            }
            return text.toString();
        }

        private int draw(int bound) {
            state += 0x9e3779b97f4a7c15L;
            long mixed = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
            mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
            return (int) (((mixed ^ (mixed >>> 31)) >>> 33) % bound);
        }
    }
}
