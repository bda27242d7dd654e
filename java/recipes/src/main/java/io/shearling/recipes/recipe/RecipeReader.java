package io.shearling.recipes.recipe;

import io.shearling.formats.preset.QuantizationPreset;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.recipe.Recipe.NamedStep;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.nodes.Node;

/** Reads recipes: YAML without aliases, every fault of which is told with line and column. */
public final class RecipeReader {
    static final List<String> FIELDS =
            List.of("version", "name", "description", "parameters", "texts", "steps", "measure", "baseline", "gate");
    static final List<String> TEXTS = List.of("calibration", "evaluation");

    /** Each kind of step. */
    static final Map<String, Function<RecipeNode, Step>> STEPS = Map.of(
            PruneBlocks.KIND, PruneBlocks::read,
            PruneLayers.KIND, PruneLayers::read,
            PruneWidth.KIND, PruneWidth::read,
            QuantizeWeights.KIND, QuantizeWeights::read);

    private static final String NAME = "name";
    private static final int VERSION = 1;
    private static final int MOST_BYTES = 1 << 20;
    private static final int MOST_DEPTH = 20;
    private static final List<QuantizationPreset> BASELINE = List.of(
            QuantizationPreset.Q6_K, QuantizationPreset.Q5_K_M, QuantizationPreset.Q4_K_M, QuantizationPreset.Q3_K_M);

    private final String file;
    private final @Nullable Path folder;

    private RecipeReader(String file, @Nullable Path folder) {
        this.file = file;
        this.folder = folder;
    }

    /**
     * Reads a file. Texts that it names are looked for from its folder on.
     *
     * @param set values for parameters of the recipe, by name
     * @throws RecipeException when it cannot be read, or says what cannot be
     */
    public static Recipe read(Path file, Map<String, String> set) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new RecipeException(
                        Kind.RECIPE, file.toString(), "it has more than a megabyte", "give the file of a recipe");
            }
            return new RecipeReader(file.toString(), file.toAbsolutePath().getParent())
                    .recipe(Files.readString(file), set);
        } catch (NoSuchFileException e) {
            throw new RecipeException(
                    Kind.RECIPE,
                    file.toString(),
                    "there is no such file, and no recipe of this name is shipped",
                    "give a file, or one of " + String.join(", ", ShippedRecipes.names()),
                    e);
        } catch (CharacterCodingException e) {
            throw new RecipeException(
                    Kind.RECIPE, file.toString(), "it is no text in UTF-8", "give the file of a recipe", e);
        } catch (IOException e) {
            throw new RecipeException(
                    Kind.RECIPE, file.toString(), "it cannot be read (" + e + ")", "give the file of a recipe", e);
        }
    }

    /**
     * Reads a text.
     *
     * @param name where it is from, for messages
     */
    public static Recipe read(String name, String text, Map<String, String> set) {
        return new RecipeReader(name, null).recipe(text, set);
    }

    /** What a recipe is good for, whatever its parameters. */
    static String description(String name, String text) {
        RecipeReader reader = new RecipeReader(name, null);
        return new RecipeNode(name, reader.parsed(text), Parameters.NONE)
                .fields(FIELDS)
                .find("description")
                .map(RecipeNode::text)
                .orElse("");
    }

    private Recipe recipe(String text, Map<String, String> set) {
        Node root = parsed(text);
        RecipeFields plain = new RecipeNode(file, root, Parameters.NONE).fields(FIELDS);
        Parameters parameters = Parameters.of(file, plain.find("parameters"), set);
        RecipeFields fields = new RecipeNode(file, root, parameters).fields(FIELDS);
        fields.require("version").integer(VERSION, VERSION);
        Optional<RecipeFields> texts = fields.find("texts").map(each -> each.fields(TEXTS));
        return new Recipe(
                fields.require(NAME).text(),
                fields.find("description").map(RecipeNode::text).orElse("").strip(),
                text,
                parameters.values(),
                texts.flatMap(each -> each.find("calibration")).map(this::path),
                texts.flatMap(each -> each.find("evaluation")).map(this::path),
                steps(fields.require("steps")),
                fields.find("measure").map(MeasureSettings::read).orElse(MeasureSettings.DEFAULT),
                fields.find("baseline").map(RecipeReader::mixes).orElse(BASELINE),
                fields.find("gate").map(Gate::read).orElse(Gate.OPEN));
    }

    private Path path(RecipeNode node) {
        Path named;
        try {
            named = Path.of(node.text());
        } catch (InvalidPathException e) {
            throw node.refused("no file can have this name", "write another one");
        }
        return folder == null ? named : folder.resolve(named);
    }

    private static List<QuantizationPreset> mixes(RecipeNode node) {
        return node.items().stream()
                .map(each -> each.choice(QuantizeWeights.MIXES))
                .distinct()
                .toList();
    }

    private static List<NamedStep> steps(RecipeNode node) {
        List<NamedStep> steps = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (RecipeNode item : node.items()) {
            NamedStep step = step(item);
            if (!steps.isEmpty() && steps.get(steps.size() - 1).step().last()) {
                throw item.refused(
                        step.step().kind() + " cannot follow "
                                + steps.get(steps.size() - 1).step().kind()
                                + ", which takes what it needs of the weights",
                        "write it before");
            }
            if (!names.add(step.name())) {
                throw item.refused("two steps have the name \"" + step.name() + "\"", "give one another \"name\"");
            }
            steps.add(step);
        }
        if (steps.isEmpty()) {
            throw node.refused("there is no step", "write one of " + kinds());
        }
        return steps;
    }

    private static NamedStep step(RecipeNode item) {
        Map<String, RecipeNode> fields = new LinkedHashMap<>(item.fields());
        RecipeNode name = fields.remove(NAME);
        if (fields.size() != 1) {
            throw item.refused(
                    fields.isEmpty() ? "this item has no step" : "this item has " + fields.size() + " steps",
                    "write one of " + kinds() + " behind each dash");
        }
        String kind = fields.keySet().iterator().next();
        RecipeNode settings = fields.values().iterator().next();
        Function<RecipeNode, Step> reader = STEPS.get(kind);
        if (reader == null) {
            throw settings.refused("there is no step \"" + kind + "\"", "write one of " + kinds());
        }
        return new NamedStep(name == null ? kind : name.text(), reader.apply(settings));
    }

    private static String kinds() {
        return String.join(", ", STEPS.keySet().stream().sorted().toList());
    }

    private Node parsed(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MOST_BYTES);
        options.setNestingDepthLimit(MOST_DEPTH);
        Yaml yaml = new Yaml(options);
        try {
            for (Event event : yaml.parse(new StringReader(text))) {
                if (event instanceof AliasEvent) {
                    throw RecipeNode.refused(
                            file, event.getStartMark(), "a recipe has no aliases", "write the value out");
                }
            }
            Node root = yaml.compose(new StringReader(text));
            if (root == null) {
                throw new RecipeException(Kind.RECIPE, file, "it is empty", "see docs/recipes.md");
            }
            return root;
        } catch (MarkedYAMLException e) {
            throw RecipeNode.refused(
                    file,
                    e.getProblemMark() == null ? e.getContextMark() : e.getProblemMark(),
                    "this is no YAML (" + e.getProblem() + ")",
                    "mend it");
        } catch (YAMLException e) {
            throw new RecipeException(Kind.RECIPE, file, "this is no YAML (" + firstLine(e) + ")", "mend it", e);
        }
    }

    private static String firstLine(YAMLException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
