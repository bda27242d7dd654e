package io.shearling.convert.architecture;

import java.util.ArrayList;
import java.util.List;

/**
 * Experts whose tensors become one: [experts, rows, columns] for each part.
 *
 * @param from the names, with {@code {b}}, {@code {e}} and {@code {p}}
 * @param parts what {@code {p}} can be and where it goes, in the order of the output
 */
record StackRule(NamePattern from, List<Part> parts) {
    /**
     * A part of an expert.
     *
     * @param name its word in the checkpoint
     * @param to its name in the output, {@code {b}} for the block, without the end
     */
    record Part(String name, String to) {}

    static StackRule of(String from, String... parts) {
        List<Part> list = new ArrayList<>();
        for (int i = 0; i < parts.length; i += 2) {
            list.add(new Part(parts[i], parts[i + 1]));
        }
        return new StackRule(NamePattern.of(from), List.copyOf(list));
    }
}
