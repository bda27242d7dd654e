package io.shearling.convert.architecture;

import java.util.List;
import java.util.Map;

/** The words that tables of tensors have for what is done with one. */
final class OperationNames {
    private static final Map<String, Operation> WORDS = Map.ofEntries(
            Map.entry("+1", Operation.ADD_ONE),
            Map.entry("-exp", StateSpace.NEGATIVE_EXP),
            Map.entry("interleave-q", Operation.INTERLEAVE_Q),
            Map.entry("interleave-k", Operation.INTERLEAVE_K),
            Map.entry("transpose", Operation.TRANSPOSE),
            Map.entry("even", Operation.EVEN),
            Map.entry("odd", Operation.ODD),
            Map.entry("cut-to-vocabulary", Operation.CUT_TO_VOCABULARY),
            Map.entry("fill-to-vocabulary", Operation.FILL_TO_VOCABULARY),
            Map.entry("qkv-apart", Operation.QKV_APART),
            Map.entry("zeros", Operation.ZEROS),
            Map.entry("first-half", Operation.FIRST_HALF),
            Map.entry("second-half", Operation.SECOND_HALF),
            Map.entry("next", Operation.NEXT_BLOCK),
            Map.entry("squeeze", StateSpace.SQUEEZE),
            Map.entry("column", StateSpace.COLUMN),
            Map.entry("by-group", StateSpace.BY_GROUP),
            Map.entry("*parts", StateSpace.SCALE_PARTS),
            Map.entry("latent-keys", LatentAttention.KEYS),
            Map.entry("latent-values", LatentAttention.VALUES),
            Map.entry("tile-heads", LinearAttention.TILE_HEADS),
            Map.entry("tile-values", LinearAttention.TILE_VALUES),
            Map.entry("tile-columns", LinearAttention.TILE_COLUMNS),
            Map.entry("only-expert", Operation.ONLY_EXPERT),
            Map.entry("answers", Rerankers.ANSWERS));

    private OperationNames() {}

    /** These, one after the other. A word {@code *NAME} multiplies with a hyperparameter, {@code *NAME.0} with the first of a list. */
    static Operation all(List<String> words) {
        return words.stream().map(OperationNames::one).reduce(Operation::then).orElse(Operation.KEEP);
    }

    private static Operation one(String word) {
        Operation operation = WORDS.get(word);
        if (operation == null && word.startsWith("*")) {
            return Operation.times(word.substring(1));
        }
        if (operation == null) {
            throw new IllegalArgumentException("No operation: " + word);
        }
        return operation;
    }
}
