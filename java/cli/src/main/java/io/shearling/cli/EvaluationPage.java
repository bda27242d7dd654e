package io.shearling.cli;

import io.shearling.recipes.evaluate.Comparison;
import io.shearling.recipes.evaluate.Distribution;
import io.shearling.recipes.evaluate.Estimate;
import io.shearling.recipes.evaluate.EvaluationReport;
import java.util.Locale;

/** The text of an evaluation, with the names and digits of llama-perplexity's. */
final class EvaluationPage {
    private final StringBuilder page = new StringBuilder();

    private EvaluationPage() {}

    static String of(EvaluationReport report) {
        EvaluationPage page = new EvaluationPage();
        page.head(report);
        if (report.comparison().isEmpty() && report.stored().isEmpty()) {
            page.line("PPL", report.perplexity(), "%.4f \u00b1 %.5f");
        }
        report.comparison().ifPresent(comparison -> page.comparison(title(comparison), comparison));
        report.stored().ifPresent(comparison -> {
            page.comparison("As llama-perplexity, with the base's logits stored in 16 bits", comparison);
            if (report.comparison().isPresent()) {
                page.number("off by at most", report.storedBound());
            }
        });
        return page.page.toString();
    }

    private static String title(Comparison comparison) {
        return comparison.klBound() > 0 ? "From the base's cache" : "Exact, in double precision";
    }

    private void head(EvaluationReport report) {
        line("model", report.candidate());
        report.base().ifPresent(base -> line("base", base));
        line(
                "text",
                report.text()
                        + report.textSha256()
                                .map(sha256 -> " (sha256 " + sha256.substring(0, 12) + ")")
                                .orElse(""));
        line(
                "scored",
                Sizes.count(report.tokens()) + " tokens of " + report.chunks() + " chunks of "
                        + Sizes.count(report.contextTokens())
                        + (report.stoppedEarly() ? ", stopped early: the error is small enough" : ""));
    }

    private void comparison(String title, Comparison comparison) {
        page.append('\n').append(title).append('\n');
        String six = "%.6f \u00b1 %.6f";
        line("PPL(Q)", comparison.perplexity(), six);
        line("PPL(base)", comparison.basePerplexity(), six);
        line("Cor(ln PPL)", String.format(Locale.ROOT, "%.2f %%", 100 * comparison.correlation()));
        line("ln(PPL(Q)/PPL(base))", comparison.lnRatio(), six);
        line("PPL(Q)/PPL(base)", comparison.ratio(), six);
        line("PPL(Q)-PPL(base)", comparison.difference(), six);
        line("mean KLD", comparison.kl(), six);
        spread("KLD", comparison.klDistribution(), "%.6f", 1, 99.9, 99, 95, 90, 50, 10, 5, 1, 0.1);
        if (comparison.klBound() > 0) {
            number("error by the cache", comparison.klSampling());
            number("off by at most", comparison.klBound());
        }
        line("mean \u0394p", percent(comparison.deltaP()), "%.3f \u00b1 %.3f %%");
        spread("\u0394p", comparison.deltaPDistribution(), "%.3f %%", 100, 99.9, 99, 95, 90, 75, 50, 25, 10, 5, 1, 0.1);
        line("RMS \u0394p", percent(comparison.rmsDeltaP()), "%.3f \u00b1 %.3f %%");
        line("same top p", percent(comparison.sameTop()), "%.3f \u00b1 %.3f %%");
    }

    private void spread(String name, Distribution values, String format, float factor, double... percents) {
        line("maximum " + name, String.format(Locale.ROOT, format, factor * values.maximum()));
        for (double percent : percents) {
            float value = percent == 50 ? values.median() : values.percentile(percent);
            String label = percent == 50 ? "median " + name : String.format(Locale.ROOT, "%.1f%% %s", percent, name);
            line(label, String.format(Locale.ROOT, format, factor * value));
        }
        line("minimum " + name, String.format(Locale.ROOT, format, factor * values.minimum()));
    }

    private static Estimate percent(Estimate share) {
        return new Estimate(100 * share.value(), 100 * share.error());
    }

    private void line(String name, Estimate estimate, String format) {
        line(name, String.format(Locale.ROOT, format, estimate.value(), estimate.error()));
    }

    private void number(String name, double value) {
        line(name, String.format(Locale.ROOT, "%.6f", value));
    }

    private void line(String name, String value) {
        page.append(String.format(Locale.ROOT, "%-22s%s%n", name, Pieces.harmless(value)));
    }
}
