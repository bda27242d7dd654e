package io.shearling.convert.architecture;

import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.convert.element.ElementSource;
import io.shearling.convert.element.Slice;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds out which tensors of a checkpoint those of a GGUF file come from: what {@link TensorPlanner} does, backwards, by the same
 * tables. For one thread.
 */
public final class CheckpointPlanner {
    private static final float TOLERANCE = 1e-5f;

    private final String file;
    private final Architecture architecture;
    private final ModelConfig config;
    private final Map<String, Origin> origins = new LinkedHashMap<>();

    /**
     * A tensor of a checkpoint.
     *
     * @param tensor with its name there
     * @param from the name of the tensor of the GGUF file that has its elements
     */
    public record Origin(Draft tensor, String from) {}

    private CheckpointPlanner(String file, Architecture architecture, ModelConfig config) {
        this.file = file;
        this.architecture = architecture;
        this.config = config;
    }

    /**
     * The tensors of the checkpoint.
     *
     * @param file the GGUF file, as messages name it
     * @param tensors all of it, their shapes in the order of checkpoints
     * @param config of the checkpoint, complete
     * @throws ConvertException when one has no place there
     */
    public static List<Origin> plan(String file, List<Draft> tensors, Architecture architecture, ModelConfig config) {
        CheckpointPlanner planner = new CheckpointPlanner(file, architecture, config);
        Map<String, Draft> generated = new LinkedHashMap<>();
        for (Architecture.Extra extra : architecture.extras()) {
            extra.make(config).forEach(draft -> generated.put(draft.name(), draft));
        }
        for (Draft tensor : tensors) {
            Draft made = generated.get(tensor.name());
            if (made == null) {
                planner.take(tensor);
            } else if (!same(made.source(), tensor.source())) {
                throw planner.fault("the tensor " + tensor.name() + " has other values than follow from its keys");
            }
        }
        return List.copyOf(planner.origins.values());
    }

    private void take(Draft tensor) {
        for (StackRule rule : architecture.stacks()) {
            for (StackRule.Part part :
                    rule.operation().equals(Operation.KEEP) ? rule.parts() : List.<StackRule.Part>of()) {
                Optional<NamePattern.Match> match = NamePattern.of(part.to()).match(tensor.name());
                if (match.isPresent()) {
                    apart(rule, part, match.get(), tensor);
                    return;
                }
            }
        }
        for (TensorRule rule : architecture.tensors()) {
            // Of one tensor that became several, the parts do not make it again.
            if (rule.targets().size() == 1) {
                TensorRule.Target target = rule.targets().get(0);
                Optional<NamePattern.Match> match = target.to().isEmpty()
                        ? Optional.empty()
                        : NamePattern.of(target.to()).match(tensor.name());
                // A rule that stands behind another for the same names is never asked.
                Optional<String> name = match.map(
                                found -> found.fill(rule.from().text()))
                        .filter(known -> first(known).equals(rule));
                if (name.isPresent()) {
                    add(undone(target.operation(), tensor, name.get()), tensor.name());
                    return;
                }
            }
        }
        throw fault("the tensor " + tensor.name() + " is none that models of the class "
                + architecture.models().get(0) + " have");
    }

    private TensorRule first(String name) {
        return architecture.tensors().stream()
                .filter(rule -> rule.from().match(name).isPresent())
                .findFirst()
                .orElseThrow(() -> fault("the tensor " + name + " is none of this architecture"));
    }

    private Draft undone(Operation operation, Draft tensor, String name) {
        Operation inverse = InverseOperations.of(operation)
                .orElseThrow(() -> fault("what was done with the tensor " + tensor.name() + " cannot be undone"));
        return inverse.apply(new Draft(name, tensor.shape(), tensor.source()), config);
    }

    /** The experts of a stack, each a tensor of its own. */
    private void apart(StackRule rule, StackRule.Part part, NamePattern.Match match, Draft stack) {
        List<Long> shape = stack.shape().subList(1, stack.shape().size());
        for (int expert = 0; expert < stack.rows(); expert++) {
            String name = match.fill(rule.from().text())
                    .replace("{e}", Integer.toString(expert))
                    .replace("{p}", part.name());
            add(
                    new Draft(
                            name, shape, new Slice(stack.source(), expert * stack.rowElements(), stack.rowElements())),
                    stack.name());
        }
    }

    private void add(Draft tensor, String from) {
        if (origins.putIfAbsent(tensor.name(), new Origin(tensor, from)) != null) {
            throw fault("two tensors would become " + tensor.name());
        }
    }

    /** Whether they are, but for the last bits: powers are not computed alike everywhere. */
    private static boolean same(ElementSource one, ElementSource other) {
        if (one.elements() != other.elements()) {
            return false;
        }
        float[] values = one.floats();
        float[] others = other.floats();
        for (int i = 0; i < values.length; i++) {
            if (!(Math.abs(values[i] - others[i]) <= TOLERANCE * Math.abs(values[i]))) {
                return false;
            }
        }
        return true;
    }

    private ConvertException fault(String cause) {
        return new ConvertException(
                Kind.TENSORS, file, cause, "only files with the tensors of that class can be exported");
    }
}
