package io.shearling.recipes.compress;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.json.JsonValue;
import io.shearling.recipes.Text;
import io.shearling.recipes.compress.Workspace.Made;
import io.shearling.recipes.prune.PackedLayer;
import io.shearling.recipes.quantize.ColumnImportance;
import io.shearling.recipes.recipe.Artifact;
import io.shearling.recipes.recipe.Figures;
import io.shearling.recipes.recipe.QuantizeWeights;
import io.shearling.recipes.recipe.Recipe.NamedStep;
import io.shearling.recipes.recipe.Step;
import io.shearling.recipes.recipe.StepContext;
import io.shearling.recipes.recipe.StepOutcome;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Does the steps of a recipe, each once, and measures what they make. For one thread. */
final class KeptSteps {
    private static final String MODEL = "model.gguf";

    private final Artifact source;
    private final RecipeTexts texts;
    private final CompressionOptions options;
    private final Workspace workspace;
    private final Measuring measuring;
    private final Optional<KeptStatistics> statistics;
    private final Teller teller;

    KeptSteps(
            Artifact source,
            RecipeTexts texts,
            CompressionOptions options,
            Workspace workspace,
            Measuring measuring,
            Optional<KeptStatistics> statistics,
            Teller teller) {
        this.source = source;
        this.texts = texts;
        this.options = options;
        this.workspace = workspace;
        this.measuring = measuring;
        this.statistics = statistics;
        this.teller = teller;
    }

    /** Does a step with what the one before has made. */
    StepReport of(NamedStep named, Artifact input) {
        String text = named.step().readsText() ? texts.calibrationKey() : "";
        String key = Checksum.of(
                "step",
                Kernels.version(),
                input.key(),
                named.step().kind(),
                named.step().settings().toString(),
                text,
                machine(named.step()));
        Made<Done> made = workspace.once(key, new Work(named, input, key), teller.waiting("the step " + named.name()));
        Artifact model = made.value().model();
        return new StepReport(
                named, model, size(model), made.reused(), made.value().outcome(), figures(model, named.name()));
    }

    /** What a speed depends on besides the model. */
    private String machine(Step step) {
        boolean timed =
                step instanceof QuantizeWeights quantize && quantize.speed().isPresent();
        return timed ? options.threads() + " threads, " + options.profiles() : "";
    }

    private Figures figures(Artifact model, String name) {
        Workspace.Work<Figures> work = new Workspace.Work<>() {
            @Override
            public JsonValue.Fields make(Path folder) {
                return Notes.of(measuring.of(model.model(), teller.chunks("measuring " + name)));
            }

            @Override
            public Figures read(Path folder, JsonValue.Fields note) {
                return Notes.figures(note);
            }
        };
        return workspace
                .once(measuring.key(source, model), work, teller.waiting("the figures of " + name))
                .value();
    }

    private static long size(Artifact model) {
        try (GgufFile file = GgufFile.open(model.model())) {
            return file.sizeBytes();
        }
    }

    private record Done(Artifact model, StepOutcome outcome) {}

    private final class Work implements Workspace.Work<Done> {
        private final NamedStep named;
        private final Artifact input;
        private final String key;

        Work(NamedStep named, Artifact input, String key) {
            this.named = named;
            this.input = input;
            this.key = key;
        }

        @Override
        public JsonValue.Fields make(Path folder) {
            StepOutcome outcome = named.step().apply(input, new Context(folder.resolve(MODEL), named.name()));
            return JsonValue.object(
                    "step", named.step().kind(),
                    "settings", named.step().settings().toString(),
                    "layers",
                            outcome.layers().stream().map(PackedLayer::toString).toList(),
                    "facts", outcome.facts());
        }

        @Override
        public Done read(Path folder, JsonValue.Fields note) {
            List<PackedLayer> layers = Notes.items(note, "layers").stream()
                    .map(each -> each.text().flatMap(PackedLayer::parse).orElseThrow())
                    .toList();
            List<String> facts = Notes.items(note, "facts").stream()
                    .map(each -> each.text().orElseThrow())
                    .toList();
            return new Done(new Artifact(folder.resolve(MODEL), key), new StepOutcome(layers, facts));
        }
    }

    private final class Context implements StepContext {
        private final Path target;
        private final String name;

        Context(Path target, String name) {
            this.target = target;
            this.name = name;
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
            return statistics.orElseThrow().importance(model, chunks);
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
            teller.progress(name + ": " + what, unit, done, all);
        }
    }
}
