package io.shearling.convert.architecture;

import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.convert.element.Join;
import io.shearling.convert.element.StoredElements;
import io.shearling.formats.safetensors.SafetensorsFile;
import io.shearling.formats.safetensors.SafetensorsTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which tensors come of a LoRA adapter in PEFT's form, in upstream's order: norms first, then the pairs of factors as their
 * first parts lie in the file. A weight that changes by B·A has the rows of B and the columns of A, so that what is done with the rows
 * of a weight is done with B. For one thread.
 */
public final class AdapterPlanner {
    private final SafetensorsFile file;
    private final Architecture architecture;
    private final ModelConfig config;
    private final Map<String, Pair> pairs = new LinkedHashMap<>();
    private final Map<String, Map<String, Pair>> waiting = new LinkedHashMap<>();
    private final Map<String, Draft> drafts = new LinkedHashMap<>();
    private long parameters;

    /** The factors of a change: A [rank, columns] and B [rows, rank], or both with a number of experts before. */
    private static final class Pair {
        private @Nullable Draft a;
        private @Nullable Draft b;
    }

    /**
     * What comes of an adapter.
     *
     * @param tensors of the output
     * @param parameters how many parameters of the model it changes
     */
    public record Plan(List<Draft> tensors, long parameters) {}

    private AdapterPlanner(SafetensorsFile file, Architecture architecture, ModelConfig config) {
        this.file = file;
        this.architecture = architecture;
        this.config = config;
    }

    /**
     * The plan.
     *
     * @param config of the base model, complete
     * @throws ConvertException when a tensor is none that llama.cpp takes from an adapter
     */
    public static Plan plan(SafetensorsFile file, Architecture architecture, ModelConfig config) {
        return new AdapterPlanner(file, architecture, config).run();
    }

    private Plan run() {
        for (SafetensorsTensor tensor : file.header().tensors()) {
            String base = base(tensor.name());
            Optional<String> name = TextPart.name(base).map(architecture::plainName);
            if (name.isPresent() && !tensor.name().contains(".base_layer.")) {
                take(tensor, name.get());
            }
        }
        pairs.forEach(this::change);
        if (!waiting.isEmpty()) {
            throw fault("experts are missing beside "
                    + waiting.values().iterator().next().keySet().iterator().next());
        }
        return new Plan(List.copyOf(drafts.values()), parameters);
    }

    /** The name of the weight that is changed. */
    private static String base(String name) {
        return name.replace("base_model.model.", "")
                .replace(".lora_A.weight", ".weight")
                .replace(".lora_B.weight", ".weight")
                .replace(".lora_embedding_A", ".weight")
                .replace(".lora_embedding_B", ".weight");
    }

    private void take(SafetensorsTensor tensor, String name) {
        String stored = tensor.name();
        Draft draft = new Draft(name, tensor.shape(), new StoredElements(file, tensor));
        if (stored.contains(".lora_A.weight") || stored.contains(".lora_embedding_A")) {
            pairs.computeIfAbsent(name, key -> new Pair()).a = draft;
        } else if (stored.contains(".lora_B.weight") || stored.contains(".lora_embedding_B")) {
            pairs.computeIfAbsent(name, key -> new Pair()).b = draft;
        } else if (name.contains("_layernorm") || name.contains("norm.")) {
            TensorRule.Target target = target(name);
            add(target.operation().apply(draft.named(target.to()), config));
            parameters += draft.source().elements();
        } else {
            throw fault("the tensor " + stored + " is no factor of a change" + hint(stored));
        }
    }

    private static String hint(String name) {
        if (name.contains("lora_magnitude_vector")) {
            return " but a magnitude of DoRA's";
        }
        return name.contains("embed_tokens") || name.contains("lm_head") ? " but a table of tokens" : "";
    }

