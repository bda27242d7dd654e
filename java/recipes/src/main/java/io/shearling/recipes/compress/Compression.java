package io.shearling.recipes.compress;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.compress.CompressionReport.Published;
import io.shearling.recipes.recipe.Artifact;
import io.shearling.recipes.recipe.Recipe;
import io.shearling.recipes.recipe.Recipe.NamedStep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes a smaller model by a recipe, and measures what it cost.
 *
 * <pre>{@code
 * Recipe recipe = ShippedRecipes.find("layer-chop", Map.of("count", "3")).orElseThrow();
 * CompressionOptions options = CompressionOptions.in(workspace, profiles)
 *         .withTexts(Optional.of(calibration), Optional.of(evaluation));
 * CompressionReport report = Compression.run(recipe, model, Path.of("small.gguf"), options, CompressionListener.NONE);
 * }</pre>
 *
 * <p>What steps make is kept in the workspace: a run that was cut off goes on where it was, and a recipe that begins as another one
 * does begins with what that made. The same recipe makes the same bytes.
 */
public final class Compression {
    private Compression() {}

    /**
     * Runs it. Blocks; an interrupt cancels, after which it can be run again and goes on.
     *
     * @param model the original, or the first of its parts
     * @param target the file to publish; its manifest and its report lie beside it. Nothing is published when the gate of the recipe is
     *     shut
     * @throws RecipeException when a step cannot be done, or after an interrupt, which stays set
     * @throws io.shearling.formats.gguf.GgufException when a model cannot be read or written
     */
    public static CompressionReport run(
            Recipe recipe, Path model, Path target, CompressionOptions options, CompressionListener listener) {
        requirePlace(target, inputs(recipe, model, options));
        RecipeTexts texts = RecipeTexts.read(recipe, options);
        CompressionPlan plan = CompressionPlan.of(recipe, model);
        Workspace workspace = Workspace.open(options.workspace());
        Artifact source = source(model, plan.sourceBytes(), listener);
        Baselines.require(recipe.baseline(), model, texts.calibration().isPresent());
        Teller teller = new Teller(listener);
        Measuring measuring = new Measuring(model, texts.evaluation(), recipe.measure(), options.threads());
        measuring.require(texts.calibration());
        Optional<KeptStatistics> statistics =
                texts.calibration().map(text -> new KeptStatistics(workspace, text, options.threads(), teller));
        KeptSteps kept = new KeptSteps(source, texts, options, workspace, measuring, statistics, teller);
        List<StepReport> steps = new ArrayList<>();
        Artifact input = source;
        for (NamedStep step : recipe.steps()) {
            StepReport report = kept.of(step, input);
            listener.done(report);
            steps.add(report);
            input = report.model();
        }
        StepReport last = steps.get(steps.size() - 1);
        Provenance provenance = Provenance.of(recipe, source, texts, last.figures());
        long bytes = Publication.sizeBytes(last.model().model(), provenance, target);
        List<String> failures = recipe.gate().failures(last.figures(), bytes);
        boolean passes = failures.isEmpty();
        Baselines baselines = new Baselines(source, workspace, measuring, statistics, options.threads(), teller);
        CompressionReport report = new CompressionReport(
                recipe,
                model,
                source.key(),
                plan.sourceBytes(),
                texts.evaluation(),
                texts.calibration(),
                steps,
                passes ? baselines.of(recipe.baseline(), texts.calibrationKey()) : List.of(),
                passes ? statistics.map(each -> each.influence(source)).orElse(List.of()) : List.of(),
                failures,
                Optional.empty());
        if (!passes) {
            return report;
        }
        CompressionReport published = report.published(
                new Published(target, bytes, beside(target, ".manifest.json"), beside(target, ".report.html")));
        String page = ReportPage.of(published);
        Publication.write(
                last.model().model(),
                provenance,
                target,
                options.threads(),
                (done, all) -> listener.progress("publishing", "bytes", done, all));
        Published written = published.published().orElseThrow();
        TextOutput.write(written.manifest(), Manifest.of(published));
        TextOutput.write(written.page(), page);
        return published;
    }

    private static Artifact source(Path model, long bytes, CompressionListener listener) {
        String key = Checksum.ofModel(
                model, done -> listener.progress("reading " + model.getFileName(), "bytes", done, bytes));
        return new Artifact(model, key);
    }

    private static Path beside(Path target, String ending) {
        String name = String.valueOf(target.getFileName());
        String stem = name.endsWith(".gguf") ? name.substring(0, name.length() - ".gguf".length()) : name;
        return target.toAbsolutePath().resolveSibling(stem + ending);
    }

    /** What would be found out after an hour otherwise. */
    private static void requirePlace(Path target, List<Path> inputs) {
        Path absolute = target.toAbsolutePath();
        Path parent = absolute.getParent();
        if (parent == null || Files.isDirectory(absolute)) {
            throw refused(target, "a folder is in the place of the file", "name a file");
        }
        if (!Files.isDirectory(parent)) {
            throw refused(target, "the directory " + parent + " does not exist", "create it or name another place");
        }
        for (Path output : List.of(absolute, beside(target, ".manifest.json"), beside(target, ".report.html"))) {
            for (Path input : inputs) {
                requireOther(output, input);
            }
        }
    }

    private static void requireOther(Path output, Path input) {
        try {
            if (Files.exists(output) && Files.exists(input) && Files.isSameFile(output, input)) {
                throw refused(output, "this is what is read", "name another file");
            }
        } catch (IOException e) {
            throw refused(output, "it cannot be looked at (" + e + ")", "name another file");
        }
    }

    private static List<Path> inputs(Recipe recipe, Path model, CompressionOptions options) {
        List<Path> inputs = new ArrayList<>();
        try (GgufFile file = GgufFile.open(model)) {
            file.parts().forEach(part -> inputs.add(part.path()));
        }
        options.evaluation().or(recipe::evaluation).ifPresent(inputs::add);
        options.calibration().or(recipe::calibration).ifPresent(inputs::add);
        return inputs;
    }

    private static RecipeException refused(Path target, String cause, String remedy) {
        return new RecipeException(Kind.IO, target.toString(), cause, remedy);
    }
}
