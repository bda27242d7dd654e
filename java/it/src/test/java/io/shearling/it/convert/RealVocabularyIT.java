package io.shearling.it.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.convert.Conversion;
import io.shearling.convert.ConversionOptions;
import io.shearling.convert.ConvertException;
import io.shearling.convert.tokenizer.FolderTokenizer;
import io.shearling.convert.tokenizer.TokenizerKind;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.it.convert.PinnedVocabulary.Way;
import io.shearling.runtime.Model;
import io.shearling.runtime.ModelOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The vocabularies of published models, in llama.cpp and on the way to tokenizer files and back: texts have the tokens that the
 * Hugging Face tokenizer gives them, and no token, kind, score, merge or name is lost but those named here.
 */
@Tag("once")
class RealVocabularyIT {
    private static final String GGML = "tokenizer.ggml.";
    private static final int UNKNOWN = 2;
    private static final int UNUSED = 5;

    /**
     * Of the names with one fingerprint upstream's converter takes the last, and llama.cpp cuts texts alike by all of them. The
     * file of Qwen 3.5 has the vocabulary of Qwen 2 and so its fingerprint.
     */
    private static final Map<String, String> NAMESAKES =
            Map.of("mpt", "olmo", "bert-bge", "jina-v2-en", "qwen35", "qwen2");

    /** What converters wrote otherwise when these files were made. */
    private static final Map<String, List<String>> NOTES = Map.of(
            // It comes back as bos_token_id.
            "bert-bge", List.of("The key tokenizer.ggml.cls_token_id has no place in the checkpoint."),
            // Tokens that look special are control tokens now, whatever they say of themselves.
            "command-r", List.of(kinds(256_000, 28, 255_000, "3 instead of 4")),
            "deepseek-coder", List.of(kinds(32_256, 7, 32_015, "3 instead of 4")),
            // Numbers without a token were unknown tokens and are unused ones.
            "phi-3", List.of(kinds(32_064, 53, 32_011, "5 instead of 2")));

    /**
     * Where llama.cpp differs from the library: the tokenizer of Qwen 3.5 composes letters and marks (NFC), and the file has
     * llama.cpp's tokens beside these texts. Here are the library's.
     */
    private static final Map<String, List<Integer>> COMPOSED = Map.of(
            "e\u0301",
            List.of(963),
            "re\u0301sume\u0301",
            List.of(42_611, 1_242, 963),
            "a\u0300".repeat(200),
            Collections.nCopies(200, 6_362));

    @TempDir
    private static Path folder = Path.of("");

    private static VocabularyFiles files = new VocabularyFiles(folder);

    private static String kinds(int size, int count, int first, String change) {
        return "Of the " + size + " values of the key tokenizer.ggml.token_type " + count
                + " would come back otherwise, the first of them, at " + first + ", as " + change + ".";
    }

    @BeforeAll
    static void useTheFolder() {
        files = new VocabularyFiles(folder);
    }

    static Stream<PinnedVocabulary> withTokens() {
        return PinnedVocabulary.all().stream().filter(PinnedVocabulary::hasTexts);
    }

    static Stream<PinnedVocabulary> withFiles() {
        return PinnedVocabulary.going(Way.EXPORTED, Way.PUBLISHED);
    }

    static Stream<PinnedVocabulary> exported() {
        return PinnedVocabulary.going(Way.EXPORTED);
    }

    static Stream<PinnedVocabulary> refused() {
        return PinnedVocabulary.going(Way.REFUSED);
    }

    @ParameterizedTest
    @MethodSource("withTokens")
    void encode_vocabularyInAModel_givesTheTokensBesideIt(PinnedVocabulary vocabulary) {
        assertThat(byLlamaCpp(vocabulary, vocabulary.texts())).isEqualTo(vocabulary.tokens());
    }

