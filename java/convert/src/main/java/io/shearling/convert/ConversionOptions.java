package io.shearling.convert;

import java.util.Optional;

/**
 * How a checkpoint is converted.
 *
 * @param type what the weights become; empty: what most of them are, f16 or bf16, and f32 where they are neither
 * @param name the model's name; empty: that of the folder
 * @param preTokenizer llama.cpp's name of the way in which texts are cut before they are tokenized; empty: found out
 * @param upstream whether the file is to be what upstream's converter writes, its known faults included
 * @param denseModules whether the dense layers that sentence-transformers puts behind the pooling are taken, without which an
 *     embedding is not the one that the model was trained for; upstream takes them when asked to
 * @param threads that read, compute and write
 */
public record ConversionOptions(
        Optional<OutputType> type,
        Optional<String> name,
        Optional<String> preTokenizer,
        boolean upstream,
        boolean denseModules,
        int threads) {
    /** Everything found out, repaired, and a thread for each processor. */
    public static final ConversionOptions DEFAULT = new ConversionOptions(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            true,
            Runtime.getRuntime().availableProcessors());

    /** Checks the threads. */
    public ConversionOptions {
        if (threads < 1) {
            throw new IllegalArgumentException("A conversion has at least one thread, not " + threads + ".");
        }
    }

    /** With weights of this type. */
    public ConversionOptions withType(OutputType wanted) {
        return new ConversionOptions(Optional.of(wanted), name, preTokenizer, upstream, denseModules, threads);
    }

    /** With a model of this name. */
    public ConversionOptions withName(String given) {
        return new ConversionOptions(type, Optional.of(given), preTokenizer, upstream, denseModules, threads);
    }

    /** With this pre-tokenizer. */
    public ConversionOptions withPreTokenizer(String given) {
        return new ConversionOptions(type, name, Optional.of(given), upstream, denseModules, threads);
    }

    /** As upstream's converter does it unless told otherwise: its faults, and no dense layers. */
    public ConversionOptions asUpstream() {
        return new ConversionOptions(type, name, preTokenizer, true, false, threads);
    }

    /** With or without the dense layers behind the pooling. */
    public ConversionOptions withDenseModules(boolean taken) {
        return new ConversionOptions(type, name, preTokenizer, upstream, taken, threads);
    }

    /** With this many threads. */
    public ConversionOptions withThreads(int count) {
        return new ConversionOptions(type, name, preTokenizer, upstream, denseModules, count);
    }
}
