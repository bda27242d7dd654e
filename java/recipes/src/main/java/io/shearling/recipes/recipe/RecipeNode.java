package io.shearling.recipes.recipe;

import io.shearling.recipes.ByteCount;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** A value in the text of a recipe, which knows where it stands: whoever reads it can say in which line it is wrong. */
final class RecipeNode {
    private final String file;
    private final Node node;
    private final Parameters parameters;

    RecipeNode(String file, Node node, Parameters parameters) {
        this.file = file;
        this.node = node;
        this.parameters = parameters;
    }

    /** The fields of a mapping, none of them twice. */
    Map<String, RecipeNode> fields() {
        if (!(node instanceof MappingNode mapping)) {
            throw refused("here belong names with values, as \"name: value\"", "see docs/recipes.md");
        }
        Map<String, RecipeNode> fields = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            RecipeNode key = with(tuple.getKeyNode());
            String name = key.text();
            if (fields.put(name, with(tuple.getValueNode())) != null) {
                throw key.refused("\"" + name + "\" is here twice", "leave one of them out");
            }
        }
        return fields;
    }

    /** The fields of a mapping, which may have these names alone. */
    RecipeFields fields(List<String> known) {
        return new RecipeFields(this, fields(), known);
    }

    List<RecipeNode> items() {
        if (!(node instanceof SequenceNode sequence)) {
            throw refused("here belongs a list, as \"[a, b]\"", "see docs/recipes.md");
        }
        List<RecipeNode> items = new ArrayList<>();
        sequence.getValue().forEach(item -> items.add(with(item)));
        return items;
    }

    /** Whether nothing stands behind the name. */
    boolean isEmpty() {
        return node instanceof ScalarNode scalar
                && scalar.isPlain()
                && scalar.getValue().isEmpty();
    }

    String text() {
        if (!(node instanceof ScalarNode scalar)) {
            throw refused("here belongs one value", "see docs/recipes.md");
        }
        String text = parameters.filled(scalar.getValue(), this);
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw refused("this text has half of a character", "write the whole one");
        }
        return text;
    }

    int integer(int least, int most) {
        String text = text();
        try {
            int value = Integer.parseInt(text);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw refused("\"" + text + "\" is no whole number from " + least + " to " + most, "write one");
    }

    double number(double above, double most) {
        String text = text();
        try {
            double value = Double.parseDouble(text);
            if (value > above && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw refused("\"" + text + "\" is no number above " + shown(above) + " and up to " + shown(most), "write one");
    }

    private static String shown(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    boolean flag() {
        return choice(Map.of("true", true, "false", false));
    }

    long bytes() {
        String text = text();
        OptionalLong bytes = ByteCount.parse(text);
        return bytes.orElseThrow(() -> refused("\"" + text + "\" is " + ByteCount.NONE, "write one, as 90MB"));
    }

    <T> T choice(Map<String, T> choices) {
        String text = text();
        T chosen = choices.get(text);
        if (chosen == null) {
            throw refused(
                    "\"" + text + "\" is none of "
                            + String.join(
                                    ", ", choices.keySet().stream().sorted().toList()),
                    "write one of them");
        }
        return chosen;
    }

    private RecipeNode with(Node other) {
        return new RecipeNode(file, other, parameters);
    }

    /** Says what is wrong with it and where it stands. */
    RecipeException refused(String cause, String remedy) {
        return refused(file, node.getStartMark(), cause, remedy);
    }

    /** Says what is wrong at a place of a file. */
    static RecipeException refused(String file, Mark place, String cause, String remedy) {
        String where = file + ":" + (place.getLine() + 1) + ":" + (place.getColumn() + 1);
        return new RecipeException(Kind.RECIPE, where, cause, remedy);
    }
}
