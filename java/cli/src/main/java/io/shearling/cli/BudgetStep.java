package io.shearling.cli;

import io.shearling.hub.HubOptions;
import io.shearling.recipes.Text;
import io.shearling.recipes.budget.Budget;
import io.shearling.recipes.budget.BudgetOptions;
import io.shearling.recipes.budget.BudgetReport;
import io.shearling.recipes.budget.BudgetSearch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The part of {@code quantize} that finds the types for a budget, and tells of them. */
final class BudgetStep {
    private final BudgetChoice choice;
    private final CalibrationChoice calibration;
    private final Path target;
    private final boolean quiet;
    private final Streams streams;

    BudgetStep(BudgetChoice choice, CalibrationChoice calibration, Path target, boolean quiet, Streams streams) {
        this.choice = choice;
        this.calibration = calibration;
        this.target = target;
        this.quiet = quiet;
        this.streams = streams;
    }

    BudgetReport search(Path model, Budget budget, BudgetOptions.Builder options) {
        Text text = calibration.text("a budget");
        Path types = choice.types(target);
        requireFolder(target);
        requireFolder(types);
        requireOther(types, model);
        calibration.file().ifPresent(file -> {
            requireOther(types, file);
            requireOther(target, file);
        });
        choice.sensitivity().ifPresent(options::sensitivities);
        choice.speed().ifPresent(goal -> options.speed(goal, profiles()));
        BudgetOptions complete =
                options.contextTokens(calibration.chunkTokens()).build();
        try (BudgetProgress progress = new BudgetProgress(streams, quiet)) {
            return BudgetSearch.run(model, target, budget, text, complete, progress);
        }
    }

    /** Where measured times are kept for all models. */
    private static Path profiles() {
        return HubOptions.fromEnvironment().cacheFolder().resolve("speed");
    }

    /** What is written in the end would otherwise be known to have no place after minutes. */
    private static void requireFolder(Path output) {
        Path absolute = output.toAbsolutePath();
        Path parent = absolute.getParent();
        if (parent == null || Files.isDirectory(absolute)) {
            throw new FailedException(output + ": a folder is in the place of the file; name a file");
        }
        if (!Files.isDirectory(parent)) {
            throw new FailedException(
                    output + ": the directory " + parent + " does not exist; create it or name another place");
        }
    }

    private static void requireOther(Path output, Path input) {
        try {
            if (Files.exists(output) && Files.exists(input) && Files.isSameFile(output, input)) {
                throw new UsageException(output + " is what is read; name another file to write");
            }
        } catch (IOException e) {
            throw new FailedException(output + " cannot be looked at (" + e + "); name another file to write");
        }
    }

    /** Writes what makes the same model again: the types, and the importance where it was collected. */
    void save(BudgetReport report) {
        report.collected().ifPresent(importance -> importance.write(BudgetSearch.importancePath(target)));
        Path types = choice.types(target);
        try {
            WholeFile.write(types, report.types().text());
        } catch (IOException e) {
            throw new FailedException(
                    "the types cannot be written to " + types + " (" + e + "); name another file with --save-types");
        }
    }

    /** The last word on a model that is written and told of, but slower than was asked for. */
    static void requireSpeed(BudgetReport report) {
        if (report.speed().isPresent() && !report.speed().get().met()) {
            throw new FailedException(
                    "the speed of " + report.speed().get().goal().words()
                            + " is not reached: this is the fastest of what was measured; ask for less, or prune the"
                            + " model first");
        }
    }

    /** Prints what came out. */
    void tell(BudgetReport report, Optional<Path> written, boolean json) {
        Optional<Path> importance = report.collected().isPresent() && written.isPresent()
                ? Optional.of(BudgetSearch.importancePath(target))
                : Optional.empty();
        Path types = choice.types(target);
        streams.results()
                .print(
                        json
                                ? BudgetJson.of(report, written, types, importance) + "\n"
                                : BudgetPage.of(report, written, types, importance));
    }
}
