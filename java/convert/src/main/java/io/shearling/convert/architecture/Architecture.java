package io.shearling.convert.architecture;

import io.shearling.convert.checkpoint.Checkpoint;
import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.json.JsonValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
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

    private Architecture(Builder builder) {
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

    /** Which files of a tokenizer are looked for, and in which order. */
    public enum TokenizerKind {
        /** Byte-level BPE, from tokenizer.json. */
        BPE,
        /** SentencePiece, else BPE with byte fallback, else byte-level BPE. */
        LLAMA,
        /** SentencePiece. */
        SENTENCE_PIECE,
        /** SentencePiece, with the token that ends a turn of Gemma. */
        GEMMA,
        /** SentencePiece, else byte-level BPE; no space before a text. */
        GEMMA_3,
        /** BPE with byte fallback as Gemma 4 has it, from tokenizer.json. */
        GEMMA_4,
        /** SentencePiece, with the added tokens of tokenizer.json over it, all as they are written. */
        PHI,
        /** WordPiece. */
        WORD_PIECE,
        /** Unigram, as XLM-RoBERTa has it. */
        UNIGRAM,
        /** WordPiece, Unigram, BPE of words or byte-level BPE: what tokenizer.json is. */
        AS_FILED
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
    static Builder named(String name) {
        return new Builder(name);
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

    /** Collects a description. */
    static final class Builder {
        private final String name;
        private final List<String> models = new ArrayList<>();
        private final List<UnaryOperator<ModelConfig>> completions = new ArrayList<>();
        private final List<KeyRule> earlyKeys = new ArrayList<>();
        private final List<TensorKeys> tensorKeys = new ArrayList<>();
        private final List<KeyRule> keys = new ArrayList<>();
        private final List<KeyRule> repairs = new ArrayList<>();
        private final List<TensorRule> tensors = new ArrayList<>();
        private final List<StackRule> stacks = new ArrayList<>();
        private final List<Extra> extras = new ArrayList<>();
        private final Map<String, String> specialTokens = new LinkedHashMap<>();
        private final List<TensorRule> tensorRepairs = new ArrayList<>();
        private final List<TokenizerKey> earlyTokenizerKeys = new ArrayList<>();
        private final List<TokenizerKey> lateKeys = new ArrayList<>();
        private Predicate<ModelConfig> condition = config -> true;
        private UnaryOperator<String> names = UnaryOperator.identity();
        private Function<ModelConfig, TokenizerKind> tokenizer = config -> TokenizerKind.BPE;
        private boolean denseModules;
        private boolean tiedHeadDropped;
        private BiPredicate<String, ModelConfig> leftOut = (tensor, config) -> false;
        private ToLongFunction<ModelConfig> vocabularyStep = config -> 1;
        private UnaryOperator<List<Draft>> last = all -> all;

        private Builder(String name) {
            this.name = name;
        }

        Builder models(String... names) {
            models.addAll(List.of(names));
            return this;
        }

        /** Only models of these classes whose configuration meets a condition. */
        Builder when(Predicate<ModelConfig> holds) {
            condition = holds;
            return this;
        }

        /** A number that the class has where the configuration has none. */
        Builder byDefault(String key, long value) {
            return derived(key, config -> new JsonValue.Int(value));
        }

        /** A number that the class has where the configuration has none. */
        Builder byDefault(String key, double value) {
            return derived(key, config -> new JsonValue.Real(value));
        }

        /** A value that the class computes where the configuration has none. */
        Builder derived(String key, Function<ModelConfig, JsonValue> value) {
            completions.add(config -> config.find(key).isPresent() ? config : config.with(key, value.apply(config)));
            return this;
        }

        /** A value that the class has where the configuration does not name the key; there {@code null} says that there is none. */
        Builder unlessNamed(String key, JsonValue value) {
            completions.add(config -> config.names(key) ? config : config.with(key, value));
            return this;
        }

        /** A value in place of the configuration's, for models that do not do as their configuration says. */
        Builder replaced(String key, Function<ModelConfig, JsonValue> value) {
            completions.add(config -> config.with(key, value.apply(config)));
            return this;
        }

        Builder earlyKeys(KeyRule... rules) {
            earlyKeys.addAll(List.of(rules));
            return this;
        }

        Builder tensorKeys(TensorKeys rule) {
            tensorKeys.add(rule);
            return this;
        }

        Builder keys(KeyRule... rules) {
            keys.addAll(List.of(rules));
            return this;
        }

        Builder repairs(KeyRule... rules) {
            repairs.addAll(List.of(rules));
            return this;
        }

        /** Makes names plain before they are looked for. */
        Builder names(UnaryOperator<String> plain) {
            names = plain;
            return this;
        }

        /** A rule whose operation no table knows. */
        Builder tensor(String from, String to, Operation operation) {
            tensors.add(new TensorRule(NamePattern.of(from), List.of(new TensorRule.Target(to, operation))));
            return this;
        }

        /** Lines for what upstream gets wrong. */
        Builder repairedTensors(String table) {
            tensorRepairs.addAll(TensorRule.table(table));
            return this;
        }

        /** Lines as {@link TensorRule#table} reads them; what comes first is asked first. */
        Builder tensors(String table) {
            tensors.addAll(TensorRule.table(table));
            return this;
        }

        Builder stack(String from, String... parts) {
            return stack(from, Operation.KEEP, parts);
        }

        Builder stack(String from, Operation operation, String... parts) {
            stacks.add(StackRule.of(from, operation, parts));
            return this;
        }

        /** Leaves out the tensors of these names. */
        Builder leaveOut(BiPredicate<String, ModelConfig> names) {
            leftOut = names;
            return this;
        }

        /** Has the vocabulary filled up to a multiple of this. */
        Builder vocabularyStep(ToLongFunction<ModelConfig> step) {
            vocabularyStep = step;
            return this;
        }

        Builder last(UnaryOperator<List<Draft>> step) {
            last = step;
            return this;
        }

        /** Takes the dense layers behind the pooling. */
        Builder denseModules() {
            denseModules = true;
            return this;
        }

        /** So many tensors, which {@code {e}} numbers, become one. */
        Builder stack(String from, String to, ToIntFunction<ModelConfig> count) {
            stacks.add(StackRule.of(from, to, count));
            return this;
        }

        Builder withoutTiedHead() {
            tiedHeadDropped = true;
            return this;
        }

        Builder extra(Extra extra) {
            extras.add(extra);
            return this;
        }

        Builder tokenizer(TokenizerKind kind) {
            return tokenizer(config -> kind);
        }

        Builder tokenizer(Function<ModelConfig, TokenizerKind> kind) {
            tokenizer = kind;
            return this;
        }

        /** The token of a kind where no file names one. */
        Builder specialToken(String kind, String text) {
            specialTokens.put(kind, text);
            return this;
        }

        Builder early(TokenizerKey key) {
            earlyTokenizerKeys.add(key);
            return this;
        }

        Builder late(TokenizerKey key) {
            lateKeys.add(key);
            return this;
        }

        Architecture build() {
            return new Architecture(this);
        }
    }
}
