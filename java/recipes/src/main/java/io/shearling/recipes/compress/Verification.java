package io.shearling.recipes.compress;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.Text;
import io.shearling.recipes.evaluate.Estimate;
import io.shearling.recipes.recipe.Figures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a published model says of itself, and what comes out when it is measured again.
 *
 * @param recipe that it was made with
 * @param source name of the original
 * @param evaluation name of the text
 * @param kernels that computed the claim
 * @param kernelsHere that computed now
 * @param claimed figures in the file
 * @param measured figures now
 */
public record Verification(
        String recipe,
        String source,
        String evaluation,
        String kernels,
        String kernelsHere,
        Figures claimed,
        Figures measured) {
    /** Sums of other kernels differ in their last digits. */
    private static final double DIGITS = 1e-4;

    /**
     * Measures a published model again.
     *
     * @param published the file
     * @param source the original; empty: the file of its name beside the published one
     * @param text of the evaluation; empty: the file of its name beside the published one
     * @throws RecipeException when a byte of the file is not as it was published, or original or text are others than it says
     */
    public static Verification of(
            Path published, Optional<Path> source, Optional<Path> text, int threads, CompressionListener listener) {
        listener.progress("checking " + published.getFileName(), "things", 0, 1);
        Provenance claim = claim(published);
        Path original = source.orElseGet(() -> beside(published, claim.source(), "its original", "--base BASE"));
        if (!Checksum.ofModel(original, read -> {}).equals(claim.sourceSha256())) {
            throw new RecipeException(
                    Kind.CLAIM,
                    original.toString(),
                    "this is not the model that " + published.getFileName() + " was made from",
                    "give the one whose sha256 is " + claim.sourceSha256());
        }
        Text evaluation =
                Text.read(text.orElseGet(() -> beside(published, claim.evaluation(), "the text", "--evaluation TEXT")));
        if (!evaluation.sha256().equals(claim.evaluationSha256())) {
            throw new RecipeException(
                    Kind.CLAIM,
                    evaluation.name(),
                    "this is not the text that " + published.getFileName() + " was measured on",
                    "give the one whose sha256 is " + claim.evaluationSha256());
        }
        Figures measured = new Measuring(original, evaluation, claim.measure(), threads)
                .of(published, (done, all) -> listener.progress("measuring", "chunks", done, all));
        return new Verification(
                claim.recipe(),
                claim.source(),
                claim.evaluation(),
                claim.kernels(),
                Kernels.version(),
                claim.figures(),
                measured);
    }

    private static Provenance claim(Path published) {
        try (GgufFile file = GgufFile.open(published)) {
            String own = Provenance.sha256(file.metadata());
            if (own.length() != Provenance.NO_SHA256.length()
                    || !Publication.sha256(published, own).equals(own)) {
                throw new RecipeException(
                        Kind.CLAIM,
                        published.toString(),
                        "it is not as it was published: its bytes have another checksum than the one that stands in it",
                        "take the file from where it was published");
            }
            return Provenance.of(file.metadata());
        }
    }

    private static Path beside(Path published, String name, String what, String option) {
        // Not what somebody else's file says, wherever that is.
        if (!name.matches("[^/\\\\\\x00]+") || name.equals(".") || name.equals("..")) {
            throw new RecipeException(
                    Kind.CLAIM,
                    published.toString(),
                    what + " has no name that a file could have",
                    "name it with " + option);
        }
        Path file = published.toAbsolutePath().resolveSibling(name);
        if (!Files.exists(file)) {
            throw new RecipeException(
                    Kind.CLAIM,
                    published.toString(),
                    what + ", " + name + ", is not beside it",
                    "name it with " + option);
        }
        return file;
    }

    /** Whether the figures are the same: within their errors, and within the digits that kernels agree on. */
    public boolean holds() {
        return claimed.tokens() == measured.tokens()
                && same(claimed.kl(), measured.kl())
                && same(claimed.perplexity(), measured.perplexity())
                && same(claimed.basePerplexity(), measured.basePerplexity())
                && same(claimed.ratio(), measured.ratio())
                && same(claimed.sameTop(), measured.sameTop());
    }

    /** By the error that was measured, not by the one that is claimed: on the same text the same comes out, errors included. */
    private static boolean same(Estimate claimed, Estimate measured) {
        double room = Math.max(measured.error() / 10, DIGITS * Math.abs(measured.value()));
        return Math.abs(claimed.value() - measured.value()) <= room
                && Math.abs(claimed.error() - measured.error()) <= measured.error() / 10 + DIGITS;
    }
}
