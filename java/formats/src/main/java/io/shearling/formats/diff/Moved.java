package io.shearling.formats.diff;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds the fewest names that have to move so that what two lists share is in one order. */
final class Moved {
    private Moved() {}

    /** Those that are not in a longest common subsequence of what both lists have; each list has a name once. */
    static Set<String> between(Collection<String> one, Collection<String> other) {
        Map<String, Integer> places = new HashMap<>();
        for (String name : other) {
            places.put(name, places.size());
        }
        List<String> shared = new ArrayList<>();
        for (String name : one) {
            if (places.containsKey(name)) {
                shared.add(name);
            }
        }
        int[] sequence =
                shared.stream().mapToInt(name -> places.getOrDefault(name, -1)).toArray();
        Set<String> moved = new HashSet<>(shared);
        for (int i : longestRising(sequence)) {
            moved.remove(shared.get(i));
        }
        return moved;
    }

    /** The indices of a longest rising subsequence, by patience sorting. */
    private static int[] longestRising(int[] values) {
        int[] ends = new int[values.length];
        int[] before = new int[values.length];
        int length = 0;
        for (int i = 0; i < values.length; i++) {
            int low = 0;
            int high = length;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (values[ends[middle]] < values[i]) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            before[i] = low == 0 ? -1 : ends[low - 1];
            ends[low] = i;
            length = Math.max(length, low + 1);
        }
        int[] rising = new int[length];
        int at = length == 0 ? -1 : ends[length - 1];
        for (int i = length - 1; i >= 0; i--) {
            rising[i] = at;
            at = before[at];
        }
        return Arrays.copyOf(rising, length);
    }
}
