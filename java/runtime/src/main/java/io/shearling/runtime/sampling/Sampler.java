package io.shearling.runtime.sampling;

import java.util.List;
import java.util.Map;

/**
 * One step of a {@link SamplerChain}: it narrows or reweighs the candidates for the next token, or chooses among them.
 *
 * <p>Every step is one of llama.cpp's samplers with its parameters; {@code seed} values make a choice repeatable. Values
 * outside the documented ranges are refused with an {@link IllegalArgumentException} when the record is made.
 */
public sealed interface Sampler {

    /** Whether this step chooses a token; the last step of a chain has to, the others must not. */
    default boolean chooses() {
        return false;
    }

    /** The most likely token; on a tie the one with the lower id. */
    record Greedy() implements Sampler {
        @Override
        public boolean chooses() {
            return true;
        }
    }

    /** A random token by its probability. */
    record Distribution(int seed) implements Sampler {
        @Override
        public boolean chooses() {
            return true;
        }
    }

    /** Keeps the {@code k} most likely tokens (arXiv 1904.09751); 0 keeps all. */
    record TopK(int k) implements Sampler {
        public TopK {
            Ranges.atLeast("k", k, 0);
        }
    }

    /** Keeps the most likely tokens whose probabilities add up to {@code p} (nucleus sampling, arXiv 1904.09751). */
    record TopP(float p, int minKeep) implements Sampler {
        public TopP {
            Ranges.within("p", p, 0, 1);
            Ranges.atLeast("minKeep", minKeep, 0);
        }
    }

    /** Keeps tokens at least {@code p} times as likely as the most likely one. */
    record MinP(float p, int minKeep) implements Sampler {
        public MinP {
            Ranges.within("p", p, 0, 1);
            Ranges.atLeast("minKeep", minKeep, 0);
        }
    }

    /** Keeps tokens whose surprise is near the expected one, up to mass {@code p} (arXiv 2202.00666). */
    record Typical(float p, int minKeep) implements Sampler {
        public Typical {
            Ranges.within("p", p, 0, 1);
            Ranges.atLeast("minKeep", minKeep, 0);
        }
    }

    /** Divides the logits by {@code temperature}; 0 leaves only the most likely token. */
    record Temperature(float temperature) implements Sampler {
        public Temperature {
            Ranges.within("temperature", temperature, 0, 100);
        }
    }

    /** A temperature between {@code temperature ± delta}, higher where the model is less sure (arXiv 2309.02772). */
    record DynamicTemperature(float temperature, float delta, float exponent) implements Sampler {
        public DynamicTemperature {
            Ranges.within("temperature", temperature, 0, 100);
            Ranges.within("delta", delta, 0, 100);
            Ranges.within("exponent", exponent, 0, 100);
        }
    }

    /** With {@code probability}, drops all but the least likely of the tokens above {@code threshold}. */
    record Xtc(float probability, float threshold, int minKeep, int seed) implements Sampler {
        public Xtc {
            Ranges.within("probability", probability, 0, 1);
            Ranges.within("threshold", threshold, 0, 1);
            Ranges.atLeast("minKeep", minKeep, 0);
        }
    }

    /** Keeps tokens within {@code n} standard deviations of the highest logit (arXiv 2411.07641). */
    record TopNSigma(float n) implements Sampler {
        public TopNSigma {
            Ranges.within("n", n, 0, 1000);
        }
    }

    /** Steers the text's surprise towards {@code tau} bits (arXiv 2007.14966), estimating over {@code m} tokens, 2 or more. */
    record Mirostat(int seed, float tau, float eta, int m) implements Sampler {
        public Mirostat {
            Ranges.within("tau", tau, 0, 1000);
            Ranges.within("eta", eta, 0, 1000);
            Ranges.atLeast("m", m, 2);
        }

        @Override
        public boolean chooses() {
            return true;
        }
    }

    /** The second version of {@link Mirostat}, without the estimate. */
    record MirostatV2(int seed, float tau, float eta) implements Sampler {
        public MirostatV2 {
            Ranges.within("tau", tau, 0, 1000);
            Ranges.within("eta", eta, 0, 1000);
        }

        @Override
        public boolean chooses() {
            return true;
        }
    }

    /**
     * Makes tokens of the last {@code lastN} less likely: divided by {@code repeat}, less {@code frequency} for each time
     * and {@code presence} once.
     */
    record Penalties(int lastN, float repeat, float frequency, float presence) implements Sampler {
        public Penalties {
            Ranges.within("lastN", lastN, 0, 1 << 20);
            Ranges.above("repeat", repeat, 0);
            Ranges.within("frequency", frequency, -100, 100);
            Ranges.within("presence", presence, -100, 100);
        }
    }

    /** Makes the continuation of a repeated run of tokens less likely; a breaker string ends a run. */
    record Dry(float multiplier, float base, int allowedLength, int lastN, List<String> breakers) implements Sampler {
        public Dry {
            Ranges.within("multiplier", multiplier, 0, 1000);
            Ranges.within("base", base, 1, 1000);
            Ranges.atLeast("allowedLength", allowedLength, 0);
            Ranges.within("lastN", lastN, 0, 1 << 20);
            breakers = List.copyOf(breakers);
        }
    }

    /** Chooses tokens near a target probability over time; a target below 0 turns it off. */
    record AdaptiveP(float target, float decay, int seed) implements Sampler {
        public AdaptiveP {
            Ranges.within("target", target, -1, 1);
            Ranges.within("decay", decay, 0, 0.99f);
        }

        @Override
        public boolean chooses() {
            return true;
        }
    }

    /** Adds to the logits of single tokens; negative infinity forbids a token. */
    record LogitBias(Map<Integer, Float> biases) implements Sampler {
        public LogitBias {
            biases = Map.copyOf(biases);
            biases.forEach((token, bias) -> {
                Ranges.atLeast("token", token, 0);
                if (Float.isNaN(bias) || bias == Float.POSITIVE_INFINITY) {
                    throw new IllegalArgumentException("bias of token " + token + " is " + bias
                            + "; it must be finite, or " + "negative infinity to forbid the token");
                }
            });
        }
    }

    /** Prefers ends and whole words when text is filled into a gap; stands after {@link TopK} and {@link TopP}. */
    record Infill() implements Sampler {}

    /** Allows only what a GBNF grammar derives from {@code root}. */
    record Grammar(String gbnf, String root) implements Sampler {
        public Grammar {
            if (gbnf.isBlank()) {
                throw new IllegalArgumentException("the grammar is empty; give GBNF rules, or leave the step out");
            }
            if (root.isBlank()) {
                throw new IllegalArgumentException("the grammar's start symbol is empty; it is usually \"root\"");
            }
        }

        public Grammar(String gbnf) {
            this(gbnf, "root");
        }
    }
}
