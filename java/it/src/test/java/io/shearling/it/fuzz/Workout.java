package io.shearling.it.fuzz;

import io.shearling.formats.tensor.TensorType;
import io.shearling.runtime.ContextFullPolicy;
import io.shearling.runtime.Embedder;
import io.shearling.runtime.EmbedderOptions;
import io.shearling.runtime.Engine;
import io.shearling.runtime.EngineOptions;
import io.shearling.runtime.GenerationOptions;
import io.shearling.runtime.Message;
import io.shearling.runtime.Model;
import io.shearling.runtime.Pooling;
import io.shearling.runtime.Session;
import io.shearling.runtime.error.ShearlingException;
import io.shearling.runtime.sampling.Sampler;
import io.shearling.runtime.sampling.SamplerChain;
import java.util.List;
import java.util.Random;

/**
 * What a program may do with a model, and what its trial in another process did not do: other texts, other contexts, other
 * messages, vectors. A typed refusal is an answer; anything else that is thrown is a defect. For one thread.
 */
final class Workout {
    private static final List<String> TEXTS = List.of(
            "sheep",
            "",
            " ",
            "The sheep's wool, 123 of it:\n\t\u00e9t\u00e9 \u4f60\u597d \ud83d\udc11 \u0000 \u2581<s></s><unk><0x41>",
            "the sheep ".repeat(150),
            "\u0301\u200b\ufeff\uffff\ud83d",
            "x".repeat(5000),
            "{{ messages }} {% endif %} <|im_start|>");

    private final Model model;
    private final Random random;

    Workout(Model model, long seed) {
        this.model = model;
        this.random = new Random(seed);
    }

    void run() {
        attempt(this::tokenize);
        attempt(this::render);
        attempt(this::generate);
        attempt(this::generateOddly);
        attempt(this::embed);
    }

    private static void attempt(Runnable part) {
        try {
            part.run();
        } catch (ShearlingException refusal) {
            Sentence.require(refusal);
        }
    }

    private void tokenize() {
        for (String text : TEXTS) {
            int[] tokens = model.tokenizer().encode(text, random.nextBoolean(), random.nextBoolean());
            model.tokenizer().decode(tokens, true);
            model.tokenizer().decode(tokens);
        }
        int size = model.tokenizer().vocabulary().size();
        for (int i = 0; i < 200; i++) {
            int token = random.nextInt(size);
            model.tokenizer().bytes(token);
            model.tokenizer().decode(token, random.nextInt(size), token);
            model.tokenizer().endsText(token);
        }
    }

    private void render() {
        List<List<Message>> chats = List.of(
                List.of(Message.user("sheep")),
                List.of(Message.system("You are a shepherd."), Message.user("{{ sheep }}")),
                List.of(Message.user(""), Message.assistant("wool"), Message.user("sheep ".repeat(100))),
                List.of(Message.user("sheep"), Message.assistant("wo")),
                List.of(new Message("tool", "{\"a\": 1}")));
        for (List<Message> chat : chats) {
            attempt(() -> model.chatTemplate().render(chat));
        }
    }

    /** Four tokens with whatever the defaults are. */
    private void generate() {
        try (Session session = model.newSession()) {
            session.complete("sheep", GenerationOptions.greedy(4)).await();
            session.complete(TEXTS.get(4), GenerationOptions.greedy(4)).await();
        }
    }

    private void generateOddly() {
        EngineOptions options = EngineOptions.builder()
                .contextTokens(Damage.pick(random, List.of(0, 8, 40, 300, 513, 2000)))
                .sequences(1 + random.nextInt(3))
                .batchTokens(Damage.pick(random, List.of(3, 33, 2048)))
                .microBatchTokens(Damage.pick(random, List.of(1, 7, 512)))
                .threads(1 + random.nextInt(2))
                .cacheTypes(cacheType(), cacheType())
                .build();
        GenerationOptions.Builder how =
                GenerationOptions.builder().maxTokens(60).ignoreEnd(true).samplers(new SamplerChain(samplers()));
        if (random.nextBoolean()) {
            how.logProbabilities(random.nextInt(20));
        }
        if (random.nextBoolean()) {
            how.contextFull(ContextFullPolicy.slide(4));
        }
        try (Engine engine = model.newEngine(options);
                Session session = engine.newSession()) {
            attempt(() -> session.complete("sheep and", how.build()).await());
            attempt(() -> session.chat("wool", how.build()).await());
            attempt(() -> session.chat("and grass", how.build()).await());
            attempt(() -> session.complete(tokens(), how.build()).await());
        }
    }

    private int[] tokens() {
        return random.ints(20, 0, Math.max(1, model.tokenizer().vocabulary().size()))
                .toArray();
    }

    private TensorType cacheType() {
        return Damage.pick(
                random, List.of(TensorType.F16, TensorType.F16, TensorType.F32, TensorType.Q8_0, TensorType.Q4_0));
    }

    private List<Sampler> samplers() {
        return switch (random.nextInt(5)) {
            case 0 -> List.of(new Sampler.Greedy());
            case 1 -> List.of(new Sampler.Grammar("root ::= [a-z ]+ \"é\"", "root"), new Sampler.Greedy());
            case 2 ->
                List.of(
                        new Sampler.Penalties(64, 1.3f, 0.5f, 0.5f),
                        new Sampler.Dry(1, 1.75f, 2, 64, List.of("\n", "the")),
                        new Sampler.TopK(40),
                        new Sampler.Typical(0.9f, 1),
                        new Sampler.Distribution(1));
            case 3 ->
                List.of(new Sampler.TopK(20), new Sampler.TopP(0.9f, 1), new Sampler.Infill(), new Sampler.Greedy());
            default -> List.of(new Sampler.TopNSigma(1), new Sampler.Mirostat(1, 5, 0.1f, 100));
        };
    }

    private void embed() {
        for (Pooling pooling : List.of(Pooling.MEAN, Damage.pick(random, List.of(Pooling.values())))) {
            attempt(() -> {
                EmbedderOptions options = EmbedderOptions.DEFAULT
                        .withPooling(pooling)
                        .withMaxTokens(Damage.pick(random, List.of(0, 5, 64)));
                try (Embedder embedder = model.newEmbedder(options)) {
                    attempt(() -> embedder.embedAll(List.of("sheep", "wool and grass", "a")));
                    attempt(() -> embedder.embedTokens("sheep"));
                }
            });
        }
    }
}
