package io.shearling.formats.diff;

import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.gguf.GgufValue;
import io.shearling.formats.gguf.TensorInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A difference for people to read: a line for each key and tensor, {@code -} for the first file and {@code +} for the second. */
public final class DiffText {
    private static final int MOST_CHARACTERS = 100;

    private DiffText() {}

    /** The lines; none where nothing differs. */
    public static List<String> lines(GgufDiff diff) {
        List<String> lines = new ArrayList<>();
        diff.keys().forEach(difference -> key(difference, lines));
        diff.tensors().forEach(difference -> tensor(difference, lines));
        return List.copyOf(lines);
    }

    private static void key(KeyDifference difference, List<String> lines) {
        String key = difference.key();
        switch (difference.kind()) {
            case ONLY_IN_FIRST -> lines.add("- key " + key + " = " + shown(difference.one()));
            case ONLY_IN_SECOND -> lines.add("+ key " + key + " = " + shown(difference.other()));
            case ORDER -> lines.add("~ key " + key + " is at another place");
            case TYPE ->
                lines.add("~ key " + key + ": " + type(difference.one()) + " " + shown(difference.one()) + " -> "
                        + type(difference.other()) + " " + shown(difference.other()));
            case VALUE ->
                lines.add("~ key " + key + ": "
                        + (difference.firstElement().isPresent()
                                ? element(difference, difference.firstElement().getAsInt())
                                : shown(difference.one()) + " -> " + shown(difference.other())));
        }
    }

    private static String element(KeyDifference difference, int index) {
        return shown(difference.one()) + " -> " + shown(difference.other()) + ", first at " + index + ": "
                + element(difference.one(), index) + " -> " + element(difference.other(), index);
    }

    private static String element(Optional<GgufValue> array, int index) {
        return array.orElse(null) instanceof GgufArray values && index < values.size()
                ? shown(Optional.of(values.element(index)))
                : "nothing";
    }

    private static String type(Optional<GgufValue> value) {
        return value.map(known -> known instanceof GgufArray array
                        ? "array of " + array.elementType().label()
                        : known.type().label())
                .orElse("");
    }

    /** On one line and not too long; what a stranger's file says does not steer a terminal. */
    private static String shown(Optional<GgufValue> value) {
        String text = value.map(String::valueOf).orElse("").replace("\n", "\\n").replaceAll("\\p{Cntrl}", "?");
        return text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS) + "…";
    }

    private static void tensor(TensorDifference difference, List<String> lines) {
        String name = difference.name().replaceAll("\\p{Cntrl}", "?");
        switch (difference.kind()) {
            case ONLY_IN_FIRST -> lines.add("- tensor " + name + " " + shape(difference.one()));
            case ONLY_IN_SECOND -> lines.add("+ tensor " + name + " " + shape(difference.other()));
            case TYPE, SHAPE ->
                lines.add("~ tensor " + name + ": " + shape(difference.one()) + " -> " + shape(difference.other()));
            case ORDER -> lines.add("~ tensor " + name + " is at another place");
            case DATA -> {
                // The data says it.
            }
        }
        difference.data().ifPresent(data -> data(name, data, lines));
    }

    private static String shape(Optional<TensorInfo> tensor) {
        return tensor.map(info -> info.type().ggmlName() + " " + info.shape()).orElse("");
    }

    private static void data(String name, DataDifference data, List<String> lines) {
        lines.add("~ tensor " + name + ": " + data.differing() + " of " + data.blocks() + " blocks differ"
                + data.distance()
                        .map(distance -> String.format(
                                Locale.ROOT,
                                ", by %.4g at most and %.4g in the root mean square",
                                distance.largest(),
                                distance.rootMeanSquare()))
                        .orElse(""));
        lines.add("    first block " + data.firstBlock() + ", element " + data.firstElement());
        lines.add("    - " + data.one());
        lines.add("    + " + data.other());
    }
}
