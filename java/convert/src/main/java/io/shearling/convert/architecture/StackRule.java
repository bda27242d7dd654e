package io.shearling.convert.architecture;

import io.shearling.convert.checkpoint.ModelConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Tensors of one shape that become one, with their number as the first dimension: those of experts [experts, rows, columns] for each
 * part, norms of heads [heads, length].
 *
 * @param from the names, with {@code {b}}, {@code {e}} and, where there are parts, {@code {p}}
 * @param parts what {@code {p}} can be and where it goes, in the order of the output
 * @param count how many there are of each part
 * @param operation what is done with each of them when it is one
 */
record StackRule(NamePattern from, List<Part> parts, ToIntFunction<ModelConfig> count, Operation operation) {
    /**
     * A part of an expert.
     *
     * @param name its word in the checkpoint, empty where there are no parts
     * @param to its name in the output, {@code {b}} for the block, without the end
     */
    record Part(String name, String to) {}

    /** Of experts. */
    static StackRule of(String from, Operation operation, String... parts) {
        List<Part> list = new ArrayList<>();
        for (int i = 0; i < parts.length; i += 2) {
            list.add(new Part(parts[i], parts[i + 1]));
        }
        return new StackRule(
                NamePattern.of(from),
                List.copyOf(list),
                config -> config.count("num_local_experts", "num_experts", "n_routed_experts"),
                operation);
    }

    /** Of so many tensors without parts. */
    static StackRule of(String from, String to, ToIntFunction<ModelConfig> count) {
        return new StackRule(NamePattern.of(from), List.of(new Part("", to)), count, Operation.KEEP);
    }
}
