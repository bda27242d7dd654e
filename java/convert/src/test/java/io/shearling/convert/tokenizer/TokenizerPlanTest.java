package io.shearling.convert.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.convert.ConvertException;
import io.shearling.convert.architecture.Architecture.TokenizerKind;
import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is repaired, and what is refused. */
class TokenizerPlanTest {
    @TempDir
    private Path folder;

    @Test
    void plan_bytesAsTokensRepaired_scoresByMergeAndFillsUp() {
        GgufMetadata keys = keys("hf-llama", TokenizerKind.LLAMA, 512);
        GgufArray scores = keys.array("tokenizer.ggml.scores");
        GgufArray types = keys.array("tokenizer.ggml.token_type");
        assertThat(scores.size()).isEqualTo(512);
        assertThat(scores.floats()).contains(0f, -1f, -2f, -121f);
        assertThat(types.integer(0)).isEqualTo(TokenType.UNKNOWN.code());
        assertThat(types.integer(511)).isEqualTo(TokenType.UNUSED.code());
    }

    @Test
    void plan_sentencePieceWithoutItsFile_takesTheOther() {
        assertThat(keys("hf-gemma", TokenizerKind.SENTENCE_PIECE, 512).string("tokenizer.ggml.model"))
                .isEqualTo("llama");
    }

    @Test
    void plan_moreTokensThanTheModelHas_isRefused() {
        assertThatThrownBy(() -> keys("bpe-gpt2", TokenizerKind.BPE, 500))
                .isInstanceOf(ConvertException.class)
                .hasMessageContaining("vocab_size 500");
    }

    @Test
    void plan_tokensWithOneText_areRefused() throws IOException {
        Files.writeString(
                folder.resolve("tokenizer.json"),
                "{\"pre_tokenizer\":{\"type\":\"ByteLevel\",\"add_prefix_space\":false},"
                        + "\"added_tokens\":[{\"id\":1,\"content\":\"▁\"},{\"id\":2,\"content\":\" \"}],"
                        + "\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[]}}");
        assertThatThrownBy(() -> plan(folder, TokenizerKind.BPE, 4))
                .isInstanceOf(ConvertException.class)
                .hasMessageContaining("the tokens 1 and 2 have the same text");
    }

    @Test
    void plan_unigram_hasItsTableOfCharactersAndTheTokensBehindTheModels() {
        JsonPart golden = Golden.json("pipelines.json").parts("cases").stream()
                .filter(part -> part.text("name").equals("xlm"))
                .findFirst()
                .orElseThrow();
        Golden.tokenizer(golden, folder);
        GgufMetadata.Builder builder = GgufMetadata.builder();
        plan(folder, TokenizerKind.UNIGRAM, 0).putInto(builder);
        GgufMetadata keys = builder.build();
        assertThat(keys.string("tokenizer.ggml.model")).isEqualTo("t5");
        assertThat(keys.bool("tokenizer.ggml.add_space_prefix")).isTrue();
        assertThat(keys.bool("tokenizer.ggml.remove_extra_whitespaces")).isTrue();
        assertThat(keys.array("tokenizer.ggml.precompiled_charsmap").size()).isPositive();
        assertThat(keys.array("tokenizer.ggml.tokens").strings())
                .startsWith("<s>")
                .endsWith("<mask>");
    }

    @Test
    void plan_emptyFolder_isRefused() {
        for (TokenizerKind kind : TokenizerKind.values()) {
            assertThatThrownBy(() -> plan(folder, kind, 4))
                    .isInstanceOf(ConvertException.class)
                    .hasMessageContaining("there is no tokenizer.");
        }
    }

    private static GgufMetadata keys(String name, TokenizerKind kind, int size) {
        GgufMetadata.Builder keys = GgufMetadata.builder();
        plan(Golden.folder(name), kind, size).putInto(keys);
        return keys.build();
    }

    private static TokenizerPlan plan(Path folder, TokenizerKind kind, int size) {
        JsonValue.Fields model = new JsonValue.Fields(Map.of("vocab_size", new JsonValue.Int(size)));
        return TokenizerFiles.open(folder).plan(kind, model, Optional.empty(), false);
    }
}
