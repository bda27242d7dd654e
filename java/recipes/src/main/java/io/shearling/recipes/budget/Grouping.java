package io.shearling.recipes.budget;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Cuts a model's tensors into groups: few enough that each can be measured. A group shares what is measured of it among its tensors,
 * so one that puts out much more than the others of its band together is a group of its own: as a rule a product of a feed-forward network
 * that makes the huge activations of a few tokens ("Massive Activations in Large Language Models", Sun and others, 2024), which all
 * blocks behind it read.
 */
final class Grouping {
    private static final Pattern IN_BLOCK = Pattern.compile("blk\\.(\\d{1,9})\\.(.+)");

    /** Beyond that a search takes long, and neighbouring bands come out alike. */
    private static final int MOST_BANDS = 4;

    /** The first blocks and the last are unlike those between. */
    private static final int EDGE_SHARE = 8;

    /** Of a band; the last groups of a search are worth less than the first. */
    private static final int MOST_ALONE = 2;

    /** By how many times more. In a band of three a little more would be nothing. */
    private static final double LOUDER = 1.5;

    private Grouping() {}

    /**
     * The groups, by role in order of the names and by band.
     *
     * @param energies of tensors, by name, as {@link ChosenTensor#energy} has them
     * @param most groups, where there are not more roles than that, and besides those of a single tensor
     */
    static List<Group> of(Map<String, Double> energies, int most) {
        Map<String, List<String>> outside = new LinkedHashMap<>();
        Map<String, Map<Integer, List<String>>> inside = new LinkedHashMap<>();
        int blocks = 0;
        for (String tensor : energies.keySet()) {
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
        inside.forEach((role, byBlock) -> addBands(role, byBlock, begins, energies, groups));
        return groups;
    }

    /** A group for each role, whatever its tensors put out. */
    static List<Group> roles(List<String> tensors) {
        Map<String, Double> alike = new LinkedHashMap<>();
        tensors.forEach(name -> alike.put(name, 0.0));
        return of(alike, 1);
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

    private static void addBands(
            String role,
            Map<Integer, List<String>> byBlock,
            int[] begins,
            Map<String, Double> energies,
            List<Group> groups) {
        for (int band = 0; band + 1 < begins.length; band++) {
            Map<Integer, List<String>> within = new TreeMap<>(byBlock);
            within.keySet().retainAll(blocks(begins[band], begins[band + 1]));
            List<Integer> alone = alone(within, energies);
            Map<Integer, List<String>> rest = new TreeMap<>(within);
            rest.keySet().removeAll(alone);
            add(role, rest, groups);
            alone.forEach(block -> add(role, Map.of(block, within.getOrDefault(block, List.of())), groups));
        }
    }

    private static Set<Integer> blocks(int begin, int end) {
        return IntStream.range(begin, end).boxed().collect(Collectors.toSet());
    }

    /** The blocks of a band whose tensors put out much more than all that put out less, in their order. */
    private static List<Integer> alone(Map<Integer, List<String>> band, Map<String, Double> energies) {
        Map<Integer, Double> loudness = new HashMap<>();
        band.forEach((block, names) -> loudness.put(
                block,
                names.stream()
                        .mapToDouble(name -> energies.getOrDefault(name, 0.0))
                        .sum()));
        List<Map.Entry<Integer, Double>> falling = new ArrayList<>(loudness.entrySet());
        falling.sort(
                Map.Entry.<Integer, Double>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()));
        double below = loudness.values().stream().mapToDouble(each -> each).sum();
        List<Integer> alone = new ArrayList<>();
        for (Map.Entry<Integer, Double> each : falling.subList(0, Math.min(MOST_ALONE, Math.max(0, band.size() - 1)))) {
            below -= each.getValue();
            if (each.getValue() <= LOUDER * below) {
                break;
            }
            alone.add(each.getKey());
        }
        alone.sort(null);
        return alone;
    }

    private static void add(String role, Map<Integer, List<String>> blocks, List<Group> groups) {
        if (!blocks.isEmpty()) {
            int first = Collections.min(blocks.keySet());
            int last = Collections.max(blocks.keySet());
            groups.add(new Group(
                    role,
                    first,
                    last,
                    blocks.values().stream().flatMap(List::stream).toList()));
        }
    }
}
