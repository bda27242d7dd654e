package io.shearling.convert.export;

import io.shearling.formats.gguf.GgufMetadata;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The numbers of the tokens that begin, end, part and fill a text. */
final class SpecialIds {
    private static final String PREFIX = "tokenizer.ggml.";
    private static final String BEGIN = PREFIX + "bos_token_id";

    /** What older converters wrote for the token that begins a text of BERT's. */
    private static final String CLASS = PREFIX + "cls_token_id";

    /** The kinds by their keys, in the order in which converters ask a tokenizer's configuration for them. */
    private static final List<String> KINDS = List.of("bos", "eos", "unk", "sep", "pad", "mask");

    private static final Map<String, String> KEYS = Map.of(
            "bos_token_id", "bos",
            "eos_token_id", "eos",
            "unknown_token_id", "unk",
            "seperator_token_id", "sep",
            "padding_token_id", "pad",
            "mask_token_id", "mask");

    private final Map<String, Integer> ids = new LinkedHashMap<>();
    private final GgufMetadata metadata;

    SpecialIds(GgufModel model) {
        metadata = model.metadata();
        if (metadata.contains(CLASS) && !metadata.contains(BEGIN)) {
            ids.put("bos", id(model, CLASS));
        }
        for (String key : metadata.keys()) {
            String kind = key.startsWith(PREFIX) ? KEYS.get(key.substring(PREFIX.length())) : null;
            if (kind != null) {
                ids.put(kind, id(model, key));
            }
        }
    }

    private static int id(GgufModel model, String key) {
        long id = model.metadata().integer(key);
        int size = model.metadata().array(PREFIX + "tokens").size();
        if (id < 0 || id >= size) {
            throw model.fault("its " + key + " is " + id + ", and it has " + size + " tokens");
        }
        return (int) id;
    }

    Optional<Integer> id(String kind) {
        return Optional.ofNullable(ids.get(kind));
    }

    /** Whether a token of this kind is put to each text; empty where the file does not say. */
    Optional<Boolean> added(String kind) {
        return metadata.findBool(PREFIX + "add_" + kind + "_token");
    }

    /** Whether the file says of the separator before it says of the end, as for a template with a token between two texts. */
    boolean separatorFirst() {
        List<String> keys = List.copyOf(metadata.keys());
        int separator = keys.indexOf(PREFIX + "add_sep_token");
        int end = keys.indexOf(PREFIX + "add_eos_token");
        return separator >= 0 && (end < 0 || separator < end);
    }

    /**
     * The kinds that {@code tokenizer_config.json} names: converters find those first, in their order, and then what only
     * {@code config.json} has.
     */
    List<String> configured() {
        List<String> kinds = new ArrayList<>();
        int last = -1;
        for (String kind : ids.keySet()) {
            int place = KINDS.indexOf(kind);
            if (place < last) {
                break;
            }
            last = place;
            kinds.add(kind);
        }
        return kinds;
    }
}
