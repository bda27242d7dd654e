package io.shearling.recipes.compress;

import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.model.TypeMix;
import io.shearling.formats.tensor.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The types of a model's tensors as a table: a row for each layer, a column for each kind of matrix. */
final class TypeGrid {
    private static final Pattern IN_BLOCK = Pattern.compile("blk\\.(\\d{1,9})\\.(.+)\\.weight", Pattern.DOTALL);

    /** Coarse to fine; what is between has a colour between. */
    private static final double COARSE_BITS = 2;

    private static final double FINE_BITS = 9;

    private TypeGrid() {}

    static String of(List<TensorInfo> tensors) {
        Map<String, Map<Integer, TensorInfo>> columns = new LinkedHashMap<>();
        List<TensorInfo> others = new ArrayList<>();
        SortedSet<Integer> layers = new TreeSet<>();
        for (TensorInfo tensor : tensors) {
            Matcher name = IN_BLOCK.matcher(tensor.name());
            boolean matrix = tensor.shape().rows() > 1;
            if (matrix && name.matches()) {
                int layer = Integer.parseInt(name.group(1));
                columns.computeIfAbsent(name.group(2), role -> new LinkedHashMap<>())
                        .put(layer, tensor);
                layers.add(layer);
            } else if (matrix) {
                others.add(tensor);
            }
        }
        List<String> head = new ArrayList<>(List.of("layer"));
        columns.keySet().forEach(role -> head.add(Html.text(role)));
        List<List<String>> rows = new ArrayList<>();
        for (int layer : layers) {
            List<String> row = new ArrayList<>(List.of(Integer.toString(layer)));
            for (Map<Integer, TensorInfo> column : columns.values()) {
                row.add(Optional.ofNullable(column.get(layer))
                        .map(tensor -> cell(tensor.type()))
                        .orElse(""));
            }
            rows.add(row);
        }
        List<List<String>> rest = others.stream()
                .map(tensor -> List.of(Html.text(tensor.name()), cell(tensor.type())))
                .toList();
        return shares(TypeMix.of(tensors))
                + Html.table(head, rows)
                + Html.table(List.of("other matrices", "type"), rest);
    }

    private static String shares(TypeMix mix) {
        List<List<String>> rows = mix.shares().stream()
                .map(share -> List.of(
                        cell(share.type()),
                        Integer.toString(share.tensors()),
                        String.format(Locale.ROOT, "%,d", share.elements()),
                        Html.megabytes(share.sizeBytes())))
                .toList();
        return Html.table(List.of("type", "tensors", "weights", "size"), rows)
                + String.format(Locale.ROOT, "<p>%.3f bits a weight.</p>%n", mix.bitsPerWeight());
    }

    private static String cell(TensorType type) {
        double bits = 8.0 * type.rowBytes(type.blockElements()) / type.blockElements();
        double share = Math.min(1, Math.max(0, (bits - COARSE_BITS) / (FINE_BITS - COARSE_BITS)));
        return String.format(
                Locale.ROOT, "<span class=\"type\" style=\"--fine:%.2f\">%s</span>", share, Html.text(type.ggmlName()));
    }
}
