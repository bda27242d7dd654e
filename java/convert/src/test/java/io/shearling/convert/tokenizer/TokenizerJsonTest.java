package io.shearling.convert.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerJsonTest {
    @TempDir
    private Path folder;

    @Test
    void read_mergesBeforeVocabulary_areRead() throws IOException {
        TokenizerJson json = read("{\"model\":{\"type\":\"BPE\",\"merges\":[\"a b\",[\"ab\",\"c d\"]],"
                + "\"vocab\":{\"a\":0,\"b\":1,\"ab\":2,\"c d\":3,\"abc d\":4}}}");
        assertThat(json.merges().size()).isEqualTo(2);
        assertThat(json.mergeText(0)).isEqualTo("a b");
        assertThat(json.mergeText(1)).isEqualTo("ab cĠd");
        assertThat(json.type()).isEqualTo(ModelType.BPE);
    }

    @Test
    void read_scores_areKept() throws IOException {
        TokenizerJson json = read("{\"model\":{\"type\":\"Unigram\",\"vocab\":[[\"a\",-1.5],[\"b\",-2]]}}");
        assertThat(json.vocabulary().score(0)).isEqualTo(-1.5);
        assertThat(json.vocabulary().id("b")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"model\":{}}",
                "{\"model\":{\"vocab\":{\"a\":-1}}}",
                "{\"model\":{\"vocab\":{\"a\":4194304}}}",
                "{\"model\":{\"vocab\":{\"a\":1.5}}}",
                "{\"model\":{\"vocab\":{\"a\":1,\"a\":2}}}",
                "{\"model\":{\"vocab\":[[\"a\"]]}}",
                "{\"model\":{\"vocab\":[[\"a\",1,2]]}}",
                "{\"model\":{\"vocab\":{\"a\":0},\"merges\":[\"a b\"]}}",
                "{\"model\":{\"vocab\":{\"a\":0},\"merges\":[\"aa\"]}}",
                "{\"model\":{\"vocab\":{\"a\":0},\"merges\":[[\"a\"]]}}",
                "{\"model\":{\"type\":\"WordLevel\",\"vocab\":{\"a\":0}}}",
                "{\"model\":{\"vocab\":{\"a\":0}},\"added_tokens\":[{\"content\":\"x\"}]}",
                "{\"model\":{\"vocab\":{\"a\":0}}} {}"
            })
    void read_brokenFile_isRefused(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOfSatisfying(
                        ConvertException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TOKENIZER));
    }

    private TokenizerJson read(String text) throws IOException {
        return TokenizerJson.read(Files.writeString(folder.resolve("tokenizer.json"), text));
    }
}
