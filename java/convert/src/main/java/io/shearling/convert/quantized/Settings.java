package io.shearling.convert.quantized;

import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.formats.json.JsonValue;
import java.util.List;
import java.util.Optional;

/**
 * What a configuration says of the quantization.
 *
 * @param file the configuration, for messages
 * @param upstream whether upstream's known faults are wanted
 * @param fields the object in it
 */
record Settings(String file, boolean upstream, JsonValue.Fields fields) {
    /** A part of it that is an object of its own. */
    Settings with(JsonValue.Fields part) {
        return new Settings(file, upstream, part);
    }

    Optional<String> text(String name) {
        return fields.find(name).flatMap(JsonValue::text);
    }

    Optional<Long> integer(String name) {
        return fields.find(name).flatMap(JsonValue::integer);
    }

    boolean flag(String name) {
        return fields.find(name).flatMap(JsonValue::bool).orElse(false);
    }

    /** Rows and columns of a block, under this name. */
    Optional<Block> block(String name) {
        Optional<List<JsonValue>> items = fields.find(name).flatMap(JsonValue::items);
        if (items.isEmpty()) {
            return Optional.empty();
        }
        List<Long> extents =
                items.get().stream().flatMap(item -> item.integer().stream()).toList();
        if (extents.size() != 2 || items.get().size() != 2 || extents.get(0) <= 0 || extents.get(1) <= 0) {
            throw fault(name + " is no pair of rows and columns");
        }
        return Optional.of(new Block(extents.get(0), extents.get(1)));
    }

    /** Elements that share a scale; a number below 1 stands for a whole row. */
    Optional<Long> groupSize() {
        return integer("group_size").filter(size -> size > 0);
    }

    /** Says what cannot be read. */
    ConvertException fault(String cause) {
        return new ConvertException(
                Kind.CONFIG,
                file,
                "in its quantization " + cause,
                "convert the checkpoint that this one was made from");
    }
}
