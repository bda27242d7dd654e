package io.shearling.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.formats.tensor.TensorType;
import io.shearling.runtime.Embedder;
import io.shearling.runtime.EmbedderOptions;
import io.shearling.runtime.EngineOptions;
import io.shearling.runtime.FinishReason;
import io.shearling.runtime.GenerationOptions;
import io.shearling.runtime.Message;
import io.shearling.runtime.Model;
import io.shearling.runtime.Pooling;
import io.shearling.runtime.Session;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(NativeLeakCheck.class)
class TinyModelsIT {
    /** For so little work threads would spend their time waiting for each other. */
    private static final EngineOptions ONE_THREAD =
            EngineOptions.builder().threads(1).build();

    private static final EmbedderOptions UNPOOLED =
            EmbedderOptions.DEFAULT.withPooling(Pooling.NONE).withThreads(1);

    @TempDir
    Path folder;

    interface Kind extends Function<TinyModels, Path> {}

    static Stream<Arguments> decoders() {
        return Stream.of(
                decoder("llama in F32", models -> models.llama(1)),
                decoder("llama in F16", models -> models.llama(1, TensorType.F16)),
                decoder("llama in Q8_0", models -> models.llama(1, TensorType.Q8_0)),
                decoder("llama in Q4_0", models -> models.llama(1, TensorType.Q4_0)),
                decoder("llama with experts", models -> models.experts(1)),
                decoder("mamba", models -> models.recurrent(1)),
                decoder("gemma2", models -> models.slidingWindow(1)));
    }

    private static Arguments decoder(String name, Kind kind) {
        return Arguments.of(name, kind);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("decoders")
    void decoder_ofAnyKind_talksForAsLongAsItMay(String name, Kind kind) {
        try (Model model = Model.load(kind.apply(TinyModels.in(folder)));
                Session session = model.newSession(ONE_THREAD)) {
            String text = generate(session, "the sheep", 200);
            assertThat(text.codePoints().distinct().count()).as(text).isGreaterThan(20);
            session.clear();
            assertThat(generate(session, "the sheep", 200)).isEqualTo(text);
            session.clear();
            assertThat(generate(session, "the sheeq", 200)).isNotEqualTo(text);
        }
    }

    @Test
    void llama_anyText_hasTokensThatSpellIt() {
        try (Model model = Model.load(TinyModels.in(folder).llama(1))) {
            for (String text : List.of("the sheep is white", "x = 3;\n\ty", "\u4f60\u597d \ud83d\udc11 \u00fc\u0000")) {
                assertThat(model.tokenizer().decode(model.tokenizer().encode(text)))
                        .endsWith(text);
            }
            assertThat(model.tokenizer().encode("the sheep")).hasSize(3);
            assertThat(model.chatTemplate()
                            .render(List.of(Message.user("hello")))
                            .text())
                    .isEqualTo("[user] hello</s>\n[assistant]");
        }
    }

    @Test
    void bert_anyPooling_givesVectorsThatTellTextsApart() {
        try (Model model = Model.load(TinyModels.in(folder).bert(1))) {
            for (Pooling pooling : List.of(Pooling.MEAN, Pooling.CLS, Pooling.LAST, Pooling.RANK)) {
                try (Embedder embedder = model.newEmbedder(UNPOOLED.withPooling(pooling))) {
                    float[] vector = embedder.embed("Hello, sheep!");
                    assertThat(vector).hasSize(32).isEqualTo(embedder.embed("hello, sheep!"));
                    assertThat(embedder.embed("Hello, grass!")).isNotEqualTo(vector);
                }
            }
            try (Embedder embedder = model.newEmbedder(UNPOOLED)) {
                // [CLS] hello , sheep s [SEP]
                assertThat(embedder.embedTokens("hello, sheeps")).hasSize(6);
            }
        }
    }

    private static String generate(Session session, String prompt, int tokens) {
        var completion =
                session.complete(prompt, GenerationOptions.greedy(tokens)).await();
        assertThat(completion.reason()).isEqualTo(FinishReason.MAX_TOKENS);
        assertThat(completion.usage().generatedTokens()).isEqualTo(tokens);
        return completion.text();
    }
}
