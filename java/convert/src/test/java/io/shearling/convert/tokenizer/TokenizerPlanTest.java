package io.shearling.convert.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.convert.ConvertException;
import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufValue;
import io.shearling.formats.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is repaired, and what is refused. */
class TokenizerPlanTest {
    private static final int UNKNOWN = 3;
    private static final int LINE = 8;
    private static final int LINES = 9;
    private static final int TABULATOR = 20;
    /** A letter, which no merge makes. */
    private static final int LAST = 511;

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
    void fitting_moreRowsThanTokens_addsUnusedOnes() {
        TokenizerPlan plan = plan("one", "two");
        TokenizerPlan filled = plan.fitting(4, "folder");
        GgufMetadata.Builder metadata = GgufMetadata.builder();
        filled.putInto(metadata);
        GgufMetadata keys = metadata.build();
        assertThat(keys.array("tokenizer.ggml.tokens").strings()).containsExactly("one", "two", "[PAD2]", "[PAD3]");
        assertThat(keys.array("tokenizer.ggml.token_type").integer(1)).isEqualTo(TokenType.NORMAL.code());
        assertThat(keys.array("tokenizer.ggml.token_type").integer(3)).isEqualTo(TokenType.UNUSED.code());
        assertThat(keys.array("tokenizer.ggml.scores").floats()).containsExactly(1f, 2f, -10_000f, -10_000f);
        assertThat(filled.notes()).singleElement().asString().contains("2 tokens more");
        assertThat(plan.fitting(2, "folder")).isSameAs(plan);
    }

    @Test
    void fitting_moreTokensThanRows_isRefused() {
        assertThatThrownBy(() -> plan("one", "two").fitting(1, "folder"))
                .isInstanceOf(ConvertException.class)
                .hasMessage("folder: the tokenizer has 2 tokens, and the model's embedding has rows for 1; fetch the"
                        + " tokenizer that belongs to this model");
    }

    private static TokenizerPlan plan(String... texts) {
        Map<String, GgufValue> keys = Map.of(
                "tokenizer.ggml.tokens", GgufArray.ofStrings(List.of(texts)),
                "tokenizer.ggml.token_type", GgufArray.ofInts(1, 1),
                "tokenizer.ggml.scores", GgufArray.ofFloats(1, 2));
        return new TokenizerPlan(keys, texts.length, Optional.empty(), List.of());
    }

    @Test
    void plan_sentencePieceWithoutItsFile_takesTheOther() {
        assertThat(keys("hf-gemma", TokenizerKind.SENTENCE_PIECE, 512).string("tokenizer.ggml.model"))
                .isEqualTo("llama");
    }

    @Test
    void plan_gemmaWithoutSentencePiece_hasTheTokensThatItWouldHaveWithIt() {
        GgufMetadata one = keys("spm-gemma", TokenizerKind.GEMMA_3, 512);
        GgufMetadata other = keys("hf-gemma", TokenizerKind.GEMMA_3, 512);
        assertThat(other.string("tokenizer.ggml.model")).isEqualTo("llama");
        assertThat(other.bool("tokenizer.ggml.add_space_prefix")).isFalse();
        // The library makes the byte 9 the tabulator itself. The unknown token is marked as such, and the ends of lines
        // are cut
        // out of a text, as the library does it; SentencePiece's file says so too, but upstream does not look.
        GgufArray texts = one.array("tokenizer.ggml.tokens");
        GgufArray otherTexts = other.array("tokenizer.ggml.tokens");
        assertThat(IntStream.range(0, texts.size())
                        .filter(id -> !texts.string(id).equals(otherTexts.string(id))))
                .containsExactly(TABULATOR);
        assertThat(IntStream.range(0, texts.size()).filter(id -> type(one, id) != type(other, id)))
                .containsExactly(UNKNOWN, LINE, LINES, TABULATOR);
    }

    @Test
    void plan_gemmaWithoutSentencePiece_mergesInTheSameOrder() {
        GgufArray scores = keys("spm-gemma", TokenizerKind.GEMMA_3, 512).array("tokenizer.ggml.scores");
        GgufArray others = keys("hf-gemma", TokenizerKind.GEMMA_3, 512).array("tokenizer.ggml.scores");
        List<Integer> merged = IntStream.range(0, others.size())
                .filter(id -> others.number(id) > others.number(LAST))
                .boxed()
                .sorted(Comparator.comparingDouble(id -> -scores.number(id)))
                .toList();
        assertThat(merged).hasSizeGreaterThan(100);
        assertThat(merged).isSortedAccordingTo(Comparator.comparingDouble(id -> -others.number(id)));
    }

    @Test
    void plan_firstGemma_endsATurnWithTheTokenOfThatName() {
        assertThat(keys("spm-gemma", TokenizerKind.GEMMA, 512).integer("tokenizer.ggml.eot_token_id"))
                .isEqualTo(7);
    }

    @Test
    void plan_gemma4_showsWhatItsAnswersAreReadBy() throws IOException {
        Files.writeString(
                folder.resolve("tokenizer.json"),
                "{\"added_tokens\":[{\"id\":3,\"content\":\"<|tool_call>\",\"special\":true},"
                        + "{\"id\":4,\"content\":\"<|image>\",\"special\":true},{\"id\":2,\"content\":\"▁▁\"},"
                        + "{\"id\":5,\"content\":\"<td>\"},{\"id\":6,\"content\":\"<unused0>\"}],"
                        + "\"decoder\":{\"type\":\"Sequence\",\"decoders\":[]},\"model\":{\"type\":\"BPE\",\"byte_fallback\":true,"
                        + "\"vocab\":{\"<0x41>\":0,\"▁\":1,\"▁▁\":2},\"merges\":[[\"▁\",\"▁\"]]}}");
        GgufMetadata.Builder builder = GgufMetadata.builder();
        plan(folder, TokenizerKind.GEMMA_4, 8).putInto(builder);
        GgufMetadata keys = builder.build();
        assertThat(keys.array("tokenizer.ggml.tokens").strings())
                .containsExactly("<0x41>", "▁", "▁▁", "<|tool_call>", "<|image>", "<td>", "<unused0>", "[PAD7]");
        assertThat(IntStream.range(0, 8).mapToObj(id -> type(keys, id)))
                .containsExactly(6L, 1L, 1L, 4L, 3L, 4L, 3L, 5L);
        assertThat(keys.array("tokenizer.ggml.merges").strings()).containsExactly("▁ ▁");
        assertThat(keys.bool("tokenizer.ggml.add_bos_token")).isTrue();
    }

    @Test
    void plan_gemma4WithoutTokensOfBytes_isRefused() {
        assertThatThrownBy(() -> keys("bpe-gpt2", TokenizerKind.GEMMA_4, 512))
                .isInstanceOf(ConvertException.class)
                .hasMessageContaining("tokens of bytes");
    }

    private static long type(GgufMetadata keys, int id) {
        return keys.array("tokenizer.ggml.token_type").integer(id);
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
