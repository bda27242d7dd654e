package io.shearling.convert.architecture;

import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.convert.checkpoint.Checkpoint;
import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.convert.element.Join;
import io.shearling.convert.element.Literal;
import io.shearling.convert.quantized.Quantization;
import io.shearling.convert.quantized.SourceTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Finds out which tensors come of a checkpoint, in upstream's order: what is generated first, then as the checkpoint has them, a
 * stack where the last of them is. Reads headers, single numbers, and no tensor but such as may only be left out when it is zero. For one
 * thread.
 */
public final class TensorPlanner {
    private static final List<String> NEVER =
            List.of(".attention.masked_bias", ".attention.bias", ".rotary_emb.inv_freq");

    /** Scales that are nearer to 1 are left out, as upstream does it. */
    private static final double TRIVIAL = 1e-6;

    private static final double TRIVIAL_OF_EXPERTS = 1.1e-5;

    private final Checkpoint checkpoint;
    private final Architecture architecture;
    private final ModelConfig config;
    private final boolean upstream;
    private final List<TensorRule> rules;
    private final Map<String, Draft> drafts = new LinkedHashMap<>();
    private final Map<Stack, Gathered> waiting = new LinkedHashMap<>();

    /** Those that become one together: of a rule, and of a block and its weights or biases. */
    private record Stack(StackRule rule, String block) {}

    /** What there is of them by part and number, and how many were seen in all. */
    private static final class Gathered {
        private final Map<String, Map<Integer, SourceTensor>> parts = new LinkedHashMap<>();
        private long seen;

        Optional<SourceTensor> any() {
            return parts.values().stream()
                    .flatMap(part -> part.values().stream())
                    .findFirst();
        }
    }

    private TensorPlanner(Checkpoint checkpoint, Architecture architecture, ModelConfig config, boolean upstream) {
        this.checkpoint = checkpoint;
        this.architecture = architecture;
        this.config = config;
        this.upstream = upstream;
        rules = Stream.concat(
                        upstream ? Stream.of() : architecture.tensorRepairs().stream(), architecture.tensors().stream())
                .toList();
    }

    /**
     * The tensors of the output.
     *
     * @param config complete
     * @param denseModules whether the dense layers behind the pooling are taken, where llama.cpp can
     * @param upstream whether they are to be upstream's, its known faults included
     * @throws ConvertException when one is unknown, or experts are missing
     */
    public static List<Draft> plan(
            Checkpoint checkpoint,
            Architecture architecture,
            ModelConfig config,
            boolean denseModules,
            boolean upstream) {
        return new TensorPlanner(checkpoint, architecture, config, upstream).run(denseModules);
    }

    private List<Draft> run(boolean denseModules) {
        if (denseModules && architecture.takesDenseModules()) {
            DenseModules.of(checkpoint, config).forEach(this::add);
        }
        List<SourceTensor> tensors = Quantization.undo(checkpoint, config, upstream);
        // Upstream writes the blocks that it need not compute before it looks at the rest.
        tensors.stream().filter(TensorPlanner::encoded).forEach(this::takeWanted);
        for (Architecture.Extra extra : architecture.extras()) {
            extra.make(config).forEach(this::add);
        }
        tensors.stream().filter(tensor -> !encoded(tensor)).forEach(this::takeWanted);
        waiting.values().stream()
                .flatMap(gathered -> gathered.any().stream())
                .findFirst()
                .ifPresent(tensor -> {
                    throw fault("tensors are missing beside " + tensor.name());
                });
        return architecture.finish(List.copyOf(drafts.values()));
    }

    private static boolean encoded(SourceTensor tensor) {
        return tensor.source().blocks().isPresent();
    }

    private void takeWanted(SourceTensor tensor) {
        if (NEVER.stream().noneMatch(tensor.name()::endsWith)) {
            TextPart.name(tensor.name()).filter(this::wanted).ifPresent(inner -> take(inner, tensor));
        }
    }

    private boolean wanted(String name) {
        boolean tied = name.equals("lm_head.weight") && config.flag("tie_word_embeddings");
        return !(tied && architecture.dropsTiedHead()) && !architecture.leavesOut(name, config);
    }

