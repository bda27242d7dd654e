package io.shearling.recipes.compress;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.model.ModelShape;
import io.shearling.recipes.compress.CompressionReport.Published;
import io.shearling.recipes.evaluate.Estimate;
import io.shearling.recipes.prune.ResidualBlock;
import io.shearling.recipes.prune.ResidualBlock.Part;
import io.shearling.recipes.recipe.Figures;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The report as a page that needs nothing but itself: no network, no scripts. */
final class ReportPage {
    private final CompressionReport report;
    private final StringBuilder page = new StringBuilder();

    private ReportPage(CompressionReport report) {
        this.report = report;
    }

    static String of(CompressionReport report) {
        return new ReportPage(report).write();
    }

    private String write() {
        String title = report.source().getFileName() + " by " + report.recipe().name();
        page.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .append("<link rel=\"icon\" href=\"data:,\">\n<title>")
                .append(Html.text(title))
                .append("</title>\n<style>\n")
                .append(style())
                .append("</style>\n</head>\n<body>\n<main>\n<h1>")
                .append(Html.text(title))
                .append("</h1>\n");
        if (!report.recipe().description().isEmpty()) {
            page.append("<p>").append(Html.text(report.recipe().description())).append("</p>\n");
        }
        figures();
        section("Size against loss", "What the steps made, and mixes of the original with the same text behind them.");
        page.append(LossPlot.of(report));
        baseline();
        section("Steps", "Each is measured beside the original, on " + text() + ".");
        steps();
        layers();
        types();
        section("Where it comes from", "The file itself says so too, in keys that begin with shearling.recipe.");
        origin();
        return page.append("</main>\n</body>\n</html>\n").toString();
    }

    private void section(String title, String words) {
        page.append("<h2>")
                .append(Html.text(title))
                .append("</h2>\n<p>")
                .append(Html.text(words))
                .append("</p>\n");
    }

    private String text() {
        return String.format(
                Locale.ROOT,
                "%,d tokens of %s",
                report.result().figures().tokens(),
                report.evaluation().name());
    }

    private void figures() {
        Figures figures = report.result().figures();
        Published published = report.published().orElseThrow();
        page.append("<dl class=\"figures\">\n");
        figure("size", Html.megabytes(published.sizeBytes()), "of " + Html.megabytes(report.sourceBytes()));
        figure("KL divergence", Html.number(figures.kl().value(), 3), error(figures.kl()));
        figure(
                "perplexity",
                Html.number(figures.perplexity().value(), 4),
                "original " + Html.number(figures.basePerplexity().value(), 4));
        figure("perplexity ratio", Html.number(figures.ratio().value(), 4), error(figures.ratio()));
        figure(
                "same likeliest token",
                String.format(Locale.ROOT, "%.1f %%", 100 * figures.sameTop().value()),
                String.format(Locale.ROOT, "± %.1f %%", 100 * figures.sameTop().error()));
        page.append("</dl>\n");
    }

    private void figure(String name, String value, String under) {
        page.append("<div><dt>")
                .append(Html.text(name))
                .append("</dt><dd>")
                .append(Html.text(value))
                .append("<small>")
                .append(Html.text(under))
                .append("</small></dd></div>\n");
    }

    private static String error(Estimate estimate) {
        return "± " + Html.number(estimate.error(), 2);
    }

    private void baseline() {
        List<List<String>> rows = new ArrayList<>();
        report.baseline()
                .forEach(model ->
                        rows.add(row(model.mix().name().toLowerCase(Locale.ROOT), model.sizeBytes(), model.figures())));
        rows.add(row(
                "this recipe",
                report.published().orElseThrow().sizeBytes(),
                report.result().figures()));
        page.append(Html.table(List.of("model", "size", "KL", "perplexity", "same top"), rows));
    }

    private static List<String> row(String name, long bytes, Figures figures) {
        return List.of(
                Html.text(name),
                Html.megabytes(bytes),
                Html.number(figures.kl().value(), 3) + " " + error(figures.kl()),
                Html.number(figures.perplexity().value(), 4),
                String.format(Locale.ROOT, "%.1f %%", 100 * figures.sameTop().value()));
    }

    private void steps() {
        List<List<String>> rows = new ArrayList<>();
        for (StepReport step : report.steps()) {
            List<String> row = new ArrayList<>(row(step.step().name(), step.sizeBytes(), step.figures()));
            row.add(1, wrapped(words(step.step().step().settings())));
            row.add(wrapped(String.join("; ", step.outcome().facts())));
            rows.add(row);
        }
        page.append(
                Html.table(List.of("step", "settings", "size", "KL", "perplexity", "same top", "what it did"), rows));
    }

    private void layers() {
        int blockCount;
        try (GgufFile source = GgufFile.open(report.source())) {
            blockCount = ModelShape.of(source.metadata()).blockCount();
        }
        List<ResidualBlock> removed = report.removed(blockCount);
        String what = report.influence().isEmpty()
                ? "No text was there to see what each does."
                : "The bar is how much a layer turns the hidden state: 1 less the mean cosine between what goes in and what comes"
                        + " out.";
        section(
                "Layers of the original",
                what + (removed.isEmpty() ? " All of them are kept." : " Gone: " + gone(removed) + "."));
        page.append(LayerPlot.of(blockCount, report.influence(), removed));
    }

    /** Layers by their numbers, and single parts by their names. */
    private static String gone(List<ResidualBlock> removed) {
        return removed.stream()
                .filter(block -> block.part() == Part.FEED_FORWARD || !removed.contains(block.other()))
                .map(block -> removed.contains(block.other()) ? Integer.toString(block.layer()) : block.toString())
                .collect(Collectors.joining(", "));
    }

    private void types() {
        section("Types of the tensors", "Of the result; the finer a type, the darker.");
        try (GgufFile result = GgufFile.open(report.result().model().model())) {
            page.append(TypeGrid.of(result.tensors()));
        }
    }

    private void origin() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(fact("original", report.source().getFileName() + ", sha256 " + report.sourceKey()));
        rows.add(fact(
                "measured on",
                report.evaluation().name() + ", sha256 " + report.evaluation().sha256()));
        report.calibration()
                .ifPresent(text -> rows.add(fact("calibrated on", text.name() + ", sha256 " + text.sha256())));
        rows.add(fact("computed by", Kernels.version()));
        if (!report.recipe().parameters().isEmpty()) {
            rows.add(fact("parameters", words(report.recipe().parameters())));
        }
        page.append(Html.table(List.of("what", "which"), rows))
                .append("<pre>")
                .append(Html.text(report.recipe().text()))
                .append("</pre>\n");
    }

    private static String words(Map<String, String> settings) {
        return String.join(
                ", ",
                new TreeMap<>(settings)
                        .entrySet().stream()
                                .map(each -> each.getKey() + " " + each.getValue())
                                .toList());
    }

    /** A cell of several lines. */
    private static String wrapped(String text) {
        return "<span class=\"words\">" + Html.text(text) + "</span>";
    }

    private static List<String> fact(String what, String which) {
        return List.of(Html.text(what), "<span class=\"long\">" + Html.text(which) + "</span>");
    }

    private static String style() {
        try (InputStream in = ReportPage.class.getResourceAsStream("report.css")) {
            if (in == null) {
                throw new IllegalStateException("The jar of shearling-recipes lacks report.css: build it again.");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
