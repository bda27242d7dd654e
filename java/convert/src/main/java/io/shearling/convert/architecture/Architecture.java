package io.shearling.convert.architecture;

import io.shearling.convert.checkpoint.Checkpoint;
import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.convert.tokenizer.TokenizerKind;
import io.shearling.formats.gguf.GgufMetadata;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;

/**
 * How the models of one architecture become a GGUF file.
 *
 * <p>The name is llama.cpp's. The defaults are those of the classes in transformers 4.57.6, which a configuration need not repeat.
 * Immutable.
 */
public final class Architecture {
    private final String name;
    private final List<String> models;
    private final List<UnaryOperator<ModelConfig>> completions;
    private final List<KeyRule> earlyKeys;
    private final List<TensorKeys> tensorKeys;
    private final List<KeyRule> keys;
    private final List<KeyRule> repairs;
    private final Predicate<ModelConfig> condition;
    private final UnaryOperator<String> names;
    private final List<TensorRule> tensorRepairs;
    private final List<TensorRule> tensors;
    private final List<StackRule> stacks;
    private final List<Extra> extras;
    private final List<TokenizerKey> earlyTokenizerKeys;
    private final List<TokenizerKey> lateKeys;
    private final Function<ModelConfig, TokenizerKind> tokenizer;
    private final boolean denseModules;
    private final Map<String, String> specialTokens;
    private final boolean tiedHeadDropped;
    private final BiPredicate<String, ModelConfig> leftOut;
    private final ToLongFunction<ModelConfig> vocabularyStep;
    private final UnaryOperator<List<Draft>> last;

    Architecture(ArchitectureBuilder builder) {
        name = builder.name;
        models = List.copyOf(builder.models);
        completions = List.copyOf(builder.completions);
        earlyKeys = List.copyOf(builder.earlyKeys);
        tensorKeys = List.copyOf(builder.tensorKeys);
        keys = List.copyOf(builder.keys);
        condition = builder.condition;
        names = builder.names;
        tensorRepairs = List.copyOf(builder.tensorRepairs);
        repairs = List.copyOf(builder.repairs);
        tensors = List.copyOf(builder.tensors);
        stacks = List.copyOf(builder.stacks);
        extras = List.copyOf(builder.extras);
        earlyTokenizerKeys = List.copyOf(builder.earlyTokenizerKeys);
        lateKeys = List.copyOf(builder.lateKeys);
        tokenizer = builder.tokenizer;
        denseModules = builder.denseModules;
        specialTokens = Collections.unmodifiableMap(new LinkedHashMap<>(builder.specialTokens));
        tiedHeadDropped = builder.tiedHeadDropped;
        leftOut = builder.leftOut;
        vocabularyStep = builder.vocabularyStep;
        last = builder.last;
    }

    /** Makes tensors that no checkpoint has. */
    @FunctionalInterface
    interface Extra {
        List<Draft> make(ModelConfig config);
    }

    /** Puts keys that follow from values of tensors. */
    @FunctionalInterface
    interface TensorKeys {
        void put(Checkpoint checkpoint, ModelConfig config, Keys keys);
    }

    /** Puts a key that is said of the tokenizer by the architecture. */
    @FunctionalInterface
    interface TokenizerKey {
        void put(ModelConfig config, GgufMetadata.Builder metadata);
    }

    /** An architecture of this name. */
    static ArchitectureBuilder named(String name) {
        return new ArchitectureBuilder(name);
    }

    /** In {@code general.architecture}. */
    public String name() {
        return name;
    }

    /** Names of model classes in transformers. */
    public List<String> models() {
        return models;
    }

    /** Which tokenizer this model has. */
    public TokenizerKind tokenizer(ModelConfig config) {
        return tokenizer.apply(config);
    }

    /** The texts of special tokens by their kinds, for kinds that no file of the tokenizer names; in upstream's order. */
    public Map<String, String> specialTokens() {
        return specialTokens;
    }

    /** Whether this is the architecture of a model of its classes. */
    boolean describes(ModelConfig config) {
        return condition.test(config);
    }

    /** Puts what upstream says of a tokenizer by the architecture before it reads its files, which may say otherwise. */
    public void putEarlyTokenizerKeys(ModelConfig config, GgufMetadata.Builder metadata) {
        earlyTokenizerKeys.forEach(key -> key.put(config, metadata));
    }

    /** Puts what upstream says of a tokenizer by the architecture, not by its files. */
    public void putLateKeys(ModelConfig config, GgufMetadata.Builder metadata) {
        lateKeys.forEach(key -> key.put(config, metadata));
    }

    /** Whether a tensor of the checkpoint is of no use, by its name there. */
    boolean leavesOut(String tensor, ModelConfig config) {
        return leftOut.test(tensor, config);
    }

    /** The number of tokens is filled up to a multiple of this. */
    long vocabularyStep(ModelConfig config) {
        return vocabularyStep.applyAsLong(config);
    }

    /** Looks at all tensors of the output together, and leaves some out. */
    List<Draft> finish(List<Draft> all) {
        return last.apply(all);
    }

    /** The configuration with what its class in transformers adds. */
    public ModelConfig complete(ModelConfig config) {
        ModelConfig complete = config;
        for (UnaryOperator<ModelConfig> completion : completions) {
            complete = completion.apply(complete);
        }
        return complete;
    }

    /** Puts the keys that upstream finds while it looks through the tensors, and so before all others. */
    public void putEarlyKeys(Checkpoint checkpoint, ModelConfig config, Keys target) {
        earlyKeys.forEach(rule -> rule.put(config, target));
        tensorKeys.forEach(rule -> rule.put(checkpoint, config, target));
    }

    /** Puts the architecture's own keys. */
    public void putKeys(ModelConfig config, Keys target) {
        keys.forEach(rule -> rule.put(config, target));
    }

    /** Puts the keys that upstream forgets or gets wrong; in a file that is not to be as upstream's. */
    public void putRepairs(ModelConfig config, Keys target) {
        repairs.forEach(rule -> rule.put(config, target));
    }

    /** Whether the output matrix is left out where the embeddings serve for it. */
    boolean dropsTiedHead() {
        return tiedHeadDropped;
    }

    /** The name of a tensor without what depends on the class that saved it. */
    String plainName(String name) {
        return names.apply(name);
    }

    /** Where a tensor with this plain name goes; nowhere when it is unknown or left out. */
    Optional<String> target(String plainName) {
        for (TensorRule rule : tensors) {
            Optional<NamePattern.Match> match = rule.from().match(plainName);
            if (match.isPresent()) {
                return rule.targets().stream()
                        .map(TensorRule.Target::to)
                        .filter(to -> !to.isEmpty())
                        .map(match.get()::fill)
                        .findFirst();
            }
        }
        return Optional.empty();
    }

    /** Asked before the others unless upstream's file is wanted. */
    List<TensorRule> tensorRepairs() {
        return tensorRepairs;
    }

    List<TensorRule> tensors() {
        return tensors;
    }

    List<StackRule> stacks() {
        return stacks;
    }

    List<Extra> extras() {
        return extras;
    }

    /** Whether llama.cpp can go on with dense layers behind the pooling. */
    boolean takesDenseModules() {
        return denseModules;
    }
}
