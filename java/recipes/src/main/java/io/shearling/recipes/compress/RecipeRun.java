package io.shearling.recipes.compress;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.SplitRule;
import io.shearling.formats.json.JsonValue;
import io.shearling.formats.preset.QuantizationPreset;
import io.shearling.recipes.Text;
import io.shearling.recipes.compress.Workspace.Made;
import io.shearling.recipes.quantize.ColumnImportance;
import io.shearling.recipes.quantize.Quantization;
import io.shearling.recipes.quantize.QuantizationOptions;
import io.shearling.recipes.recipe.Artifact;
import io.shearling.recipes.recipe.Figures;
import io.shearling.recipes.recipe.Recipe;
import io.shearling.recipes.recipe.Recipe.NamedStep;
import io.shearling.recipes.recipe.StepContext;
import io.shearling.recipes.recipe.StepOutcome;
import io.shearling.recipes.statistics.BlockInfluence;
import io.shearling.recipes.statistics.ImportanceFile;
import io.shearling.recipes.statistics.Statistics;
import io.shearling.recipes.statistics.StatisticsOptions;
import io.shearling.recipes.statistics.TextChunks;
import io.shearling.runtime.Model;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The parts of a run of a recipe, each of which is made once in the workspace. For one thread. */
final class RecipeRun {
    private static final String MODEL = "model.gguf";
    private static final String IMPORTANCE = "importance.gguf";
    private static final int CHUNK_TOKENS = 512;

    /** Enough to see which layers do little. */
    private static final int INFLUENCE_CHUNKS = 8;

    private final Recipe recipe;
    private final Artifact source;
    private final RecipeTexts texts;
    private final CompressionOptions options;
    private final Workspace workspace;
    private final Measuring measuring;
    private final CompressionListener listener;

    RecipeRun(
            Recipe recipe,
            Artifact source,
            RecipeTexts texts,
            CompressionOptions options,
            Workspace workspace,
            CompressionListener listener) {
        this.recipe = recipe;
        this.source = source;
        this.texts = texts;
        this.options = options;
        this.workspace = workspace;
        this.listener = listener;
        measuring = new Measuring(source.model(), texts.evaluation(), recipe.measure(), options.threads());
    }

    /** Does all steps, and measures each. */
    List<StepReport> steps() {
        List<StepReport> reports = new ArrayList<>();
        Artifact input = source;
        for (NamedStep step : recipe.steps()) {
            StepReport report = step(step, input);
            listener.done(report);
            reports.add(report);
            input = report.model();
        }
        return reports;
    }

    private StepReport step(NamedStep named, Artifact input) {
        String text =
                named.step().readsText() ? texts.calibration().map(Text::sha256).orElse("") : "";
        String key = Checksum.of(
                "step",
                Kernels.version(),
                input.key(),
                named.step().kind(),
                named.step().settings().toString(),
                text);
        Made<Step> made = workspace.once(key, new StepWork(named, input, key), () -> waiting("step " + named.name()));
        Artifact model = made.value().model();
        return new StepReport(
                named, model, size(model.model()), made.reused(), made.value().outcome(), figures(model, named.name()));
    }

    private record Step(Artifact model, StepOutcome outcome) {}

    private final class StepWork implements Workspace.Work<Step> {
        private final NamedStep step;
        private final Artifact input;
        private final String key;

        StepWork(NamedStep step, Artifact input, String key) {
            this.step = step;
            this.input = input;
            this.key = key;
        }

        @Override
        public JsonValue.Fields make(Path folder) {
            StepOutcome outcome = step.step().apply(input, new Context(folder.resolve(MODEL), step.name()));
            return JsonValue.object(
                    "step", step.step().kind(),
                    "settings", step.step().settings().toString(),
                    "removedLayers", outcome.removedLayers(),
                    "facts", outcome.facts());
        }

        @Override
        public Step read(Path folder, JsonValue.Fields note) {
            List<Integer> removed = items(note, "removedLayers").stream()
                    .map(each -> each.integer().orElseThrow().intValue())
                    .toList();
            List<String> facts = items(note, "facts").stream()
                    .map(each -> each.text().orElseThrow())
                    .toList();
            return new Step(new Artifact(folder.resolve(MODEL), key), new StepOutcome(removed, facts));
        }
    }

    private final class Context implements StepContext {
        private final Path target;
        private final String step;

        Context(Path target, String step) {
            this.target = target;
            this.step = step;
        }

        @Override
        public Path target() {
            return target;
        }

        @Override
        public Text calibration() {
            return texts.calibration().orElseThrow();
        }

        @Override
        public ColumnImportance importance(Artifact model, int chunks) {
            return RecipeRun.this.importance(model, chunks);
        }

        @Override
        public Path profiles() {
            return options.profiles();
        }

        @Override
        public int threads() {
            return options.threads();
        }

        @Override
        public void progress(String what, String unit, long done, long all) {
            listener.progress(step + ": " + what, unit, done, all);
        }
    }

    private ColumnImportance importance(Artifact model, int chunks) {
        Text text = texts.calibration().orElseThrow();
        String key = Checksum.of("importance", Kernels.version(), model.key(), text.sha256(), Integer.toString(chunks));
        return workspace
                .once(
                        key,
                        new Workspace.Work<ColumnImportance>() {
                            @Override
                            public JsonValue.Fields make(Path folder) {
                                statistics(model.model(), text, chunks, "importance of columns")
                                        .importance()
                                        .write(folder.resolve(IMPORTANCE));
                                return JsonValue.object("text", text.name());
                            }

                            @Override
                            public ColumnImportance read(Path folder, JsonValue.Fields note) {
                                ImportanceFile file = ImportanceFile.of(folder.resolve(IMPORTANCE));
                                return ColumnImportance.of(file, text.name() + " by " + recipe.name());
                            }
                        },
                        () -> waiting("the importance of columns"))
                .value();
    }

