package io.shearling.cli;

import io.shearling.runtime.GenerationOptions;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import io.shearling.runtime.sampling.SamplerChain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how text is generated. */
final class GenerationFlags {
    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            description = "Most tokens to generate. Default: ${DEFAULT-VALUE}.")
    private int maxTokens = 512;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            description = "How freely tokens are chosen; 0 takes the most likely one. Default: ${DEFAULT-VALUE}.")
    private float temperature = 0.8f;

    @Option(
            names = "--top-p",
            paramLabel = "P",
            description = "Share of the probability that is chosen from, 0 to 1. Default: ${DEFAULT-VALUE}.")
    private float topP = 0.95f;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Makes a random choice repeatable. Default: another one each time.")
    private @Nullable Integer seed;

    @Option(
            names = "--stop",
            paramLabel = "TEXT",
            description = "A text that ends the reply and is not part of it; may be given several times.")
    private List<String> stops = new ArrayList<>();

    @Option(names = "--grammar", paramLabel = "FILE", description = "A GBNF grammar that the reply has to follow.")
    private @Nullable Path grammar;

    @Option(
            names = "--logprobs",
            paramLabel = "N",
            description = "With --json: each token's log-probability and the N most likely tokens, 0 to 100.")
    private int logProbabilities = -1;

    boolean wantsLogProbabilities() {
        return logProbabilities >= 0;
    }

    int maxTokens() {
        return maxTokens;
    }

    /**
     * The options, with a seed of their own where none is given.
     *
     * @throws UsageException when a value is out of its range or the grammar's file cannot be read
     */
    Chosen choose() {
        int chosenSeed = seed == null ? ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE) : seed;
        try {
            SamplerChain chain = SamplerChain.usual(temperature, topP, chosenSeed);
            GenerationOptions options = GenerationOptions.builder()
                    .maxTokens(maxTokens)
                    .samplers(grammar == null ? chain : chain.withGrammar(read(grammar)))
                    .stops(stops)
                    .logProbabilities(logProbabilities)
                    .build();
            return new Chosen(options, chosenSeed);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    /** Options and the seed in them. */
    record Chosen(GenerationOptions options, int seed) {}

    /** A failure of this grammar in a sentence with its file; other failures as they are. */
    RuntimeException explain(ShearlingException failure) {
        if (grammar == null || failure.code() != ErrorCode.BAD_GRAMMAR) {
            return failure;
        }
        return new FailedException("the grammar " + grammar + " does not parse (" + failure.getMessage()
                + "); write GBNF whose first rule is root");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new FailedException("the grammar " + file + " cannot be read (" + e + "); check the path");
        }
    }
}
