package io.shearling.cli;

import io.shearling.runtime.GenerationOptions;
import io.shearling.runtime.sampling.SamplerChain;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that say how text is generated. */
final class GenerationFlags {
    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            converter = NumberRange.ReplyTokens.class,
            description = "Most tokens of a reply. Default: ${DEFAULT-VALUE}.")
    private int maxTokens = 512;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            converter = NumberRange.Temperature.class,
            description = "How freely tokens are chosen, 0 to 100; 0 takes the most likely one. Default:"
                    + " ${DEFAULT-VALUE}.")
    private float temperature = 0.8f;

    @Option(
            names = "--top-p",
            paramLabel = "P",
            converter = NumberRange.Share.class,
            description = "Share of the probability that is chosen from, 0 to 1. Default: ${DEFAULT-VALUE}.")
    private float topP = 0.95f;

    @Option(
            names = "--seed",
            paramLabel = "N",
            converter = NumberRange.Seed.class,
            description = "Makes a random choice repeatable; 0 or more. Default: another one each time.")
    private @Nullable Integer seed;

    @Option(
            names = "--stop",
            paramLabel = "TEXT",
            converter = StopText.class,
            description = "A text that ends the reply and is not part of it; may be given several times.")
    private List<String> stops = new ArrayList<>();

    @Option(names = "--grammar", paramLabel = "FILE", description = "A GBNF grammar that the reply has to follow.")
    private @Nullable Path grammar;

    /** A stop text, which cannot be empty. */
    static final class StopText implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            if (text.isEmpty()) {
                throw new TypeConversionException("an empty text would end every reply at once");
            }
            return text;
        }
    }

    int maxTokens() {
        return maxTokens;
    }

    float temperature() {
        return temperature;
    }

    /**
     * Sets another temperature.
     *
     * @throws FailedException when the text is none
     */
    void temperature(String text) {
        try {
            temperature = new NumberRange.Temperature().convert(text);
        } catch (TypeConversionException e) {
            throw new FailedException("the temperature " + Pieces.visible(text) + " " + e.getMessage());
        }
    }

    /** The file of the grammar, if there is one. */
    Optional<GrammarFile> grammar() {
        return Optional.ofNullable(grammar).map(GrammarFile::new);
    }

    /**
     * The options, with a seed of their own where none is given. Reads the grammar's file.
     *
     * @throws FailedException when the grammar's file cannot be one
     */
    Chosen choose() {
        int chosenSeed = seed == null ? ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE) : seed;
        GenerationOptions options = GenerationOptions.builder()
                .maxTokens(maxTokens)
                .samplers(samplers(chosenSeed, grammar().map(GrammarFile::read)))
                .stops(stops)
                .build();
        return new Chosen(options, chosenSeed);
    }

    private SamplerChain samplers(int chosenSeed, Optional<String> gbnf) {
        SamplerChain chain = SamplerChain.usual(temperature, topP, chosenSeed);
        return gbnf.map(chain::withGrammar).orElse(chain);
    }

    /** Options and the seed in them. */
    record Chosen(GenerationOptions options, int seed) {}
}