    private void take(String name, SourceTensor tensor) {
        String plain = architecture.plainName(name);
        for (StackRule rule : architecture.stacks()) {
            Optional<NamePattern.Match> match = rule.from().match(plain);
            if (match.isPresent()) {
                stack(rule, match.get(), tensor);
                return;
            }
        }
        for (TensorRule rule : rules) {
            Optional<NamePattern.Match> match = rule.from().match(plain);
            if (match.isPresent()) {
                for (TensorRule.Target target : rule.targets()) {
                    boolean dropped = target.to().isEmpty();
                    String to = dropped ? name : match.get().fill(target.to());
                    Draft draft = applied(target.operation(), new Draft(to, tensor.shape(), tensor.source()));
                    if (!dropped) {
                        add(draft);
                        tensor.scales().stream()
                                .filter(scale -> Math.abs(scale.value() - 1.0) >= TRIVIAL)
                                .forEach(scale -> addScales(draft.name(), scale.end(), scale.value()));
                    }
                }
                return;
            }
        }
        throw fault("the tensor " + name + " is none that models of the architecture " + architecture.name() + " have");
    }

    private Draft applied(Operation operation, Draft draft) {
        Draft done = operation.apply(draft, config);
        if (!done.source().blocks().equals(draft.source().blocks())) {
            throw fault(
                    "the tensor for " + draft.name() + " is quantized in ggml's own blocks, and in the architecture "
                            + architecture.name() + " it has to be computed with");
        }
        return done;
    }

    private void addScales(String name, String end, float... scales) {
        add(Draft.of(name.replace(".weight", end), new Literal(scales), (long) scales.length));
    }

    private void stack(StackRule rule, NamePattern.Match match, SourceTensor tensor) {
        int count = rule.count().applyAsInt(config);
        String name = tensor.name();
        if (match.expert() >= count
                || rule.parts().stream().noneMatch(part -> part.name().equals(match.part()))) {
            throw fault("the tensor " + name + " belongs to none of " + count);
        }
        Gathered gathered = waiting.computeIfAbsent(new Stack(rule, match.fill("{b}")), key -> new Gathered());
        Map<Integer, SourceTensor> part = gathered.parts.computeIfAbsent(match.part(), key -> new LinkedHashMap<>());
        part.put(match.expert(), tensor);
        gathered.seen++;
        SourceTensor first = part.values().iterator().next();
        if (!first.shape().equals(tensor.shape())
                || first.source().type() != tensor.source().type()
                || !first.source().blocks().equals(tensor.source().blocks())) {
            throw fault("the tensor " + name + " is " + tensor.source().type() + " " + tensor.shape()
                    + ", others like it are " + first.source().type() + " " + first.shape());
        }
        boolean all = gathered.seen == (long) count * rule.parts().size();
        for (StackRule.Part one : rule.parts()) {
            // Blocks go as soon as all experts have the part, the others when all parts are there.
            Map<Integer, SourceTensor> sources = gathered.parts.getOrDefault(one.name(), Map.of());
            if (sources.size() == count
                    && (all || encoded(sources.values().iterator().next()))) {
                addStack(rule, match.fill(one.to()), sources);
                gathered.parts.remove(one.name());
            }
        }
    }

    private void addStack(StackRule rule, String name, Map<Integer, SourceTensor> experts) {
        List<SourceTensor> sorted = new TreeMap<>(experts).values().stream().toList();
        List<Long> shape = new ArrayList<>();
        shape.add((long) sorted.size());
        shape.addAll(sorted.get(0).shape());
        Join join = new Join(sorted.stream().map(SourceTensor::source).toList());
        Draft draft = applied(rule.operation(), new Draft(name, shape, join));
        add(draft);
        for (int i = 0; i < sorted.get(0).scales().size(); i++) {
            float[] scales = new float[sorted.size()];
            boolean trivial = true;
            for (int j = 0; j < scales.length; j++) {
                scales[j] = sorted.get(j).scales().get(i).value();
                trivial &= Math.abs(scales[j] - 1.0) <= TRIVIAL_OF_EXPERTS;
            }
            if (!trivial) {
                addScales(draft.name(), sorted.get(0).scales().get(i).end(), scales);
            }
        }
    }

    private void add(Draft draft) {
        if (drafts.putIfAbsent(draft.name(), draft) != null) {
            throw fault("two tensors would become " + draft.name());
        }
    }

    private ConvertException fault(String cause) {
        return new ConvertException(
                Kind.TENSORS,
                checkpoint.folder().toString(),
                cause,
                "fetch the checkpoint again, or report this model");
    }
}
