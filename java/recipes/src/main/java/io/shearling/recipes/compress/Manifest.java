package io.shearling.recipes.compress;

import io.shearling.formats.json.JsonValue;
import io.shearling.recipes.Text;
import io.shearling.recipes.compress.CompressionReport.Published;
import io.shearling.recipes.prune.PackedLayer;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What a run has made, for programs: the same numbers as in the report. */
public final class Manifest {
    private Manifest() {}

    /** As one JSON object. */
    public static JsonValue.Fields of(CompressionReport report) {
        return JsonValue.object(
                "version", 1,
                "recipe", report.recipe().name(),
                "parameters", fields(report.recipe().parameters()),
                "kernels", Kernels.version(),
                "source",
                        JsonValue.object(
                                "file", String.valueOf(report.source().getFileName()),
                                "sha256", report.sourceKey(),
                                "sizeBytes", report.sourceBytes()),
                "evaluation",
                        JsonValue.object(
                                "file", report.evaluation().name(),
                                "sha256", report.evaluation().sha256(),
                                "chunks", report.recipe().measure().chunks(),
                                "contextTokens", report.recipe().measure().contextTokens()),
                "calibration", report.calibration().map(Manifest::text).orElse(null),
                "steps", report.steps().stream().map(Manifest::step).toList(),
                "baseline", report.baseline().stream().map(Manifest::baseline).toList(),
                "influence", report.influence(),
                "gateFailures", report.failures(),
                "published", report.published().map(Manifest::published).orElse(null));
    }

    private static JsonValue.Fields text(Text text) {
        return JsonValue.object("file", text.name(), "sha256", text.sha256());
    }

    private static JsonValue.Fields step(StepReport step) {
        return JsonValue.object(
                "name", step.step().name(),
                "kind", step.step().step().kind(),
                "settings", fields(step.step().step().settings()),
                "sizeBytes", step.sizeBytes(),
                "layers",
                        step.outcome().layers().stream()
                                .map(PackedLayer::toString)
                                .toList(),
                "facts", step.outcome().facts(),
                "figures", Notes.of(step.figures()));
    }

    private static JsonValue.Fields baseline(BaselineModel model) {
        return JsonValue.object(
                "type", model.mix().name().toLowerCase(Locale.ROOT),
                "sizeBytes", model.sizeBytes(),
                "figures", Notes.of(model.figures()));
    }

    private static JsonValue.Fields published(Published published) {
        return JsonValue.object(
                "file", String.valueOf(published.model().getFileName()), "sizeBytes", published.sizeBytes());
    }

    private static JsonValue.Fields fields(Map<String, String> values) {
        Map<String, JsonValue> fields = new LinkedHashMap<>();
        new TreeMap<>(values).forEach((name, value) -> fields.put(name, new JsonValue.Text(value)));
        return new JsonValue.Fields(fields);
    }
}
