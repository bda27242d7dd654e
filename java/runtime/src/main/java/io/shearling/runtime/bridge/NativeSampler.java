package io.shearling.runtime.bridge;

import io.shearling.core.Core;
import io.shearling.core.shl_sampler;
import io.shearling.runtime.sampling.Sampler;
import io.shearling.runtime.sampling.SamplerChain;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** A {@code shl_sampler} made from a {@link SamplerChain}. One thread at a time. */
public final class NativeSampler implements AutoCloseable {
    private final shl_sampler sampler;
    private final int[] token = new int[1];
    private boolean closed;

    private NativeSampler(shl_sampler sampler) {
        this.sampler = sampler;
    }

    /** Makes the chain over a model that outlives it. */
    public static NativeSampler open(NativeModel model, SamplerChain chain) {
        shl_sampler sampler = new shl_sampler();
        Status.check(Core.shl_sampler_new(model.pointer(), sampler), "cannot make a sampler");
        try {
            for (Sampler step : chain.samplers()) {
                NativeLog.checked(() -> add(sampler, step), "cannot use the sampler " + name(step));
            }
        } catch (RuntimeException | Error e) {
            Core.shl_sampler_free(sampler);
            throw e;
        }
        return new NativeSampler(sampler);
    }

    /** Chooses a token at a batch index and accepts it. */
    public int sample(NativeContext context, int index) {
        Status.check(Core.shl_sampler_sample(sampler, context.pointer(), index, token), "cannot choose a token");
        return token[0];
    }

    /** Tells the chain of a prompt. */
    public void accept(int[] tokens) {
        Status.check(Core.shl_sampler_accept(sampler, tokens, tokens.length), "cannot take the prompt");
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Core.shl_sampler_free(sampler);
        }
    }

    private static String name(Sampler step) {
        return step.getClass().getSimpleName();
    }

    private static int add(shl_sampler s, Sampler step) {
        if (step instanceof Sampler.Greedy) {
            return Core.shl_sampler_add_greedy(s);
        } else if (step instanceof Sampler.Distribution d) {
            return Core.shl_sampler_add_dist(s, d.seed());
        } else if (step instanceof Sampler.TopK k) {
            return Core.shl_sampler_add_top_k(s, k.k());
        } else if (step instanceof Sampler.TopP p) {
            return Core.shl_sampler_add_top_p(s, p.p(), p.minKeep());
        } else if (step instanceof Sampler.MinP p) {
            return Core.shl_sampler_add_min_p(s, p.p(), p.minKeep());
        } else if (step instanceof Sampler.Typical t) {
            return Core.shl_sampler_add_typical(s, t.p(), t.minKeep());
        } else if (step instanceof Sampler.Temperature t) {
            return Core.shl_sampler_add_temperature(s, t.temperature());
        } else if (step instanceof Sampler.DynamicTemperature t) {
            return Core.shl_sampler_add_dynamic_temperature(s, t.temperature(), t.delta(), t.exponent());
        } else if (step instanceof Sampler.Xtc x) {
            return Core.shl_sampler_add_xtc(s, x.probability(), x.threshold(), x.minKeep(), x.seed());
        } else if (step instanceof Sampler.TopNSigma t) {
            return Core.shl_sampler_add_top_n_sigma(s, t.n());
        } else if (step instanceof Sampler.Mirostat m) {
            return Core.shl_sampler_add_mirostat(s, m.seed(), m.tau(), m.eta(), m.m());
        } else if (step instanceof Sampler.MirostatV2 m) {
            return Core.shl_sampler_add_mirostat_v2(s, m.seed(), m.tau(), m.eta());
        } else if (step instanceof Sampler.Penalties p) {
            return Core.shl_sampler_add_penalties(s, p.lastN(), p.repeat(), p.frequency(), p.presence());
        } else if (step instanceof Sampler.Dry d) {
            byte[] breakers = zeroTerminated(d.breakers());
            return Core.shl_sampler_add_dry(
                    s,
                    d.multiplier(),
                    d.base(),
                    d.allowedLength(),
                    d.lastN(),
                    breakers,
                    breakers.length,
                    d.breakers().size());
        } else if (step instanceof Sampler.AdaptiveP a) {
            return Core.shl_sampler_add_adaptive_p(s, a.target(), a.decay(), a.seed());
        } else if (step instanceof Sampler.LogitBias b) {
            return addBias(s, b.biases());
        } else if (step instanceof Sampler.Infill) {
            return Core.shl_sampler_add_infill(s);
        } else if (step instanceof Sampler.Grammar g) {
            return Core.shl_sampler_add_grammar(s, g.gbnf(), g.root());
        }
        throw new IllegalStateException("no native sampler for " + step);
    }

    private static int addBias(shl_sampler s, Map<Integer, Float> biases) {
        int[] tokens = new int[biases.size()];
        float[] values = new float[biases.size()];
        int i = 0;
        for (Map.Entry<Integer, Float> bias : biases.entrySet()) {
            tokens[i] = bias.getKey();
            values[i++] = bias.getValue();
        }
        return Core.shl_sampler_add_logit_bias(s, tokens, values, tokens.length);
    }

    private static byte[] zeroTerminated(List<String> texts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String text : texts) {
            all.writeBytes(text.getBytes(StandardCharsets.UTF_8));
            all.write(0);
        }
        return all.toByteArray();
    }
}