    private static List<List<Integer>> byLlamaCpp(PinnedVocabulary vocabulary, List<String> texts) {
        ModelOptions options = ModelOptions.builder().cpuOnly().build();
        try (Model model = Model.load(files.model(vocabulary), options)) {
            return texts.stream()
                    .map(text -> Arrays.stream(model.tokenizer().encode(text, false, false))
                            .boxed()
                            .toList())
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("withFiles")
    void encode_tokenizerFiles_givesTheTokensOfTheLibrary(PinnedVocabulary vocabulary) throws IOException {
        FolderTokenizer tokenizer = FolderTokenizer.of(files.tokenizer(vocabulary));
        if (vocabulary.hasTexts()) {
            assertThat(tokenizer.encode(vocabulary.texts())).isEqualTo(ofTheLibrary(vocabulary));
        } else {
            List<String> texts = PinnedVocabulary.named("gpt-2").texts();
            assertThat(tokenizer.encode(texts)).isEqualTo(byLlamaCpp(vocabulary, texts));
        }
    }

    private static List<List<Integer>> ofTheLibrary(PinnedVocabulary vocabulary) {
        List<String> texts = vocabulary.texts();
        List<List<Integer>> tokens = vocabulary.tokens();
        return IntStream.range(0, texts.size())
                .mapToObj(i -> COMPOSED.getOrDefault(texts.get(i), tokens.get(i)))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("exported")
    void convert_exportedVocabulary_hasItsKeysAndItsName(PinnedVocabulary vocabulary) {
        List<String> notes = NOTES.getOrDefault(vocabulary.name(), List.of());
        assertThat(files.export(vocabulary).notes()).isEqualTo(notes);
        GgufMetadata keys = vocabulary.keys();
        try (Conversion back = Conversion.of(files.export(vocabulary).folder(), ConversionOptions.DEFAULT)) {
            assertThat(keys.keys().stream()
                            .filter(key -> key.startsWith("tokenizer.") && !key.equals(GGML + "pre"))
                            .filter(key ->
                                    !keys.find(key).equals(back.metadata().find(key))))
                    .allMatch(key -> notes.stream().anyMatch(note -> note.contains(key)));
            assertThat(back.metadata().string(GGML + "pre"))
                    .isEqualTo(NAMESAKES.getOrDefault(
                            vocabulary.name(), keys.findString(GGML + "pre").orElse("default")));
            assertThat(back.notes()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("refused")
    void export_vocabularyThatDoesNotSayHowTextsAreCut_isRefused(PinnedVocabulary vocabulary) {
        assertThatThrownBy(() -> files.export(vocabulary))
                .isInstanceOf(ConvertException.class)
                .hasMessageContaining("it cuts texts as \"default\"");
    }

    @Test
    void keys_ofGemma4_areThoseOfTheVocabulary() throws IOException {
        PinnedVocabulary vocabulary = PinnedVocabulary.named("gemma-4");
        GgufMetadata keys = vocabulary.keys();
        GgufMetadata back = keys(vocabulary, TokenizerKind.GEMMA_4);
        assertThat(back.array(GGML + "tokens")).isEqualTo(keys.array(GGML + "tokens"));
        assertThat(back.array(GGML + "merges")).isEqualTo(keys.array(GGML + "merges"));
        // Upstream's converter calls the unknown token a control token, and its scores are all the same.
        long[] types = keys.array(GGML + "token_type").integers();
        types[(int) keys.integer(GGML + "unknown_token_id")] = UNKNOWN;
        assertThat(back.array(GGML + "token_type").integers()).isEqualTo(types);
    }

    @Test
    void keys_ofUnigram_areThoseOfTheVocabulary() throws IOException {
        PinnedVocabulary vocabulary = PinnedVocabulary.named("nomic-bert-moe");
        GgufMetadata keys = vocabulary.keys();
        GgufMetadata back = keys(vocabulary, TokenizerKind.UNIGRAM);
        for (String key : List.of("token_type", "scores", "precompiled_charsmap", "add_space_prefix")) {
            assertThat(back.value(GGML + key)).as(key).isEqualTo(keys.value(GGML + key));
        }
        // Upstream's converter counts the unused ones from another number.
        assertThat(used(back)).isEqualTo(used(keys)).hasSizeGreaterThan(250_000);
    }

    private static GgufMetadata keys(PinnedVocabulary vocabulary, TokenizerKind kind) throws IOException {
        int size = vocabulary.keys().array(GGML + "tokens").size();
        return FolderTokenizer.of(files.tokenizer(vocabulary)).keys(kind, size);
    }

    private static List<String> used(GgufMetadata keys) {
        long[] types = keys.array(GGML + "token_type").integers();
        List<String> texts = keys.array(GGML + "tokens").strings();
        return IntStream.range(0, types.length)
                .filter(id -> types[id] != UNUSED)
                .mapToObj(texts::get)
                .toList();
    }
}
