package io.shearling.runtime.sampling;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Samplers in the order in which they are applied; the last one chooses the token. Immutable.
 *
 * <p>A chain that is only {@link Sampler.Greedy}, with or without logit bias and grammar, runs as a plain argmax.
 *
 * @param samplers the steps; a {@link Sampler.Grammar} may stand anywhere before the last
 */
public record SamplerChain(List<Sampler> samplers) {
    /** The seed that stands for another one at each generation. */
    public static final int RANDOM_SEED = -1;

    /** Always the most likely token. */
    public static final SamplerChain GREEDY = of(new Sampler.Greedy());

    public SamplerChain {
        samplers = List.copyOf(samplers);
        if (samplers.isEmpty() || !samplers.get(samplers.size() - 1).chooses()) {
            throw new IllegalArgumentException("the last sampler of a chain must choose a token: end it with Greedy, "
                    + "Distribution, Mirostat, MirostatV2 or AdaptiveP");
        }
        if (samplers.stream().filter(Sampler::chooses).count() > 1) {
            throw new IllegalArgumentException(
                    "only the last sampler of a chain may choose a token; this one has several " + "that do: "
                            + samplers);
        }
    }

    public static SamplerChain of(Sampler... samplers) {
        return new SamplerChain(List.of(samplers));
    }

    /** The usual chain: top k 40, top p 0.95, min p 0.05, then {@code temperature}; greedy where that is 0. */
    public static SamplerChain usual(float temperature, float topP, int seed) {
        if (temperature == 0) {
            return GREEDY;
        }
        return of(
                new Sampler.TopK(40),
                new Sampler.TopP(topP, 1),
                new Sampler.MinP(0.05f, 1),
                new Sampler.Temperature(temperature),
                new Sampler.Distribution(seed));
    }

    /** This chain after a step that biases single tokens. */
    public SamplerChain withLogitBias(Map<Integer, Float> biases) {
        return after(new Sampler.LogitBias(biases));
    }

    /** This chain under a GBNF grammar. */
    public SamplerChain withGrammar(String gbnf) {
        return after(new Sampler.Grammar(gbnf));
    }

    /** This chain with one more step in front. */
    public SamplerChain after(Sampler first) {
        List<Sampler> all = new ArrayList<>();
        all.add(first);
        all.addAll(samplers);
        return new SamplerChain(all);
    }
}
