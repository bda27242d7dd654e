package io.shearling.it.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.shearling.formats.gguf.GgufValue;
import io.shearling.formats.tensor.TensorType;
import io.shearling.runtime.ContextFullPolicy;
import io.shearling.runtime.Embedder;
import io.shearling.runtime.EmbedderOptions;
import io.shearling.runtime.Engine;
import io.shearling.runtime.EngineOptions;
import io.shearling.runtime.FinishReason;
import io.shearling.runtime.GenerationOptions;
import io.shearling.runtime.Message;
import io.shearling.runtime.Model;
import io.shearling.runtime.Pooling;
import io.shearling.runtime.Session;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import io.shearling.testkit.NativeLeakCheck;
import io.shearling.testkit.TinyModels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What damaged models and odd uses of them once did to the process: each passes the trial and is mended behind it. */
@ExtendWith(NativeLeakCheck.class)
class FoundByFuzzingIT {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}",
                "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}",
                "{% set ns = namespace(x='a') %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}{{ ns.x }}",
            })
    void render_templateWithoutAnEndForSomeMessages_isRefusedForThose(String endless) {
        String jinja = "{% if messages[0].content == 'endless' %}" + endless + "{% endif %}{{ messages[0].content }}";
        Path file = TinyModels.in(folder)
                .llamaWith("endless", 1, Map.of("tokenizer.chat_template", GgufValue.string(jinja)));
        try (Model model = Model.load(file)) {
            assertThatExceptionOfType(ShearlingException.class)
                    .isThrownBy(() -> model.chatTemplate().render(List.of(Message.user("endless"))))
                    .withMessageContaining("template")
                    .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.BAD_TEMPLATE));
            assertThat(model.chatTemplate()
                            .render(List.of(Message.user("wool")))
                            .text())
                    .isEqualTo("wool");
        }
    }

    /** The pre-tokenizer is a regular expression that calls itself for each character. */
    @Test
    void encode_longWordOnASmallStack_isTokens() throws Exception {
        LooseModel bytes = HealthyModels.bytePairs(TinyModels.in(folder).llama(1));
        bytes.put("tokenizer.ggml.pre", LooseValue.string("viking"));
        Path file = Files.write(folder.resolve("viking.gguf"), bytes.bytes());
        try (Model model = Model.load(file)) {
            FutureTask<int[]> tokens =
                    new FutureTask<>(() -> model.tokenizer().encode("x".repeat(50_000), false, false));
            new Thread(null, tokens, "small", 256 * 1024).start();
            assertThat(tokens.get()).hasSize(50_000);
            assertThatExceptionOfType(ShearlingException.class)
                    .isThrownBy(() -> model.tokenizer().encode("x".repeat(1_000_001)))
                    .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
        }
    }

    @Test
    void load_rwkvVocabularyWithoutItsBytes_isRefused() {
        Path file =
                TinyModels.in(folder).llamaWith("rwkv", 1, Map.of("tokenizer.ggml.model", GgufValue.string("rwkv")));
        assertThatExceptionOfType(ShearlingException.class)
                .isThrownBy(() -> Model.load(file))
                .withMessageContaining("no token for the byte")
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.MODEL_REFUSED));
    }

    /** Each stretch of a word up to that length was tried at each place: 13 s for 5,000 letters. */
    @Test
    void load_wordPieceOfThousandsOfLetters_isRefused() throws Exception {
        LooseModel words =
                LooseModel.of(Files.readAllBytes(TinyModels.in(folder).bert(1)));
        LooseModel.Key tokens = words.key("tokenizer.ggml.tokens").orElseThrow();
        List<byte[]> texts = tokens.value.texts();
        texts.set(texts.size() - 1, "s".repeat(5_000).getBytes(StandardCharsets.UTF_8));
        tokens.value = LooseValue.strings(texts);
        assertRefused(words, "a token of 5000 bytes");
    }

    /** A negative number for ggml, which then turned what lies before a row, without an end. */
    @Test
    void load_negativeRopeDimensions_isRefused() throws Exception {
        LooseModel turned =
                LooseModel.of(Files.readAllBytes(TinyModels.in(folder).slidingWindow(1)));
        turned.put("gemma2.rope.dimension_count", LooseValue.scalar(LooseValue.U32, -2));
        assertRefused(turned, "rope.dimension_count");
    }

    @Test
    void newEngine_headsThatAreNoBlocks_isRefused() {
        try (Model model = Model.load(TinyModels.in(folder).llama(1))) {
            EngineOptions options = EngineOptions.builder()
                    .contextTokens(64)
                    .cacheTypes(TensorType.Q8_0, TensorType.F16)
                    .build();
            assertThatExceptionOfType(ShearlingException.class)
                    .isThrownBy(() -> model.newEngine(options))
                    .withMessageContaining("q8_0")
                    .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.UNSUPPORTED));
        }
    }

    /** A window in every layer leaves nothing for the other half of the cache, which cannot be moved then. */
    @Test
    void slide_modelOfWindowsOnly_isRefused() throws Exception {
        LooseModel windows =
                LooseModel.of(Files.readAllBytes(TinyModels.in(folder).slidingWindow(1)));
        windows.put("gemma2.attention.sliding_window_pattern", LooseValue.array(LooseValue.BOOL, 2, new byte[] {1, 1}));
        Path file = Files.write(folder.resolve("windows.gguf"), windows.bytes());
        GenerationOptions.Builder lengthy =
                GenerationOptions.builder().maxTokens(60).ignoreEnd(true);
        EngineOptions options = EngineOptions.builder().contextTokens(40).build();
        try (Model model = Model.load(file);
                Engine engine = model.newEngine(options);
                Session session = engine.newSession()) {
            assertThat(session.complete("sheep", lengthy.build()).await().reason())
                    .isEqualTo(FinishReason.CONTEXT_FULL);
            assertThatExceptionOfType(ShearlingException.class)
                    .isThrownBy(() -> session.complete(
                            "sheep",
                            lengthy.contextFull(ContextFullPolicy.slide(4)).build()))
                    .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.UNSUPPORTED));
        }
    }

    @Test
    void build_fewerBatchTokensThanSequences_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        EngineOptions.builder().sequences(3).batchTokens(2).build())
                .withMessageContaining("batchTokens");
    }

    @Test
    void embed_fewTokensAtATime_givesVectors() {
        EmbedderOptions options =
                EmbedderOptions.DEFAULT.withPooling(Pooling.MEAN).withMaxTokens(5);
        try (Model model = Model.load(TinyModels.in(folder).bert(1));
                Embedder embedder = model.newEmbedder(options)) {
            assertThat(embedder.embedAll(List.of("a", "sheep", "wool"))).hasSize(3);
        }
    }

    private void assertRefused(LooseModel model, String why) throws Exception {
        Path file = Files.write(folder.resolve("damaged.gguf"), model.bytes());
        assertThatExceptionOfType(ShearlingException.class)
                .isThrownBy(() -> Model.load(file))
                .withMessageContaining("damaged.gguf")
                .withMessageContaining(why)
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.MODEL_REFUSED));
    }
}
