package io.shearling.convert.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.convert.ConvertException;
import io.shearling.convert.tokenizer.PreTokenizerId.Basis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PreTokenizerFinderTest {
    @TempDir
    private Path folder;

    /** The hashes that transformers gave for these files. */
    @ParameterizedTest
    @CsvSource({
        "bpe-gpt2, fab46a5b1f42ef5ebe4775f2705f3bc019752590a70a9158a8f32c1a76b6b9e3",
        "bpe-llama3, a580caf20effd98c3357d7a060dd97b4ab66418322c61ddde24749218f806d85",
        "bpe-qwen2, 6f5da5e0e01801c96c51ef6bd30435a4f70cde44bae722194b6e6e0d67c4276e",
        "bpe-roberta, f6909cd503981e9d1bda0f5b3e44cede3bb1a5eb22f7ac9d43794bbf9ffa82d7",
        "wordpiece, 0e0a51ff20c6c303d353f8ed05ae56470c2fb829656229dfc2660a5b626a9184"
    })
    void hash_tokenizerOfTheTree_isUpstreams(String name, String hash) {
        TokenizerJson json = TokenizerJson.read(Golden.folder(name).resolve("tokenizer.json"));
        assertThat(CheckHash.of(TextEncoder.of(json).encode(CheckHash.text(), true)))
                .isEqualTo(hash);
    }

    @ParameterizedTest
    @CsvSource({
        "bpe-gpt2, gpt-2",
        "bpe-llama3, llama-bpe",
        "bpe-qwen2, qwen2",
        "bpe-roberta, roberta-bpe",
        "wordpiece, bert-bge"
    })
    void find_unknownHash_goesByStructure(String name, String expected) {
        TokenizerJson json = TokenizerJson.read(Golden.folder(name).resolve("tokenizer.json"));
        PreTokenizerId id = PreTokenizerFinder.find(json, false);
        assertThat(id.name()).isEqualTo(expected);
        assertThat(id.basis()).isEqualTo(Basis.STRUCTURE);
    }

    @Test
    void find_unknownHashUpstream_isRefused() {
        TokenizerJson json = TokenizerJson.read(Golden.folder("bpe-gpt2").resolve("tokenizer.json"));
        assertThatThrownBy(() -> PreTokenizerFinder.find(json, true))
                .isInstanceOf(ConvertException.class)
                .hasMessageContaining("fab46a5b1f42ef5e")
                .hasMessageContaining("--pre NAME");
    }

    @ParameterizedTest
    @CsvSource({
        "gpt2, gpt-2",
        "smollm, smollm",
        "llama3, llama-bpe",
        "qwen2, qwen2",
        "qwen35, qwen35",
        "deepseek-coder, deepseek-coder",
        "deepseek-v3, deepseek-v3",
        "falcon, falcon",
        "bert, bert-bge"
    })
    void name_knownSteps_isLlamaCpps(String name, String expected) {
        assertThat(Signature.name(pipeline(name))).contains(expected);
    }

    /** Tokenizers of the tree whose expression is written in another way, or is another. */
    static Stream<Arguments> changes() {
        String contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
        String shorter = "'(?i:[sdmt]|ll|ve|re)";
        return Stream.of(
                Arguments.of("bpe-llama3", contractions, shorter, "llama-bpe"),
                Arguments.of("bpe-qwen2", contractions, shorter, "qwen2"),
                Arguments.of("bpe-qwen2", contractions + "|", "(?:)(?!)|", "ufakzeka"),
                Arguments.of("bpe-qwen2", "|\\\\p{N}|", "|(?:\\\\p{N}){1,3}|", "smaug-bpe"));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void find_unknownSteps_goesByHowTheyCut(String name, String one, String other, String expected) {
        TokenizerJson json = changed(name, one, other);
        assertThat(Signature.name(json)).isEmpty();
        PreTokenizerId id = PreTokenizerFinder.find(json, false);
        assertThat(id.name()).isEqualTo(expected);
        assertThat(id.basis()).isEqualTo(Basis.BEHAVIOUR);
    }

    @Test
    void find_cutLikeNoOther_isRefused() {
        TokenizerJson json = changed("bpe-qwen2", "\\\\p{N}", "\\\\p{N}{2}");
        assertThatThrownBy(() -> PreTokenizerFinder.find(json, false))
                .isInstanceOf(ConvertException.class)
                .hasMessageContaining("--pre NAME");
    }

    @Test
    void find_endlessExpression_isStopped() {
        TokenizerJson json = changed("bpe-qwen2", "(?i:'s|", "(\\\\S|\\\\S\\\\S)+\\\\1#!#!|(?i:'s|");
        assertThatThrownBy(() -> PreTokenizerFinder.find(json, false))
                .isInstanceOf(ConvertException.class)
                .hasMessageContaining("does not come to an end");
    }

    private TokenizerJson changed(String name, String one, String other) {
        try {
            String text = Files.readString(Golden.folder(name).resolve("tokenizer.json"));
            assertThat(text).contains(one);
            return TokenizerJson.read(Files.writeString(folder.resolve("tokenizer.json"), text.replace(one, other)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void find_unknownSteps_saysWhichTheyAre() {
        TokenizerJson json = pipeline("posix");
        assertThatThrownBy(() -> PreTokenizerFinder.find(json, false))
                .isInstanceOf(ConvertException.class)
                .hasMessageContaining(
                        "BPE | Split([[:digit:]_]+|[[:^alpha:][:space:]]+|\\h+ Isolated), ByteLevel(bytes)");
    }

    @Test
    void name_hashOfTwoRows_isTheLater() {
        assertThat(CheckHash.name("0876d13b50744004aa9aeae05e7b0647eac9d801b5ba4668afc01e709c15e19f"))
                .contains("jina-v2-en");
        assertThat(CheckHash.name("b6dc8df998e1cfbdc4eac8243701a65afe638679230920b50d6f17d81c098166"))
                .contains("olmo");
    }

    private TokenizerJson pipeline(String name) {
        JsonPart golden = Golden.json("pipelines.json").parts("cases").stream()
                .filter(part -> part.text("name").equals(name))
                .findFirst()
                .orElseThrow();
        return TokenizerJson.read(Golden.tokenizer(golden, folder));
    }
}
