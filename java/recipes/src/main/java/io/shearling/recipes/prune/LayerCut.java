package io.shearling.recipes.prune;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The layers that a model loses, and what becomes of the others' names. Immutable.
 *
 * @param blockCount layers that it has
 * @param removed ascending, each once
 */
record LayerCut(int blockCount, List<Integer> removed) {
    private static final Pattern IN_BLOCK = Pattern.compile("blk\\.(\\d{1,9})\\.(.+)", Pattern.DOTALL);

    static LayerCut of(int blockCount, Collection<Integer> removed) {
        return new LayerCut(blockCount, List.copyOf(new TreeSet<>(removed)));
    }

    /** The layers that stay, ascending. */
    int[] kept() {
        return IntStream.range(0, blockCount)
                .filter(layer -> !removed.contains(layer))
                .toArray();
    }

    /** How many of the first layers stay. */
    int kept(int first) {
        return first - (int) removed.stream().filter(layer -> layer < first).count();
    }

    /** The name that a tensor gets; empty for one that goes with its layer. */
    Optional<String> renamed(String tensor) {
        Matcher name = IN_BLOCK.matcher(tensor);
        if (!name.matches()) {
            return Optional.of(tensor);
        }
        int layer = Integer.parseInt(name.group(1));
        return removed.contains(layer) ? Optional.empty() : Optional.of("blk." + kept(layer) + "." + name.group(2));
    }
}
