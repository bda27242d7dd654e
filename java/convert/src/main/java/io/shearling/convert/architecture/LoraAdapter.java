package io.shearling.convert.architecture;

import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.convert.checkpoint.Checkpoint;
import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.convert.element.ElementSource;
import io.shearling.convert.element.Slice;
import io.shearling.convert.element.StoredElements;
import io.shearling.convert.element.Transposed;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufValue;
import io.shearling.formats.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A task of a model whose checkpoint has low-rank changes for several
 * (<a href="https://arxiv.org/abs/2409.10173">jina-embeddings-v3</a>): llama.cpp takes each from a file of its own.
 *
 * @param name of the task
 * @param metadata all keys of the file
 * @param tensors f32 all of them
 */
public record LoraAdapter(String name, GgufMetadata metadata, List<Draft> tensors) {
    /** Rules for what the model proper leaves to its adapters. */
    static final String LEFT_TO_THEM = """
            {any}.0.lora_A      -
            {any}.0.lora_B      -
            """;

    private static final Pattern FACTOR = Pattern.compile("(.+)\\.0\\.lora_([AB])");
    private static final Pattern TASK = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");

    /** Whether the checkpoint has some. */
    static boolean expected(ModelConfig config) {
        return !names(config).isEmpty();
    }

    /**
     * Those of a checkpoint, in the order of its configuration.
     *
     * @param config complete
     * @throws ConvertException when their tensors are not what they should be
     */
    public static List<LoraAdapter> plan(Checkpoint checkpoint, Architecture architecture, ModelConfig config) {
        List<String> names = names(config);
        List<LoraAdapter> adapters = new ArrayList<>();
        for (int task = 0; task < names.size(); task++) {
            List<Draft> tensors = new ArrayList<>();
            int number = task;
            checkpoint.tensors().forEach((name, place) -> {
                Matcher factor = FACTOR.matcher(architecture.plainName(name));
                if (factor.matches()) {
                    architecture
                            .target(factor.group(1))
                            .map(target -> factor(target, factor.group(2), place, number, names.size(), config))
                            .ifPresent(tensors::add);
                }
            });
            adapters.add(new LoraAdapter(names.get(task), metadata(names.get(task), architecture, config), tensors));
        }
        return adapters;
    }

    private static List<String> names(ModelConfig config) {
        List<JsonValue> items =
                config.find("lora_adaptations").flatMap(JsonValue::items).orElse(List.of());
        List<String> names =
                items.stream().flatMap(item -> item.text().stream()).distinct().toList();
        // They become parts of files' names, and come from a stranger.
        if (names.size() != items.size()
                || !names.stream().allMatch(name -> TASK.matcher(name).matches())) {
            throw new ConvertException(
                    Kind.CONFIG,
                    config.file(),
                    "its lora_adaptations are no plain names",
                    "fetch the checkpoint from another place");
        }
        return names;
    }

    private static Draft factor(
            String target, String side, Checkpoint.Place place, int task, int tasks, ModelConfig config) {
        List<Long> shape = place.tensor().shape();
        if (shape.size() != 3 || shape.get(0) != tasks) {
            throw new ConvertException(
                    Kind.TENSORS,
                    place.file().path().toString(),
                    "the tensor " + place.tensor().name() + " has the shape " + shape + ", and " + config.file()
                            + " names " + tasks + " adapters",
                    "fetch the checkpoint again");
        }
        long rows = shape.get(1);
        long columns = shape.get(2);
        ElementSource own =
                new Slice(new StoredElements(place.file(), place.tensor()), task * rows * columns, rows * columns);
        boolean a = side.equals("A");
        // Embeddings have the two factors the other way round.
        if (target.equals("token_types.weight")) {
            return Draft.of(target + (a ? ".lora_b" : ".lora_a"), own, rows, columns);
        }
        if (target.equals("token_embd.weight") && !a) {
            return Draft.of(target + ".lora_b", new Transposed(own, rows, columns), columns, rows);
        }
        return Draft.of(target + (a ? ".lora_a" : ".lora_b"), own, rows, columns);
    }

    private static GgufMetadata metadata(String name, Architecture architecture, ModelConfig config) {
        GgufMetadata.Builder metadata = GgufMetadata.builder()
                .put("general.architecture", architecture.name())
                .put("general.type", "adapter")
                .put("adapter.type", "lora")
                .put(
                        "adapter.lora.alpha",
                        GgufValue.f32(config.number("lora_alpha").orElse(1.0).floatValue()))
                .put("adapter.lora.task_name", name);
        Optional<JsonValue.Fields> prefixes = config.fields("task_instructions");
        if (prefixes.filter(fields -> !fields.values().isEmpty()).isPresent()) {
            String prefix = prefixes.get()
                    .find(name)
                    .flatMap(JsonValue::text)
                    .orElseThrow(() -> new ConvertException(
                            Kind.CONFIG,
                            config.file(),
                            "its task_instructions say nothing of the adapter " + name,
                            "add an instruction for it, which may be empty"));
            if (!prefix.isEmpty()) {
                metadata.put("adapter.lora.prompt_prefix", prefix);
            }
        }
        return metadata.build();
    }
}