    private void change(String name, Pair pair) {
        Draft a = pair.a;
        Draft b = pair.b;
        if (a == null || b == null) {
            throw fault("one of the two factors of " + name + " is missing");
        }
        if (a.shape().size() != 2
                || b.shape().size() != 2
                || !a.shape().get(0).equals(b.shape().get(1))) {
            throw fault("the factors of " + name + " have the shapes " + a.shape() + " and " + b.shape());
        }
        for (StackRule rule : architecture.stacks()) {
            Optional<NamePattern.Match> match = rule.from().match(name);
            if (match.isPresent() && rule.operation().equals(Operation.KEEP)) {
                stack(rule, match.get(), name, pair);
                return;
            }
        }
        Operation operation = target(name).operation();
        String target = target(name).to();
        if (Operation.TRANSPOSE.equals(operation)) {
            put(target, Operation.TRANSPOSE.apply(b, config), Operation.TRANSPOSE.apply(a, config));
        } else if (Operation.INTERLEAVE_Q.equals(operation) || Operation.INTERLEAVE_K.equals(operation)) {
            put(target, a, operation.apply(b, config));
        } else if (Operation.KEEP.equals(operation)) {
            // llama.cpp looks up rows of this factor.
            put(target, target.equals("token_embd.weight") ? Operation.TRANSPOSE.apply(a, config) : a, b);
        } else {
            throw fault("what a conversion does with " + name + " cannot be done with its factors");
        }
        parameters += b.rows() * a.rowElements();
    }

    private void stack(StackRule rule, NamePattern.Match match, String name, Pair pair) {
        int count = rule.count().applyAsInt(config);
        String group = rule.from().text() + " " + match.fill("{b}");
        Map<String, Pair> gathered = waiting.computeIfAbsent(group, key -> new LinkedHashMap<>());
        if (match.expert() >= count
                || rule.parts().stream().noneMatch(part -> part.name().equals(match.part()))) {
            throw fault("the factors of " + name + " belong to none of " + count);
        }
        gathered.put(match.part() + "." + match.expert(), pair);
        if (gathered.size() < count * rule.parts().size()) {
            return;
        }
        waiting.remove(group);
        for (StackRule.Part part : rule.parts()) {
            List<Pair> experts = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                experts.add(gathered.get(part.name() + "." + i));
            }
            Draft a = joined(experts, one -> one.a, name);
            Draft b = joined(experts, one -> one.b, name);
            put(match.fill(part.to()), a, b);
            parameters += count * b.shape().get(1) * a.shape().get(2);
        }
    }

    private Draft joined(List<Pair> experts, Function<Pair, @Nullable Draft> side, String name) {
        List<Draft> factors = new ArrayList<>();
        for (Pair expert : experts) {
            Draft factor = side.apply(expert);
            if (factor == null || (!factors.isEmpty() && !factors.get(0).shape().equals(factor.shape()))) {
                throw fault("the factors beside those of " + name + " are of other shapes");
            }
            factors.add(factor);
        }
        List<Long> shape = new ArrayList<>(factors.get(0).shape());
        shape.add(0, (long) factors.size());
        return new Draft(
                name, shape, new Join(factors.stream().map(Draft::source).toList()));
    }

    private void put(String target, Draft a, Draft b) {
        add(a.named(target + ".lora_a"));
        add(b.named(target + ".lora_b"));
    }

    /** Where a weight goes, the name filled in, and what is done with it. */
    private TensorRule.Target target(String name) {
        for (TensorRule rule : architecture.tensors()) {
            Optional<NamePattern.Match> match = rule.from().match(name);
            if (match.isPresent()) {
                TensorRule.Target target = rule.targets().get(0);
                if (target.to().isEmpty()) {
                    throw fault("it changes " + name + ", which a conversion of the model leaves out");
                }
                if (rule.targets().size() > 1) {
                    throw fault("it changes " + name + ", of which several tensors become");
                }
                return new TensorRule.Target(match.get().fill(target.to()), target.operation());
            }
        }
        throw fault("the tensor " + name + " is none that models of the architecture " + architecture.name() + " have");
    }

    private void add(Draft draft) {
        if (drafts.putIfAbsent(draft.name(), draft) != null) {
            throw fault("two tensors would become " + draft.name());
        }
    }

    private ConvertException fault(String cause) {
        return new ConvertException(
                Kind.TENSORS,
                file.path().toString(),
                cause,
                "llama.cpp takes changes of low rank and norms only; merge the adapter into its model and convert that");
    }
}
