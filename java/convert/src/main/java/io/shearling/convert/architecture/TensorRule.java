package io.shearling.convert.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where a tensor of a checkpoint goes.
 *
 * @param from its names
 * @param targets what becomes of it, in order
 */
record TensorRule(NamePattern from, List<Target> targets) {
    private static final Pattern WORDS = Pattern.compile("\\s+");

    /** Copies the list. */
    TensorRule {
        targets = List.copyOf(targets);
    }

    /**
     * A tensor of the output.
     *
     * @param to its name there, {@code {b}} for the block, with or without the end; empty where it is left out
     * @param operation what is done
     */
    record Target(String to, Operation operation) {}

    /**
     * The rules of a table: a line has the name in the checkpoint, the name in the output or {@code -} for none, and what is done
     * with it one thing after the other, if anything, in the words of {@link OperationNames}. A line that begins with {@code and}
     * names another tensor that becomes of the one above.
     */
    static List<TensorRule> table(String text) {
        List<TensorRule> rules = new ArrayList<>();
        for (String line :
                text.lines().map(String::strip).filter(one -> !one.isEmpty()).toList()) {
            List<String> words = WORDS.splitAsStream(line).toList();
            if (words.size() < 2) {
                throw new IllegalArgumentException("No rule for a tensor: " + line);
            }
            List<Target> targets = new ArrayList<>();
            NamePattern from;
            if (words.get(0).equals("and")) {
                TensorRule above = rules.remove(rules.size() - 1);
                from = above.from();
                targets.addAll(above.targets());
            } else {
                from = NamePattern.of(words.get(0));
            }
            String to = words.get(1).equals("-") ? "" : words.get(1);
            targets.add(new Target(to, OperationNames.all(words.subList(2, words.size()))));
            rules.add(new TensorRule(from, targets));
        }
        return rules;
    }
}
