package io.shearling.cli;

import io.shearling.recipes.compress.Verification;
import io.shearling.recipes.evaluate.Estimate;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shearling verify}: measures again what a published model says of itself. */
@Command(
        name = "verify",
        description =
                "Checks that not a byte of what shearling compress has published is another one, and measures it again beside its"
                        + " original. Ends with 1 when something is not as the file says.",
        footerHeading = "%nExample:%n",
        footer = {"  shearling verify published.gguf --base large.gguf -e other.txt"})
final class VerifyCommand implements Callable<Integer> {
    private static final String ROW = "%-20s%-24s%s%n";

    private final Streams streams;

    @Parameters(index = "0", paramLabel = "FILE", description = "What shearling compress has published.")
    private Path file = Path.of("");

    @Option(
            names = "--base",
            paramLabel = "BASE",
            completionCandidates = ModelNames.class,
            description = "The original. Default: the file of its name beside FILE.")
    private @Nullable String base;

    @Option(
            names = {"-e", "--evaluation"},
            paramLabel = "TEXT",
            description = "The text that it was measured on. Default: the file of its name beside FILE.")
    private @Nullable Path text;

    @Mixin
    private ThreadsOption threads = new ThreadsOption();

    @Option(
            names = {"-q", "--quiet"},
            description = "No progress on stderr.")
    private boolean quiet;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    VerifyCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        Optional<Path> original = Optional.ofNullable(base).map(name -> ModelOption.fetch(name, quiet, streams));
        Verification verification;
        try (CompressionProgress progress = new CompressionProgress(streams, quiet)) {
            verification = Verification.of(file, original, Optional.ofNullable(text), threads.count(streams), progress);
        }
        streams.results().print(json ? json(verification) + "\n" : page(verification));
        if (!verification.holds()) {
            throw new FailedException(file + ": its figures do not come out again; it says that "
                    + verification.kernels() + " computed them, and here " + verification.kernelsHere() + " did");
        }
        return ExitCode.DONE;
    }

    private String page(Verification verification) {
        return String.format(Locale.ROOT, ROW, "", "claimed", "measured")
                + row(
                        "KL divergence",
                        verification.claimed().kl(),
                        verification.measured().kl())
                + row(
                        "perplexity",
                        verification.claimed().perplexity(),
                        verification.measured().perplexity())
                + row(
                        "of the original",
                        verification.claimed().basePerplexity(),
                        verification.measured().basePerplexity())
                + row(
                        "same top",
                        verification.claimed().sameTop(),
                        verification.measured().sameTop())
                + (verification.holds()
                        ? String.format(
                                Locale.ROOT,
                                "%nas %s made it of %s: every byte, and the figures%n",
                                verification.recipe(),
                                verification.source())
                        : "");
    }

    private static String row(String name, Estimate claimed, Estimate measured) {
        return String.format(Locale.ROOT, ROW, name, shown(claimed), shown(measured));
    }

    private static String shown(Estimate estimate) {
        return String.format(Locale.ROOT, "%.6g ± %.2g", estimate.value(), estimate.error());
    }

    private String json(Verification verification) {
        return JsonText.object(out -> {
            out.writeStringField("file", file.toString());
            out.writeStringField("recipe", verification.recipe());
            out.writeBooleanField("holds", verification.holds());
            out.writeNumberField("claimedKl", verification.claimed().kl().value());
            out.writeNumberField("measuredKl", verification.measured().kl().value());
            out.writeNumberField(
                    "claimedPerplexity", verification.claimed().perplexity().value());
            out.writeNumberField(
                    "measuredPerplexity", verification.measured().perplexity().value());
        });
    }
}
