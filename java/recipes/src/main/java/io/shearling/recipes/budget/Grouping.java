package io.shearling.recipes.budget;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cuts a model's tensors into groups: few enough that each can be measured. */
final class Grouping {
    private static final Pattern IN_BLOCK = Pattern.compile("blk\\.(\\d{1,9})\\.(.+)");

    /** Beyond that a search takes long, and neighbouring bands come out alike. */
    private static final int MOST_BANDS = 4;

    /** The first blocks and the last are unlike those between. */
    private static final int EDGE_SHARE = 8;

    private Grouping() {}

    /**
     * The groups, by role in order of the names and by band.
     *
     * @param tensors names
     * @param most groups, where there are not more roles than that
     */
    static List<Group> of(Collection<String> tensors, int most) {
        Map<String, List<String>> outside = new LinkedHashMap<>();
        Map<String, Map<Integer, List<String>>> inside = new LinkedHashMap<>();
        int blocks = 0;
        for (String tensor : tensors) {
            Matcher name = IN_BLOCK.matcher(tensor);
            if (name.matches()) {
                int block = Integer.parseInt(name.group(1));
                blocks = Math.max(blocks, block + 1);
                inside.computeIfAbsent(role(name.group(2)), role -> new LinkedHashMap<>())
                        .computeIfAbsent(block, number -> new ArrayList<>())
                        .add(tensor);
            } else {
                outside.computeIfAbsent(role(tensor), role -> new ArrayList<>()).add(tensor);
            }
        }
        List<Group> groups = new ArrayList<>();
        outside.forEach((role, names) -> groups.add(new Group(role, -1, -1, names)));
        int bands = Math.max(1, Math.min(MOST_BANDS, (most - outside.size()) / Math.max(1, inside.size())));
        int[] begins = begins(blocks, bands);
        inside.forEach((role, byBlock) -> addBands(role, byBlock, begins, groups));
        return groups;
    }

    private static String role(String name) {
        return name.endsWith(".weight") ? name.substring(0, name.length() - ".weight".length()) : name;
    }

    /** Where bands begin, and behind them where the last one ends. */
    static int[] begins(int blocks, int bands) {
        int edge = Math.max(1, blocks / EDGE_SHARE);
        int[] wanted = switch (bands) {
            case 1 -> new int[] {0, blocks};
            case 2 -> new int[] {0, blocks / 2, blocks};
            case 3 -> new int[] {0, edge, blocks - edge, blocks};
            default -> new int[] {0, edge, blocks / 2, blocks - edge, blocks};
        };
        List<Integer> rising = new ArrayList<>();
        for (int begin : wanted) {
            if (rising.isEmpty() || begin > rising.get(rising.size() - 1)) {
                rising.add(begin);
            }
        }
        return rising.stream().mapToInt(Integer::intValue).toArray();
    }

    private static void addBands(String role, Map<Integer, List<String>> byBlock, int[] begins, List<Group> groups) {
        for (int band = 0; band + 1 < begins.length; band++) {
            List<String> names = new ArrayList<>();
            int first = Integer.MAX_VALUE;
            int last = -1;
            for (Map.Entry<Integer, List<String>> entry : byBlock.entrySet()) {
                int block = entry.getKey();
                if (block >= begins[band] && block < begins[band + 1]) {
                    names.addAll(entry.getValue());
                    first = Math.min(first, block);
                    last = Math.max(last, block);
                }
            }
            if (!names.isEmpty()) {
                groups.add(new Group(role, first, last, names));
            }
        }
    }
}
