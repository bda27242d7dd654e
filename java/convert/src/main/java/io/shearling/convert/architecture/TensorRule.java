package io.shearling.convert.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Where a tensor of a checkpoint goes.
 *
 * @param from its names
 * @param to its name in the output, {@code {b}} for the block, without the end; empty where it is left out
 * @param operation what is done with it
 */
record TensorRule(NamePattern from, String to, Operation operation) {
    private static final Pattern WORDS = Pattern.compile("\\s+");

    private static final Map<String, Operation> OPERATIONS = Map.of(
            "+1", Operation.ADD_ONE,
            "interleave-q", Operation.INTERLEAVE_Q,
            "interleave-k", Operation.INTERLEAVE_K,
            "transpose", Operation.TRANSPOSE,
            "cut-to-vocabulary", Operation.CUT_TO_VOCABULARY,
            "fill-to-vocabulary", Operation.FILL_TO_VOCABULARY,
            "qkv-apart", Operation.QKV_APART,
            "zeros", Operation.ZEROS);

    /**
     * The rules of a table: a line has the name in the checkpoint, the name in the output or {@code -} for none, and what is done,
     * if anything.
     */
    static List<TensorRule> table(String text) {
        List<TensorRule> rules = new ArrayList<>();
        for (String line :
                text.lines().map(String::strip).filter(one -> !one.isEmpty()).toList()) {
            List<String> words = WORDS.splitAsStream(line).toList();
            Operation operation = words.size() == 2 ? Operation.KEEP : OPERATIONS.get(words.get(words.size() - 1));
            if (words.size() < 2 || words.size() > 3 || operation == null) {
                throw new IllegalArgumentException("No rule for a tensor: " + line);
            }
            rules.add(new TensorRule(
                    NamePattern.of(words.get(0)), words.get(1).equals("-") ? "" : words.get(1), operation));
        }
        return rules;
    }
}
