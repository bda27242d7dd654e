package io.shearling.convert.quantized;

import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.formats.safetensors.SafetensorsType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A way in which the weights of a checkpoint are quantized.
 *
 * @param name as configurations have it
 * @param groups the tensors that together are one weight
 * @param unused ends of the names of tensors that only a runtime of this scheme needs: scales of activations and of the cache
 */
record Scheme(String name, List<TensorGroup> groups, List<String> unused) {
    private static final Set<SafetensorsType> NUMBERS =
            Set.of(SafetensorsType.F16, SafetensorsType.BF16, SafetensorsType.F32, SafetensorsType.F64);

    static Scheme of(String name, TensorGroup... groups) {
        return new Scheme(name, List.of(groups), List.of());
    }

    Scheme unused(String... ends) {
        return new Scheme(name, groups, List.of(ends));
    }

    /**
     * The tensors of a checkpoint as it would have them without being quantized.
     *
     * @param stored by name, in upstream's order
     * @param folder for messages
     */
    List<SourceTensor> apply(Map<String, SourceTensor> stored, String folder) {
        Map<String, SourceTensor> inPlace = new LinkedHashMap<>();
        List<SourceTensor> behind = new ArrayList<>();
        Set<String> used = new HashSet<>();
        for (String name : stored.keySet()) {
            for (TensorGroup group : groups) {
                if (name.endsWith(group.mark())) {
                    Parts parts = parts(group, name, stored, folder);
                    SourceTensor weight = group.reading().read(parts);
                    parts.all().values().forEach(part -> used.add(part.name()));
                    if (group.behind()) {
                        behind.add(weight);
                    } else {
                        inPlace.put(stored.containsKey(weight.name()) ? weight.name() : name, weight);
                    }
                    break;
                }
            }
        }
        List<SourceTensor> all = new ArrayList<>();
        stored.forEach((name, tensor) -> {
            SourceTensor weight = inPlace.get(name);
            if (weight != null) {
                all.add(weight);
            } else if (!used.contains(name) && unused.stream().noneMatch(name::endsWith)) {
                all.add(whole(tensor, folder));
            }
        });
        all.addAll(behind);
        return all;
    }

    private Parts parts(TensorGroup group, String mark, Map<String, SourceTensor> stored, String folder) {
        String stem = mark.substring(0, mark.length() - group.mark().length());
        Map<String, SourceTensor> byEnd = new LinkedHashMap<>();
        List<String> ends = new ArrayList<>(List.of(group.mark()));
        ends.addAll(group.others());
        ends.addAll(group.perhaps());
        for (String end : ends) {
            SourceTensor part = stored.get(stem + end);
            if (part != null) {
                byEnd.put(end, part);
            }
        }
        Parts parts = new Parts(folder, name, stem + group.weight(), byEnd);
        for (String end : group.others()) {
            if (!byEnd.containsKey(end)) {
                throw parts.fault("there is " + mark + " and no " + stem + end);
            }
        }
        return parts;
    }

    /** What is left has to be numbers by itself: codes whose scales are missing would be taken for weights. */
    private SourceTensor whole(SourceTensor tensor, String folder) {
        if (tensor.name().endsWith(".weight")
                && !NUMBERS.contains(tensor.source().type())) {
            throw new ConvertException(
                    Kind.TENSORS,
                    folder,
                    "the tensor " + tensor.name() + " is " + tensor.source().type() + ", and the scales that " + name
                            + " has for it are missing",
                    "fetch the checkpoint again");
        }
        return tensor;
    }
}
