package io.shearling.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import io.shearling.runtime.sampling.Sampler;
import io.shearling.runtime.sampling.SamplerChain;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionIT {
    private final Session session =
            SmolLm2.model().newSession(SmolLm2.options().contextTokens(512).build());

    @AfterEach
    void close() {
        session.close();
    }

    @Test
    void complete_greedy_namesParis() {
        Completion reply = session.complete("The capital of France is", GenerationOptions.greedy(8))
                .await();
        assertThat(reply.text()).startsWith(" Paris");
        assertThat(reply.reason()).isEqualTo(FinishReason.MAX_TOKENS);
        assertThat(reply.usage()).isEqualTo(new Usage(5, 0, 8));
        assertThat(reply.timings().generation()).isPositive();
    }

    @Test
    void chat_secondTurn_reusesTheFirst() {
        session.add(Message.system("You are a shepherd."));
        Completion first =
                session.chat("Say hello.", GenerationOptions.greedy(24)).await();
        Completion second =
                session.chat("Say it again.", GenerationOptions.greedy(8)).await();
        assertThat(second.usage().cachedTokens()).isGreaterThan(first.usage().promptTokens());
        assertThat(session.history())
                .extracting(Message::role)
                .containsExactly("system", "user", "assistant", "user", "assistant");
        assertThat(session.history().get(2).content()).isEqualTo(first.text());
    }

    @Test
    void complete_reusedPrefix_givesTheSameText() {
        String prompt = "Sheep are kept for their wool. A shearer can";
        String alone =
                session.complete(prompt, GenerationOptions.greedy(24)).await().text();
        session.complete(prompt + " do more than that, and", GenerationOptions.greedy(8))
                .await();
        Completion again =
                session.complete(prompt, GenerationOptions.greedy(24)).await();
        assertThat(again.usage().cachedTokens()).isPositive();
        assertThat(again.text()).isEqualTo(alone);
    }

    @Test
    void complete_stopString_endsBeforeIt() {
        String whole = session.complete("One, two, three,", GenerationOptions.greedy(24))
                .await()
                .text();
        assertThat(whole).contains("six");
        Completion cut = session.complete(
                        "One, two, three,",
                        GenerationOptions.greedy(24).toBuilder()
                                .stops("x,", "never")
                                .build())
                .await();
        assertThat(cut.reason()).isEqualTo(FinishReason.STOP_STRING);
        assertThat(cut.text()).isEqualTo(whole.substring(0, whole.indexOf("x,")));
    }

    @Test
    void complete_sameSeed_sameText() {
        GenerationOptions seeded = GenerationOptions.builder()
                .samplers(SamplerChain.usual(1.2f, 0.95f, 42))
                .maxTokens(24)
                .build();
        GenerationOptions other =
                seeded.toBuilder().samplers(SamplerChain.usual(1.2f, 0.95f, 43)).build();
        String first = session.complete("Once upon a time", seeded).await().text();
        assertThat(session.complete("Once upon a time", seeded).await().text()).isEqualTo(first);
        assertThat(session.complete("Once upon a time", other).await().text()).isNotEqualTo(first);
    }

    @Test
    void complete_everySampler_generates() {
        List<SamplerChain> chains = List.of(
                SamplerChain.of(new Sampler.Distribution(1)),
                SamplerChain.of(new Sampler.TopK(20), new Sampler.Typical(0.9f, 1), new Sampler.Distribution(1)),
                SamplerChain.of(new Sampler.DynamicTemperature(0.8f, 0.4f, 1), new Sampler.Distribution(1)),
                SamplerChain.of(
                        new Sampler.TopK(40),
                        new Sampler.Xtc(0.5f, 0.1f, 1, 3),
                        new Sampler.TopNSigma(2),
                        new Sampler.Distribution(1)),
                SamplerChain.of(new Sampler.Mirostat(1, 5, 0.1f, 100)),
                SamplerChain.of(new Sampler.MirostatV2(1, 5, 0.1f)),
                SamplerChain.of(
                        new Sampler.Penalties(64, 1.3f, 0.2f, 0.2f),
                        new Sampler.Dry(0.8f, 1.75f, 2, 256, List.of("\n", ":", "\"")),
                        new Sampler.Greedy()),
                SamplerChain.of(new Sampler.MinP(0.05f, 1), new Sampler.AdaptiveP(0.5f, 0.9f, 1)),
                SamplerChain.of(
                        new Sampler.TopK(40), new Sampler.TopP(0.9f, 1), new Sampler.Infill(), new Sampler.Greedy()));
        for (SamplerChain chain : chains) {
            Completion reply = session.complete(
                            "A sheep walks",
                            GenerationOptions.builder()
                                    .samplers(chain)
                                    .maxTokens(6)
                                    .ignoreEnd(true)
                                    .build())
                    .await();
            assertThat(reply.usage().generatedTokens()).as("%s", chain).isEqualTo(6);
        }
    }

    @Test
    void complete_grammar_isObeyed() {
        Completion reply = session.complete(
                        "Is a sheep an animal? Answer:",
                        GenerationOptions.builder()
                                .samplers(SamplerChain.GREEDY.withGrammar("root ::= \" yes\" | \" no\""))
                                .maxTokens(8)
                                .build())
                .await();
        assertThat(reply.text()).isIn(" yes", " no");
        assertThat(reply.reason()).isEqualTo(FinishReason.END_OF_TEXT);
    }

    @Test
    void complete_badGrammar_isRefused() {
        GenerationOptions options = GenerationOptions.builder()
                .samplers(SamplerChain.GREEDY.withGrammar("root ::= ("))
                .build();
        assertCode(ErrorCode.BAD_GRAMMAR, () -> session.complete("x", options));
        assertThat(session.complete("One, two,", GenerationOptions.greedy(2))
                        .await()
                        .text())
                .isNotEmpty();
    }

    @Test
    void complete_logitBias_forbidsAToken() {
        int paris = SmolLm2.model().tokenizer().encode(" Paris")[0];
        Completion reply = session.complete(
                        "The capital of France is",
                        GenerationOptions.builder()
                                .samplers(SamplerChain.GREEDY.withLogitBias(Map.of(paris, Float.NEGATIVE_INFINITY)))
                                .maxTokens(4)
                                .build())
                .await();
        assertThat(reply.text()).doesNotContain("Paris");
    }

    @Test
    void complete_logProbabilities_areOfTheChosenTokens() {
        List<GenerationEvent.Token> tokens = new ArrayList<>();
        try (TokenStream stream = session.complete(
                "The capital of France is",
                GenerationOptions.greedy(4).toBuilder().logProbabilities(3).build())) {
            stream.stream()
                    .filter(GenerationEvent.Token.class::isInstance)
                    .forEach(event -> tokens.add((GenerationEvent.Token) event));
        }
        assertThat(tokens).hasSize(4).allSatisfy(token -> {
            assertThat(token.likeliest()).hasSize(3);
            assertThat(token.likeliest().get(0).token()).isEqualTo(token.token());
            assertThat(token.logProbability())
                    .isNegative()
                    .isEqualTo(token.likeliest().get(0).logProbability());
            assertThat(token.likeliest().get(1).logProbability()).isLessThanOrEqualTo(token.logProbability());
        });
    }

    @Test
    void complete_whileBusy_failsAtOnce() {
        try (TokenStream running = session.complete("One, two,", endless())) {
            assertThat(running.hasNext()).isTrue();
            assertCode(ErrorCode.BUSY, () -> session.complete("x", GenerationOptions.greedy(1)));
            assertCode(ErrorCode.BUSY, session::clear);
        }
        assertThat(session.complete("One, two,", GenerationOptions.greedy(2))
                        .await()
                        .text())
                .isNotEmpty();
    }

    @Test
    void complete_promptTooLong_saysBothNumbers() {
        int[] tokens = new int[600];
        Arrays.fill(tokens, 504);
        assertThatThrownBy(() -> session.complete(tokens, GenerationOptions.greedy(1)))
                .hasMessageContaining("600")
                .hasMessageContaining("512");
    }

    @Test
    void complete_contextFull_followsThePolicy() {
        try (Session small =
                SmolLm2.model().newSession(SmolLm2.options().contextTokens(256).build())) {
            int room = small.contextTokens();
            int[] prompt = SmolLm2.model().tokenizer().encode("One, two, three, four, five. ".repeat(40));
            int[] most = Arrays.copyOf(prompt, room - 20);
            GenerationOptions.Builder options = endless().toBuilder();
            Completion stopped = small.complete(most, options.build()).await();
            assertThat(stopped.reason()).isEqualTo(FinishReason.CONTEXT_FULL);
            assertThat(stopped.usage().generatedTokens()).isEqualTo(21);
            assertCode(
                    ErrorCode.CONTEXT_FULL,
                    () -> small.complete(
                                    most,
                                    options.contextFull(ContextFullPolicy.FAIL).build())
                            .await());
            Completion slid = small.complete(
                            most,
                            options.contextFull(ContextFullPolicy.slide(4))
                                    .maxTokens(60)
                                    .build())
                    .await();
            assertThat(slid.reason()).isEqualTo(FinishReason.MAX_TOKENS);
            assertThat(slid.usage().generatedTokens()).isEqualTo(60);
            // The last turn found its prompt in memory, which rounds differently: only words far from a tie are the
            // same.
            assertThat(slid.text()).startsWith(stopped.text().substring(0, 12));
        }
    }

    @Test
    void complete_badTokens_areRefused() {
        assertCode(ErrorCode.INVALID_ARGUMENT, () -> session.complete(new int[0], GenerationOptions.greedy(1)));
        assertCode(
                ErrorCode.INVALID_ARGUMENT,
                () -> session.complete(new int[] {1, 1 << 20}, GenerationOptions.greedy(1))
                        .await());
        assertThat(session.complete("One, two,", GenerationOptions.greedy(2))
                        .await()
                        .text())
                .isNotEmpty();
    }

    @Test
    void use_afterClose_saysSo() {
        session.close();
        session.close();
        assertCode(ErrorCode.CLOSED, () -> session.complete("x", GenerationOptions.greedy(1)));
    }

    static GenerationOptions endless() {
        return GenerationOptions.builder()
                .samplers(SamplerChain.GREEDY)
                .ignoreEnd(true)
                .build();
    }

    static void assertCode(ErrorCode code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ShearlingException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
