package io.shearling.it.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.llama.Llama;
import io.shearling.llama.llama_context;
import io.shearling.runtime.Engine;
import io.shearling.runtime.EngineOptions;
import io.shearling.runtime.GenerationOptions;
import io.shearling.runtime.Model;
import io.shearling.runtime.Session;
import io.shearling.runtime.TokenStream;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import io.shearling.testkit.NativeLeakCheck;
import io.shearling.testkit.TinyModels;
import java.nio.file.Path;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** An engine whose memory was changed behind its back, so that its next step fails. */
@ExtendWith(NativeLeakCheck.class)
class FailedEngineIT {
    private static final EngineOptions TWO =
            EngineOptions.builder().contextTokens(256).sequences(2).threads(1).build();

    @TempDir
    Path folder;

    @Test
    void engine_failed_saysWhyToEverybodyUntilItIsClosed() {
        int[] prompt = new int[20];
        Arrays.fill(prompt, 300);
        Model model = Model.load(TinyModels.in(folder).llama(1));
        try (Engine engine = model.newEngine(TWO);
                Session session = engine.newSession();
                Session other = engine.newSession()) {
            session.complete(prompt, GenerationOptions.greedy(1)).await();
            // From here on only the engine keeps the weights.
            model.close();
            forgetTheLast(engine, prompt.length);
            // It has more to say than it can before somebody reads.
            TokenStream unread = other.complete("sheep", GenerationOptions.greedy(200));
            assertThat(engine.hasFailed()).isFalse();

            int[] longer = Arrays.copyOf(prompt, prompt.length + 1);
            longer[prompt.length] = 301;
            assertFailed(
                    () -> session.complete(longer, GenerationOptions.greedy(1)).await());

            assertFailed(unread::await);
            assertThat(engine.hasFailed()).isTrue();
            for (int i = 0; i < 20; i++) {
                assertFailed(() -> session.complete("sheep", GenerationOptions.greedy(1)));
                assertFailed(() -> session.chat("sheep", GenerationOptions.greedy(1)));
            }
            assertFailed(session::clear);
            assertFailed(engine::newSession);
            assertThat(engine.nativeAddress()).isNotZero();

            engine.close();
            assertThatThrownBy(engine::newSession)
                    .isInstanceOfSatisfying(
                            ShearlingException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOSED));
        }
    }

    private static void forgetTheLast(Engine engine, int tokens) {
        llama_context context = new llama_context(new Address(engine.nativeAddress()));
        Llama.llama_memory_seq_rm(Llama.llama_get_memory(context), 0, tokens - 1, -1);
    }

    private static void assertFailed(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ShearlingException.class, e -> {
            assertThat(e).hasMessageContaining("the engine failed: cannot compute: sequence 0 goes on at position 19");
            assertThat(e).hasRootCauseInstanceOf(ShearlingException.class);
            assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
        });
    }

    /** A native object that somebody else owns. */
    private static final class Address extends Pointer {
        Address(long address) {
            this.address = address;
        }
    }
}
