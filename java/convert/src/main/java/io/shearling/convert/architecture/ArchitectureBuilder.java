package io.shearling.convert.architecture;

import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.convert.tokenizer.TokenizerKind;
import io.shearling.formats.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;

/** Collects the description of an {@link Architecture}. For one thread. */
final class ArchitectureBuilder {
    final String name;
    final List<String> models = new ArrayList<>();
    final List<UnaryOperator<ModelConfig>> completions = new ArrayList<>();
    final List<KeyRule> earlyKeys = new ArrayList<>();
    final List<Architecture.TensorKeys> tensorKeys = new ArrayList<>();
    final List<KeyRule> keys = new ArrayList<>();
    final List<KeyRule> repairs = new ArrayList<>();
    final List<TensorRule> tensors = new ArrayList<>();
    final List<StackRule> stacks = new ArrayList<>();
    final List<Architecture.Extra> extras = new ArrayList<>();
    final Map<String, String> specialTokens = new LinkedHashMap<>();
    final List<TensorRule> tensorRepairs = new ArrayList<>();
    final List<Architecture.TokenizerKey> earlyTokenizerKeys = new ArrayList<>();
    final List<Architecture.TokenizerKey> lateKeys = new ArrayList<>();
    Predicate<ModelConfig> condition = config -> true;
    UnaryOperator<String> names = UnaryOperator.identity();
    Function<ModelConfig, TokenizerKind> tokenizer = config -> TokenizerKind.BPE;
    boolean denseModules;
    boolean tiedHeadDropped;
    BiPredicate<String, ModelConfig> leftOut = (tensor, config) -> false;
    ToLongFunction<ModelConfig> vocabularyStep = config -> 1;
    UnaryOperator<List<Draft>> last = all -> all;

    ArchitectureBuilder(String name) {
        this.name = name;
    }

    ArchitectureBuilder models(String... names) {
        models.addAll(List.of(names));
        return this;
    }

    /** Only models of these classes whose configuration meets a condition. */
    ArchitectureBuilder when(Predicate<ModelConfig> holds) {
        condition = holds;
        return this;
    }

    /** A number that the class has where the configuration has none. */
    ArchitectureBuilder byDefault(String key, long value) {
        return derived(key, config -> new JsonValue.Int(value));
    }

    /** A number that the class has where the configuration has none. */
    ArchitectureBuilder byDefault(String key, double value) {
        return derived(key, config -> new JsonValue.Real(value));
    }

    /** A value that the class computes where the configuration has none. */
    ArchitectureBuilder derived(String key, Function<ModelConfig, JsonValue> value) {
        completions.add(config -> config.find(key).isPresent() ? config : config.with(key, value.apply(config)));
        return this;
    }

    /** A value that the class has where the configuration does not name the key; there {@code null} says that there is none. */
    ArchitectureBuilder unlessNamed(String key, JsonValue value) {
        completions.add(config -> config.names(key) ? config : config.with(key, value));
        return this;
    }

    /** A value in place of the configuration's, for models that do not do as their configuration says. */
    ArchitectureBuilder replaced(String key, Function<ModelConfig, JsonValue> value) {
        completions.add(config -> config.with(key, value.apply(config)));
        return this;
    }

    ArchitectureBuilder earlyKeys(KeyRule... rules) {
        earlyKeys.addAll(List.of(rules));
        return this;
    }

    ArchitectureBuilder tensorKeys(Architecture.TensorKeys rule) {
        tensorKeys.add(rule);
        return this;
    }

    ArchitectureBuilder keys(KeyRule... rules) {
        keys.addAll(List.of(rules));
        return this;
    }

    ArchitectureBuilder repairs(KeyRule... rules) {
        repairs.addAll(List.of(rules));
        return this;
    }

    /** Makes names plain before they are looked for. */
    ArchitectureBuilder names(UnaryOperator<String> plain) {
        names = plain;
        return this;
    }

    /** A rule whose operation no table knows. */
    ArchitectureBuilder tensor(String from, String to, Operation operation) {
        tensors.add(new TensorRule(NamePattern.of(from), List.of(new TensorRule.Target(to, operation))));
        return this;
    }

    /** Lines for what upstream gets wrong. */
    ArchitectureBuilder repairedTensors(String table) {
        tensorRepairs.addAll(TensorRule.table(table));
        return this;
    }

    /** Lines as {@link TensorRule#table} reads them; what comes first is asked first. */
    ArchitectureBuilder tensors(String table) {
        tensors.addAll(TensorRule.table(table));
        return this;
    }

    ArchitectureBuilder stack(String from, String... parts) {
        return stack(from, Operation.KEEP, parts);
    }

    ArchitectureBuilder stack(String from, Operation operation, String... parts) {
        stacks.add(StackRule.of(from, operation, parts));
        return this;
    }

    /** Leaves out the tensors of these names. */
    ArchitectureBuilder leaveOut(BiPredicate<String, ModelConfig> names) {
        leftOut = names;
        return this;
    }

    /** Has the vocabulary filled up to a multiple of this. */
    ArchitectureBuilder vocabularyStep(ToLongFunction<ModelConfig> step) {
        vocabularyStep = step;
        return this;
    }

    ArchitectureBuilder last(UnaryOperator<List<Draft>> step) {
        last = step;
        return this;
    }

    /** Takes the dense layers behind the pooling. */
    ArchitectureBuilder denseModules() {
        denseModules = true;
        return this;
    }

    /** So many tensors, which {@code {e}} numbers, become one. */
    ArchitectureBuilder stack(String from, String to, ToIntFunction<ModelConfig> count) {
        stacks.add(StackRule.of(from, to, count));
        return this;
    }

    ArchitectureBuilder withoutTiedHead() {
        tiedHeadDropped = true;
        return this;
    }

    ArchitectureBuilder extra(Architecture.Extra extra) {
        extras.add(extra);
        return this;
    }

    ArchitectureBuilder tokenizer(TokenizerKind kind) {
        return tokenizer(config -> kind);
    }

    ArchitectureBuilder tokenizer(Function<ModelConfig, TokenizerKind> kind) {
        tokenizer = kind;
        return this;
    }

    /** The token of a kind where no file names one. */
    ArchitectureBuilder specialToken(String kind, String text) {
        specialTokens.put(kind, text);
        return this;
    }

    ArchitectureBuilder early(Architecture.TokenizerKey key) {
        earlyTokenizerKeys.add(key);
        return this;
    }

    ArchitectureBuilder late(Architecture.TokenizerKey key) {
        lateKeys.add(key);
        return this;
    }

    Architecture build() {
        return new Architecture(this);
    }
}
