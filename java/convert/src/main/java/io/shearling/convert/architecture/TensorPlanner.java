package io.shearling.convert.architecture;

import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.convert.checkpoint.Checkpoint;
import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.convert.element.ElementDecoder;
import io.shearling.convert.element.ElementSource;
import io.shearling.convert.element.Join;
import io.shearling.convert.element.StoredElements;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds out which tensors come of a checkpoint, in upstream's order: what is generated first, then as the checkpoint has them, a
 * stack where the last of them is. Reads headers, and no tensor but such as may only be left out when it is zero. For one thread.
 */
public final class TensorPlanner {
    private static final List<String> NEVER =
            List.of(".attention.masked_bias", ".attention.bias", ".rotary_emb.inv_freq");

    private final Checkpoint checkpoint;
    private final Architecture architecture;
    private final ModelConfig config;
    private final List<TensorRule> rules;
    private final Map<String, Draft> drafts = new LinkedHashMap<>();
    private final Map<Stack, Gathered> waiting = new LinkedHashMap<>();

    /** Those that become one together: of a rule, and of a block and its weights or biases. */
    private record Stack(StackRule rule, String block) {}

    private record Gathered(String name, Map<String, ElementSource> sources, Map<String, List<Long>> shapes) {}

    private TensorPlanner(Checkpoint checkpoint, Architecture architecture, ModelConfig config, boolean upstream) {
        this.checkpoint = checkpoint;
        this.architecture = architecture;
        this.config = config;
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
        for (Architecture.Extra extra : architecture.extras()) {
            extra.make(config).forEach(this::add);
        }
        checkpoint.tensors().forEach((name, place) -> {
            if (NEVER.stream().noneMatch(name::endsWith)) {
                TextPart.name(name).filter(this::wanted).ifPresent(inner -> take(inner, place));
            }
        });
        waiting.forEach((stack, gathered) -> {
            if (!gathered.sources().isEmpty()) {
                throw fault("tensors are missing beside " + gathered.name());
            }
        });
        return architecture.finish(List.copyOf(drafts.values()));
    }

    private boolean wanted(String name) {
        boolean tied = name.equals("lm_head.weight") && config.flag("tie_word_embeddings");
        return !(tied && architecture.dropsTiedHead()) && !architecture.leavesOut(name, config);
    }

    private void take(String name, Checkpoint.Place place) {
        if (!ElementDecoder.supports(place.tensor().type())) {
            throw fault(
                    "the tensor " + name + " is of the type " + place.tensor().type() + ", which is not read");
        }
        ElementSource source = new StoredElements(place.file(), place.tensor());
        String plain = architecture.plainName(name);
        for (StackRule rule : architecture.stacks()) {
            Optional<NamePattern.Match> match = rule.from().match(plain);
            if (match.isPresent()) {
                stack(rule, match.get(), name, source, place.tensor().shape());
                return;
            }
        }
        for (TensorRule rule : rules) {
            Optional<NamePattern.Match> match = rule.from().match(plain);
            if (match.isPresent()) {
                for (TensorRule.Target target : rule.targets()) {
                    boolean dropped = target.to().isEmpty();
                    String to = dropped ? name : match.get().fill(target.to());
                    Draft draft = target.operation()
                            .apply(new Draft(to, place.tensor().shape(), source), config);
                    if (!dropped) {
                        add(draft);
                    }
                }
                return;
            }
        }
        throw fault("the tensor " + name + " is none that models of the architecture " + architecture.name() + " have");
    }

    private void stack(StackRule rule, NamePattern.Match match, String name, ElementSource source, List<Long> shape) {
        int count = rule.count().applyAsInt(config);
        Gathered gathered = waiting.computeIfAbsent(
                new Stack(rule, match.fill("{b}")),
                key -> new Gathered(name, new LinkedHashMap<>(), new LinkedHashMap<>()));
        if (match.expert() >= count
                || rule.parts().stream().noneMatch(part -> part.name().equals(match.part()))) {
            throw fault("the tensor " + name + " belongs to none of " + count);
        }
        gathered.sources().put(match.part() + "." + match.expert(), source);
        List<Long> first = gathered.shapes().putIfAbsent(match.part(), shape);
        if (first != null && !first.equals(shape)) {
            throw fault("the tensor " + name + " has the shape " + shape + ", others like it have " + first);
        }
        if (gathered.sources().size() < count * rule.parts().size()) {
            return;
        }
        for (StackRule.Part part : rule.parts()) {
            List<ElementSource> sources = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                sources.add(gathered.sources().get(part.name() + "." + i));
            }
            List<Long> stacked = new ArrayList<>();
            stacked.add((long) count);
            stacked.addAll(gathered.shapes().get(part.name()));
            Draft draft = new Draft(match.fill(part.to()), stacked, new Join(sources));
            add(rule.operation().apply(draft, config));
        }
        gathered.sources().clear();
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
