package io.shearling.cli;

import io.shearling.recipes.compress.BaselineModel;
import io.shearling.recipes.compress.CompressionReport;
import io.shearling.recipes.compress.StepReport;
import io.shearling.recipes.recipe.Figures;
import java.util.Locale;

/** What a recipe has made, as text. */
final class CompressionPage {
    private static final String ROW = "%-16s%10s  %-20s%-20s%9s%n";

    private CompressionPage() {}

    static String of(CompressionReport report) {
        StringBuilder page = new StringBuilder();
        page.append(String.format(Locale.ROOT, ROW, "model", "size", "KL divergence", "perplexity", "same top"));
        Figures figures = report.result().figures();
        page.append(String.format(
                Locale.ROOT,
                ROW,
                "original",
                Sizes.bytes(report.sourceBytes()),
                "",
                estimate(
                        figures.basePerplexity().value(),
                        figures.basePerplexity().error()),
                ""));
        for (StepReport step : report.steps()) {
            page.append(row(step.step().name(), step.sizeBytes(), step.figures()));
        }
        if (!report.baseline().isEmpty()) {
            page.append(String.format(Locale.ROOT, "%nmixes of the original:%n"));
        }
        for (BaselineModel model : report.baseline()) {
            page.append(row(model.mix().name().toLowerCase(Locale.ROOT), model.sizeBytes(), model.figures()));
        }
        page.append(String.format(
                Locale.ROOT,
                "%nmeasured on     %s, %s tokens%n",
                report.evaluation().name(),
                Sizes.count(figures.tokens())));
        for (StepReport step : report.steps()) {
            for (String fact : step.outcome().facts()) {
                page.append(String.format(Locale.ROOT, "%-16s%s%n", step.step().name(), fact));
            }
        }
        report.published()
                .ifPresent(published -> page.append(String.format(
                        Locale.ROOT,
                        "manifest        %s%nreport          %s%nfile            %s%n",
                        published.manifest(),
                        published.page(),
                        published.model())));
        return page.toString();
    }

    private static String row(String name, long bytes, Figures figures) {
        return String.format(
                Locale.ROOT,
                ROW,
                name,
                Sizes.bytes(bytes),
                estimate(figures.kl().value(), figures.kl().error()),
                estimate(figures.perplexity().value(), figures.perplexity().error()),
                String.format(Locale.ROOT, "%.1f %%", 100 * figures.sameTop().value()));
    }

    private static String estimate(double value, double error) {
        return String.format(Locale.ROOT, "%.4g ± %.2g", value, error);
    }
}
