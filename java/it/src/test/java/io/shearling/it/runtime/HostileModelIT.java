package io.shearling.it.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufValue;
import io.shearling.runtime.GenerationOptions;
import io.shearling.runtime.Message;
import io.shearling.runtime.Model;
import io.shearling.runtime.Session;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import io.shearling.testkit.NativeLeakCheck;
import io.shearling.testkit.TinyModels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are whole and well-formed, and that native code dies of: this process must not. */
@ExtendWith(NativeLeakCheck.class)
class HostileModelIT {
    private static final String TEMPLATE = "tokenizer.chat_template";

    @TempDir
    Path folder;

    @Test
    void load_aTokenTwice_isRefused() {
        Path plain = TinyModels.in(folder).llama(1);
        List<String> tokens;
        try (GgufFile file = GgufFile.open(plain)) {
            tokens = new ArrayList<>(
                    file.metadata().array("tokenizer.ggml.tokens").strings());
        }
        tokens.set(300, tokens.get(301));
        assertRefused(with("twice", "tokenizer.ggml.tokens", GgufArray.ofStrings(tokens)), "GGML_ASSERT");
    }

    @Test
    void load_anEpsilonBelowZero_isRefused() {
        assertRefused(with("epsilon", "llama.attention.layer_norm_rms_epsilon", GgufValue.f32(-1)), "eps");
    }

    @Test
    void load_rotationsThatAreNoNumber_isRefused() {
        assertRefused(
                with("rotation", "llama.rope.freq_base", GgufValue.f32(Float.NaN)),
                "not a number: its weights or its settings are broken (what blk.0.attn_output.weight is multiplied with");
    }

    @Test
    void load_aScalingNobodyKnows_isRefused() {
        assertRefused(with("scaling", "llama.rope.scaling.type", GgufValue.string("nix")), "rope_scaling_type");
    }

    @Test
    void load_anUnknownArchitecture_isRefusedWithThoseThatAreKnown() {
        Path file = with("architecture", "general.architecture", GgufValue.string("nix"));
        assertRefused(file, "\"nix\"");
        assertRefused(file, " llama, ");
    }

    /** A SentencePiece text needs the bytes as tokens, and this file says that its tokens are of that kind. */
    @Test
    void load_aTokenizerWithoutItsBytes_isRefused() {
        Path plain = TinyModels.in(folder).llama(1);
        List<String> tokens = new ArrayList<>();
        try (GgufFile file = GgufFile.open(plain)) {
            for (String token : file.metadata().array("tokenizer.ggml.tokens").strings()) {
                tokens.add(token.startsWith("<0x") ? "byte" + token.substring(3, 5) : token);
            }
        }
        assertRefused(with("bytes", "tokenizer.ggml.tokens", GgufArray.ofStrings(tokens)), "tokenizer");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% for i in range(1000000000) %}x{% endfor %}",
                "{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}",
                "{{ 'a' * 10000000000 }}",
            })
    void chatTemplate_withoutAnEnd_isRefusedAndTheModelIsGood(String jinja) {
        Path file = with("template" + Integer.toHexString(jinja.hashCode()), TEMPLATE, GgufValue.string(jinja));
        try (Model model = Model.load(file)) {
            ShearlingException refusal = catchThrowableOfType(
                    ShearlingException.class, () -> model.chatTemplate().render(List.of(Message.user("sheep"))));
            assertThat(refusal).isNotNull().hasMessageContaining("template");
            assertThat(refusal.code()).isEqualTo(ErrorCode.BAD_TEMPLATE);
            try (Session session = model.newSession()) {
                assertThat(session.complete("sheep", GenerationOptions.greedy(4))
                                .await()
                                .usage()
                                .generatedTokens())
                        .isEqualTo(4);
            }
        }
    }

    /** A tree as deep as the template is long must not be taken down on a thread with a small stack. */
    @Test
    void chatTemplate_ofADeepExpression_isRefusedAndLeavesTheProcessAlive() {
        Path file = with("deep", TEMPLATE, GgufValue.string("{{ " + "-".repeat(20_000) + "1 }}"));
        try (Model model = Model.load(file)) {
            ShearlingException refusal = catchThrowableOfType(
                    ShearlingException.class, () -> model.chatTemplate().render(List.of(Message.user("sheep"))));
            assertThat(refusal.code()).isEqualTo(ErrorCode.BAD_TEMPLATE);
        }
    }

    private Path with(String name, String key, GgufValue value) {
        return TinyModels.in(folder).llamaWith(name, 1, Map.of(key, value));
    }

    /** Twice: found out, and remembered. */
    private static void assertRefused(Path file, String cause) {
        for (int time = 0; time < 2; time++) {
            ShearlingException refusal = catchThrowableOfType(
                    ShearlingException.class, () -> Model.load(file).close());
            assertThat(refusal)
                    .isNotNull()
                    .hasMessageContaining(String.valueOf(file.getFileName()))
                    .hasMessageContaining(cause);
            assertThat(refusal.code()).isEqualTo(ErrorCode.MODEL_REFUSED);
        }
    }
}
