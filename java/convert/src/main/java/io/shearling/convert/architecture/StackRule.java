package io.shearling.convert.architecture;

import io.shearling.convert.checkpoint.ModelConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Experts, or other tensors of one shape, that become one: [experts, rows, columns] for each part.
 *
 * @param count how many there are of each part
 * @param from the names, with {@code {b}}, {@code {e}} and {@code {p}}
 * @param parts what {@code {p}} can be and where it goes, in the order of the output
 */
record StackRule(ToIntFunction<ModelConfig> count, NamePattern from, List<Part> parts) {
    /** How many experts a model has. */
    static final ToIntFunction<ModelConfig> EXPERTS =
            config -> config.count("num_local_experts", "num_experts", "n_routed_experts");

    /**
     * A part of an expert.
     *
     * @param name its word in the checkpoint, empty where the names have no such place
     * @param to its name in the output, {@code {b}} for the block, without the end
     */
    record Part(String name, String to) {}

    static StackRule of(ToIntFunction<ModelConfig> count, String from, String... parts) {
        List<Part> list = new ArrayList<>();
        for (int i = 0; i < parts.length; i += 2) {
            list.add(new Part(parts[i], parts[i + 1]));
        }
        return new StackRule(count, NamePattern.of(from), List.copyOf(list));
    }
}
