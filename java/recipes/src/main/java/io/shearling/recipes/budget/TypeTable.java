package io.shearling.recipes.budget;

import io.shearling.formats.preset.TypeRequest;
import io.shearling.formats.tensor.TensorType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A type for every tensor of a model that can be quantized. Immutable.
 *
 * @param types by the name of the tensor, in the order of the file
 */
public record TypeTable(Map<String, TensorType> types) {
    private static final Pattern SPECIAL = Pattern.compile("[\\\\^$.|?*+()\\[\\]{}]");

    /** Copies the map. */
    public TypeTable {
        types = Collections.unmodifiableMap(new LinkedHashMap<>(types));
    }

    /** The same with other types for some of the tensors. */
    TypeTable with(Map<String, TensorType> others) {
        Map<String, TensorType> all = new LinkedHashMap<>(types);
        all.putAll(others);
        return new TypeTable(all);
    }

    /** The type of a tensor that is in the table. */
    TensorType type(String tensor) {
        TensorType type = types.get(tensor);
        if (type == null) {
            throw new IllegalArgumentException("There is no type for " + tensor + ".");
        }
        return type;
    }

    /** A request for each tensor, which fits no other: with them any mix gives these types. */
    public List<TypeRequest> requests() {
        return types.entrySet().stream()
                .map(entry -> new TypeRequest(Pattern.compile(pattern(entry.getKey())), entry.getValue()))
                .toList();
    }

    /** The requests as {@code --tensor-type-file} reads them, here and in llama-quantize: a line {@code PATTERN=TYPE} each. */
    public String text() {
        return types.entrySet().stream()
                .map(entry -> pattern(entry.getKey()) + "="
                        + entry.getValue().ggmlName().toLowerCase(Locale.ROOT) + "\n")
                .collect(Collectors.joining());
    }

    private static String pattern(String tensor) {
        return "^" + SPECIAL.matcher(tensor).replaceAll("\\\\$0") + "$";
    }
}
