package io.shearling.cli;

import io.shearling.formats.tensor.TensorType;
import io.shearling.recipes.budget.BudgetReport;
import io.shearling.recipes.budget.TypeShare;
import io.shearling.recipes.budget.VerifiedModel;
import io.shearling.recipes.evaluate.Estimate;
import io.shearling.recipes.speed.Speed;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a budget bought, as text. */
final class BudgetPage {
    private final StringBuilder page = new StringBuilder();

    private BudgetPage() {}

    /**
     * The page.
     *
     * @param written the model; empty where none was written
     * @param types the file with the types
     */
    static String of(BudgetReport report, Optional<Path> written, Path types, Optional<Path> importance) {
        BudgetPage page = new BudgetPage();
        page.table(report);
        written.ifPresent(file -> page.line("file", file.toString()));
        page.line("size", size(report.result()));
        written.ifPresent(file -> page.line("types", types.toString()));
        importance.ifPresent(file -> page.line("importance", file.toString()));
        report.fileType().ifPresent(mix -> page.line("mix", mix.name().toLowerCase(Locale.ROOT)));
        page.line("text", report.text() + " (sha256 " + report.textSha256().substring(0, 12) + ")");
        page.line("KL divergence", kl(report));
        report.preset().ifPresent(preset -> page.line("nearest preset", rival(report, preset)));
        if (report.preset().isEmpty()) {
            page.line("nearest preset", "none is that small" + (report.speed().isPresent() ? " and that fast" : ""));
        }
        for (VerifiedModel other : report.others()) {
            page.line("also measured", other.name() + ", " + size(other) + ": " + figure(other.kl()) + speed(other));
        }
        report.speed().ifPresent(goal -> page.line("speed", speed(report, goal)));
        report.profile().ifPresent(profile -> {
            page.line("measured on", profile.machine() + " (" + profile.file() + ")");
            profile.fault().ifPresent(fault -> page.line("not kept", profile.file() + ": " + fault));
        });
        if (report.options().gptq().isPresent()) {
            page.line("rounding", "gptq in the file; what is measured here was rounded to the nearest");
        }
        report.unrounded().ifPresent(why -> page.line("rounding", why));
        if (report.speed().isPresent() && !report.speed().get().met()) {
            page.line("note", "nothing that was measured is as fast as that; this is the fastest of it");
        }
        report.limit().ifPresent(limit -> page.line("note", limit));
        return page.page.toString();
    }

    private void line(String name, String text) {
        page.append(String.format(Locale.ROOT, "%-16s%s%n", name, text));
    }

    private void table(BudgetReport report) {
        page.append(String.format(
                Locale.ROOT,
                "%-14s%-8s%-30s%6s%8s%9s%8s%n",
                "role",
                "blocks",
                "types",
                "bits",
                "MB",
                "KL alone",
                "share"));
        report.shares().forEach(this::row);
        page.append(System.lineSeparator());
    }

    private void row(TypeShare share) {
        String alone = Double.isNaN(share.sensitivity()) ? "" : String.format(Locale.ROOT, "%.5f", share.sensitivity());
        page.append(String.format(
                Locale.ROOT,
                "%-14s%-8s%-30s%6.2f%8.2f%9s%6.1f %%%n",
                share.role(),
                blocks(share),
                types(share.types()),
                8.0 * share.sizeBytes() / share.elements(),
                share.sizeBytes() / 1e6,
                alone,
                100 * share.predictedShare()));
    }

    private static String blocks(TypeShare share) {
        if (share.firstBlock() < 0) {
            return "";
        }
        return share.firstBlock() == share.lastBlock()
                ? "" + share.firstBlock()
                : share.firstBlock() + "-" + share.lastBlock();
    }

    private static String types(Map<TensorType, Integer> types) {
        return types.entrySet().stream()
                .map(entry -> entry.getValue() + " " + entry.getKey().ggmlName().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }

    private static String size(VerifiedModel model) {
        return Sizes.count(model.sizeBytes()) + " bytes"
                + String.format(Locale.ROOT, " (%.2f bits a weight)", model.bitsPerWeight());
    }

    private static String kl(BudgetReport report) {
        return figure(report.result().kl())
                + String.format(
                        Locale.ROOT,
                        " over %,d tokens of %d chunks of %d; %.5f foretold",
                        report.verificationTokens(),
                        report.verificationChunks(),
                        report.contextTokens(),
                        report.result().predicted());
    }

    private static String rival(BudgetReport report, VerifiedModel preset) {
        String what = preset.name() + ", " + size(preset) + ": " + figure(preset.kl()) + speed(preset);
        return what
                + report.difference()
                        .map(less -> String.format(
                                Locale.ROOT,
                                "; this is %.5f \u00b1 %.5f less, %.0f %%",
                                -less.value(),
                                less.error(),
                                -100 * less.value() / preset.kl().value()))
                        .orElse("; nothing that was measured is better, so this is it");
    }

    private static String speed(BudgetReport report, BudgetReport.SpeedResult goal) {
        Speed measured = report.result().speed().orElseThrow();
        Speed foretold = report.result().predictedSpeed().orElseThrow();
        return String.format(
                Locale.ROOT,
                "%.1f tokens a second generated, %.1f read; %.1f and %.1f foretold; %s %s",
                measured.generation(),
                measured.prompt(),
                foretold.generation(),
                foretold.prompt(),
                goal.met() ? "enough for" : "not enough for",
                goal.goal().words());
    }

    private static String speed(VerifiedModel model) {
        return model.speed()
                .map(speed -> String.format(
                        Locale.ROOT, ", %.1f tokens a second, %.1f read", speed.generation(), speed.prompt()))
                .orElse("");
    }

    private static String figure(Estimate estimate) {
        return String.format(Locale.ROOT, "%.5f \u00b1 %.5f", estimate.value(), estimate.error());
    }
}
