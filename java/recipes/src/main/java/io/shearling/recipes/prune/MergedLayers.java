package io.shearling.recipes.prune;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Adds to the weights of the layer before each run that goes what the run's layers differ from it by. */
final class MergedLayers implements LayerRepair {
    private final GgufFile model;

    /** The tensors of the same name in the layers that go, by the one that stays. */
    private final Map<String, List<TensorInfo>> added;

    private MergedLayers(GgufFile model, Map<String, List<TensorInfo>> added) {
        this.model = model;
        this.added = added;
    }

    static MergedLayers of(GgufFile model, LayerCut cut) {
        Map<String, List<TensorInfo>> added = new LinkedHashMap<>();
        Set<Integer> removed = Set.copyOf(cut.removed());
        for (int layer : cut.removed()) {
            int target = layer;
            while (removed.contains(target)) {
                target--;
            }
            if (target < 0) {
                throw new RecipeException(
                        Kind.MODEL,
                        model.path().toString(),
                        "the layers that go begin with layer 0, and there is none before it that they could go into",
                        "keep layer 0");
            }
            add(model, target, layer, added);
        }
        return new MergedLayers(model, added);
    }

    private static void add(GgufFile model, int target, int layer, Map<String, List<TensorInfo>> added) {
        List<TensorInfo> own = tensors(model, target);
        for (TensorInfo tensor : own) {
            String name = "blk." + layer + tensor.name().substring(("blk." + target).length());
            TensorInfo other = model.tensor(name)
                    .filter(found -> found.shape().equals(tensor.shape()))
                    .orElseThrow(() -> unlike(model, target, layer));
            LayerRepair.requireNumbers(model, tensor);
            LayerRepair.requireNumbers(model, other);
            added.computeIfAbsent(tensor.name(), key -> new ArrayList<>()).add(other);
        }
        if (own.size() != tensors(model, layer).size()) {
            throw unlike(model, target, layer);
        }
    }

    private static List<TensorInfo> tensors(GgufFile model, int layer) {
        String prefix = "blk." + layer + ".";
        return model.tensors().stream()
                .filter(tensor -> tensor.name().startsWith(prefix))
                .toList();
    }

    private static RecipeException unlike(GgufFile model, int target, int layer) {
        return new RecipeException(
                Kind.MODEL,
                model.path().toString(),
                "layer " + layer + " has other tensors than layer " + target + ", and cannot be merged into it",
                "leave --repair out, or remove other layers");
    }

    @Override
    public boolean has(TensorInfo source) {
        return added.containsKey(source.name());
    }

    @Override
    public String settings() {
        return ", merged";
    }

    @Override
    public NewValues values(int threads, PruningListener listener) {
        return (tensor, firstRow, rows, out) -> sum(tensor.source().orElseThrow(), firstRow, rows, out);
    }

    private void sum(TensorInfo source, long firstRow, int rows, float[] out) {
        float[] own = FloatTensor.rows(model, source, firstRow, rows);
        double[] sums = new double[own.length];
        for (TensorInfo other : added.getOrDefault(source.name(), List.of())) {
            float[] values = FloatTensor.rows(model, other, firstRow, rows);
            for (int i = 0; i < values.length; i++) {
                sums[i] += (double) values[i] - own[i];
            }
        }
        for (int i = 0; i < own.length; i++) {
            out[i] = (float) (own[i] + sums[i]);
        }
    }
}
