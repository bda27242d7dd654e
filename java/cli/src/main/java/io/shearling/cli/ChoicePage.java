package io.shearling.cli;

import io.shearling.recipes.evaluate.ChoiceReport;
import io.shearling.recipes.evaluate.Estimate;
import java.util.Locale;

/** The text of a score of choices. */
final class ChoicePage {
    private ChoicePage() {}

    static String of(ChoiceReport report) {
        return line("model", Pieces.harmless(report.model()))
                + line("tasks", Sizes.count(report.count()) + " of " + Pieces.harmless(report.tasks()))
                + line("acc", share(report.accuracy()))
                + line("acc_norm, a byte", share(report.byteAccuracy()))
                + line("acc_norm, a token", share(report.tokenAccuracy()))
                + line("by chance", String.format(Locale.ROOT, "%.2f %%", 100 * report.chance()));
    }

    private static String share(Estimate estimate) {
        return String.format(Locale.ROOT, "%.2f \u00b1 %.2f %%", 100 * estimate.value(), 100 * estimate.error());
    }

    private static String line(String name, String value) {
        return String.format(Locale.ROOT, "%-22s%s%n", name, value);
    }
}