    private Statistics statistics(Path model, Text text, int chunks, String what) {
        try (Model loaded = Measuring.load(model)) {
            int there =
                    TextChunks.of(loaded, text, CHUNK_TOKENS, 0).first(chunks).count();
            StatisticsOptions how =
                    StatisticsOptions.DEFAULT.withChunks(CHUNK_TOKENS, there).withThreads(options.threads());
            return Statistics.collect(loaded, text, how, (done, all) -> listener.progress(what, "chunks", done, all));
        }
    }

    private Figures figures(Artifact model, String name) {
        return figures(measuring.key(source, model), name, model.model());
    }

    private Figures figures(String key, String name, Path model) {
        return workspace
                .once(
                        key,
                        new Workspace.Work<Figures>() {
                            @Override
                            public JsonValue.Fields make(Path folder) {
                                return FigureNotes.of(measuring.of(
                                        model,
                                        (done, all) -> listener.progress("measuring " + name, "chunks", done, all)));
                            }

                            @Override
                            public Figures read(Path folder, JsonValue.Fields note) {
                                return FigureNotes.read(note);
                            }
                        },
                        () -> waiting("the figures of " + name))
                .value();
    }

    /** The mixes of the original that the result is set beside, the largest first. */
    List<BaselineModel> baseline() {
        return recipe.baseline().stream()
                .map(this::baseline)
                .sorted((a, b) -> Long.compare(b.sizeBytes(), a.sizeBytes()))
                .toList();
    }

    private BaselineModel baseline(QuantizationPreset mix) {
        String name = mix.name().toLowerCase(Locale.ROOT);
        String key = Checksum.of(
                "baseline",
                measuring.key(source, source),
                name,
                texts.calibration().map(Text::sha256).orElse(""));
        return workspace
                .once(key, new BaselineWork(mix, name), () -> waiting("the baseline " + name))
                .value();
    }

    private final class BaselineWork implements Workspace.Work<BaselineModel> {
        private final QuantizationPreset mix;
        private final String name;

        BaselineWork(QuantizationPreset mix, String name) {
            this.mix = mix;
            this.name = name;
        }

        @Override
        public JsonValue.Fields make(Path folder) {
            Path model = folder.resolve(MODEL);
            QuantizationOptions how =
                    QuantizationOptions.of(mix).withRequantize().withThreads(options.threads());
            if (texts.calibration().isPresent()) {
                how = how.withImportance(importance(source, BASELINE_CHUNKS));
            }
            try (Quantization quantization = Quantization.of(source.model(), how)) {
                quantization.write(
                        model,
                        SplitRule.NONE,
                        (done, all) -> listener.progress("baseline " + name, "bytes", done, all));
                Figures figures = measuring.of(
                        model, (done, all) -> listener.progress("measuring baseline " + name, "chunks", done, all));
                return JsonValue.object("sizeBytes", Files.size(model), "figures", FigureNotes.of(figures));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                remove(model);
            }
        }

        @Override
        public BaselineModel read(Path folder, JsonValue.Fields note) {
            if (note.find("figures").orElse(null) instanceof JsonValue.Fields figures) {
                return new BaselineModel(mix, (long) FigureNotes.number(note, "sizeBytes"), FigureNotes.read(figures));
            }
            throw new IllegalStateException("it has no figures");
        }
    }

    /** As many as a step reads by default. */
    private static final int BASELINE_CHUNKS = 32;

    private static void remove(Path model) {
        try {
            Files.deleteIfExists(model);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How much each layer of the original turns the hidden state; none without a text. */
    List<Double> influence() {
        Optional<Text> text = texts.calibration();
        if (text.isEmpty()) {
            return List.of();
        }
        String key = Checksum.of(
                "influence", Kernels.version(), source.key(), text.get().sha256());
        return workspace
                .once(
                        key,
                        new Workspace.Work<List<Double>>() {
                            @Override
                            public JsonValue.Fields make(Path folder) {
                                List<Double> values = statistics(
                                                source.model(), text.get(), INFLUENCE_CHUNKS, "influence of layers")
                                        .blocks()
                                        .stream()
                                        .map(BlockInfluence::block)
                                        .filter(Double::isFinite)
                                        .toList();
                                return JsonValue.object("influence", values);
                            }

                            @Override
                            public List<Double> read(Path folder, JsonValue.Fields note) {
                                return items(note, "influence").stream()
                                        .map(each -> each.number().orElseThrow())
                                        .toList();
                            }
                        },
                        () -> waiting("the influence of layers"))
                .value();
    }

    private void waiting(String what) {
        listener.progress("waiting for another run, which is making " + what, "things", 0, 1);
    }

    private static List<JsonValue> items(JsonValue.Fields note, String name) {
        if (note.find(name).orElse(null) instanceof JsonValue.Items items) {
            return items.values();
        }
        throw new IllegalStateException("it has no " + name);
    }

    private static long size(Path model) {
        try (GgufFile file = GgufFile.open(model)) {
            return file.sizeBytes();
        }
    }

    /** Settings in the order of their names, for people. */
    static String settings(Map<String, String> settings) {
        return String.join(
                ", ",
                settings.entrySet().stream()
                        .map(each -> each.getKey() + " " + each.getValue())
                        .toList());
    }
}
