package io.shearling.runtime;

import static io.shearling.runtime.SessionIT.assertCode;
import static io.shearling.runtime.SessionIT.endless;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.runtime.bridge.NativeSampler;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import io.shearling.runtime.sampling.SamplerChain;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class EngineIT {
    private static final EngineOptions TWO =
            SmolLm2.options().sequences(2).contextTokens(512).build();

    @Test
    void twoSessions_atOnce_eachGetsItsText() {
        String sheep = alone("Sheep are");
        String goats = alone("The history of goats");
        try (Engine engine = SmolLm2.model().newEngine(TWO);
                Session first = engine.newSession();
                Session second = engine.newSession()) {
            CompletableFuture<Completion> one =
                    first.complete("Sheep are", GenerationOptions.greedy(32)).future();
            CompletableFuture<Completion> two = second.complete("The history of goats", GenerationOptions.greedy(32))
                    .future();
            // Two sequences in one batch round differently; the first words are far from any tie.
            assertThat(one.join().text().substring(0, 16)).isEqualTo(sheep.substring(0, 16));
            assertThat(two.join().text().substring(0, 16)).isEqualTo(goats.substring(0, 16));
            assertThat(one.join().usage().generatedTokens()).isEqualTo(32);
        }
    }

    private static String alone(String prompt) {
        try (Session session =
                SmolLm2.model().newSession(SmolLm2.options().contextTokens(512).build())) {
            return session.complete(prompt, GenerationOptions.greedy(32))
                    .await()
                    .text();
        }
    }

    @Test
    void contextTokens_fewerThanNativeCodeGrants_areKeptTo() {
        try (Engine engine = SmolLm2.model()
                        .newEngine(SmolLm2.options().contextTokens(10).build());
                Session session = engine.newSession()) {
            assertThat(engine.contextTokens()).isEqualTo(10);
            Completion completion = session.complete("One, two, three,", GenerationOptions.greedy(20))
                    .await();
            assertThat(completion.reason()).isEqualTo(FinishReason.CONTEXT_FULL);
            assertThat(completion.usage().promptTokens() + completion.usage().generatedTokens())
                    .isLessThanOrEqualTo(11);
            session.clear();
            assertCode(
                    ErrorCode.CONTEXT_FULL, () -> session.complete("sheep ".repeat(20), GenerationOptions.greedy(1)));
        }
    }

    @Test
    void newSession_noneFree_isBusyUntilOneCloses() {
        try (Engine engine = SmolLm2.model().newEngine(TWO)) {
            Session first = engine.newSession();
            Session second = engine.newSession();
            assertCode(ErrorCode.BUSY, engine::newSession);
            first.close();
            for (int i = 0; i < 500; i++) {
                try (Session third = engine.newSession()) {
                    assertThat(third.complete("One, two,", GenerationOptions.greedy(2))
                                    .await()
                                    .text())
                            .isNotEmpty();
                    second.close();
                    return;
                } catch (io.shearling.runtime.error.ShearlingException busy) {
                    Thread.onSpinWait();
                    sleep();
                }
            }
            throw new AssertionError("the sequence never came back");
        }
    }

    @Test
    void cancelOfAPrompt_leavesTheOtherStreamAlone() {
        String expected = alone("Sheep are");
        try (Engine engine = SmolLm2.model()
                        .newEngine(SmolLm2.options()
                                .sequences(2)
                                .contextTokens(1024)
                                .build());
                Session talker = engine.newSession();
                Session canceller = engine.newSession()) {
            TokenStream running = talker.complete("Sheep are", GenerationOptions.greedy(32));
            int[] prompt = new int[900];
            java.util.Arrays.fill(prompt, 504);
            for (int i = 0; i < 3; i++) {
                canceller.complete(prompt, GenerationOptions.greedy(1)).close();
            }
            assertThat(running.await().text().substring(0, 16)).isEqualTo(expected.substring(0, 16));
        }
    }

    @Test
    void parkedReader_doesNotHoldUpTheOther() {
        try (Engine engine = SmolLm2.model()
                        .newEngine(SmolLm2.options()
                                .sequences(2)
                                .contextTokens(1024)
                                .build());
                Session lazy = engine.newSession();
                Session eager = engine.newSession();
                TokenStream unread = lazy.complete("One, two,", endless())) {
            assertThat(unread.hasNext()).isTrue();
            Completion quick = eager.complete(
                            "Sheep are", endless().toBuilder().maxTokens(90).build())
                    .await();
            assertThat(quick.usage().generatedTokens()).isEqualTo(90);
        }
    }

    @Test
    void close_whileGenerating_endsAsCancelled() {
        Engine engine = SmolLm2.model().newEngine(TWO);
        TokenStream running = engine.newSession().complete("One, two,", endless());
        assertThat(running.hasNext()).isTrue();
        engine.close();
        engine.close();
        assertThat(running.await().reason()).isEqualTo(FinishReason.CANCELLED);
        assertCode(ErrorCode.CLOSED, engine::newSession);
    }

    /** As where there is no memory for the reply: its reader hears of it, and the engine's next caller too. */
    @Test
    void generation_whoseEndCannotBeTold_failsAndTheEngineSaysWhy() {
        Model model = SmolLm2.model();
        try (Engine engine = model.newEngine(TWO)) {
            EventQueue events = new EventQueue(() -> {});
            Generation generation = new Generation(
                    model.name(),
                    engine.tokenizer().encode("Sheep are"),
                    GenerationOptions.greedy(1),
                    List.of(),
                    NativeSampler.open(model.weights(), SamplerChain.GREEDY),
                    events,
                    (text, failed) -> {
                        if (!failed) {
                            throw new OutOfMemoryError("a test's own");
                        }
                    });
            engine.scheduler().submit(Objects.requireNonNull(engine.scheduler().open()), generation);
            events.awaitEnd();
            assertThatThrownBy(() -> {
                        while (events.take() != null) {
                            assertThat(events.ended()).isTrue();
                        }
                    })
                    .isInstanceOf(ShearlingException.class)
                    .hasMessageContaining("a test's own");
            // The engine has told its readers before it has failed.
            assertThatThrownBy(() -> {
                        while (true) {
                            engine.newSession().close();
                        }
                    })
                    .isInstanceOf(ShearlingException.class)
                    .hasMessageContaining("the engine failed: java.lang.OutOfMemoryError: a test's own");
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(2);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
