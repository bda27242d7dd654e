package io.shearling.recipes.evaluate;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.recipes.CalibrationTexts;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.Text;
import io.shearling.runtime.Model;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import io.shearling.runtime.measure.RowsForm;
import io.shearling.runtime.measure.Scorer;
import io.shearling.runtime.measure.ScorerOptions;
import io.shearling.runtime.measure.TokenScores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Evaluates a model on a text, alone or beside the base that it was made from. Two models run over the same chunks at the same
 * time, so nothing of the base has to be stored; it can be, for later evaluations.
 */
public final class Evaluation {
    // llama-perplexity's own: they choose the shapes of the products, and those may choose the kernels.
    private static final int BATCH_TOKENS = 2048;
    private static final int MICRO_BATCH_TOKENS = 512;

    /** A standard error of fewer chunks is itself too unsure to stop by. */
    private static final int LEAST_CHUNKS_TO_STOP = 4;

    private final Model candidate;
    private final Base base;
    private final EvaluationOptions options;
    private final BaseOutputs outputs;
    private final EvaluationTokens tokens;
    private final EvaluationSums sums;
    private final List<BaseWriter> writers = new ArrayList<>();

    private Evaluation(
            Model candidate, Base base, EvaluationTokens tokens, EvaluationOptions options, BaseOutputs outputs) {
        this.candidate = candidate;
        this.base = base;
        this.tokens = tokens;
        this.options = options;
        this.outputs = outputs;
        boolean loaded = base instanceof Base.Loaded;
        sums = new EvaluationSums(
                loaded || base instanceof Base.Cache, base instanceof Base.Logits || (loaded && options.stored()));
    }

    /** The perplexity of a model. Blocks; an interrupt cancels. Throws as {@link #run}. */
    public static EvaluationReport of(Model model, Text text, EvaluationOptions options, EvaluationListener listener) {
        return run(model, new Base.None(), Optional.of(text), options, BaseOutputs.NONE, listener);
    }

    /** The perplexity of a candidate, and how far it is from its base. Blocks; an interrupt cancels. Throws as {@link #run}. */
    public static EvaluationReport against(
            Model base, Model candidate, Text text, EvaluationOptions options, EvaluationListener listener) {
        return run(candidate, new Base.Loaded(base), Optional.of(text), options, BaseOutputs.NONE, listener);
    }

    /**
     * Evaluates a candidate. Blocks; an interrupt cancels, and then no output is left.
     *
     * @param text may be left out where the base is a file, which has its tokens
     * @throws RecipeException when the text is too short, the vocabularies differ, or a file of a base is not what it
     *     should be or cannot be written
     * @throws ShearlingException {@link ErrorCode#UNSUPPORTED} when a model foretells no tokens, {@link ErrorCode#CANCELLED}
     *     after an interrupt, {@link ErrorCode#NATIVE} when one computes what is no number
     */
    public static EvaluationReport run(
            Model candidate,
            Base base,
            Optional<Text> text,
            EvaluationOptions options,
            BaseOutputs outputs,
            EvaluationListener listener) {
        boolean fromFile = base instanceof Base.Logits || base instanceof Base.Cache;
        if (outputs.any() && (fromFile || options.enough() > 0)) {
            throw new IllegalArgumentException("a base is written only where it runs, and to the last chunk");
        }
        if (base instanceof Base.Loaded loaded) {
            Vocabularies.requireSame(loaded.model(), candidate);
        }
        if (!options.allowCalibrationText()) {
            text.ifPresent(seen -> requireUnseen(candidate, seen));
        }
        EvaluationTokens tokens = EvaluationTokens.of(candidate, base, text, options);
        return new Evaluation(candidate, base, tokens, options, outputs).run(listener);
    }

    private static void requireUnseen(Model candidate, Text text) {
        try (GgufFile file = GgufFile.open(candidate.path())) {
            if (CalibrationTexts.of(file.metadata()).contains(text)) {
                throw new RecipeException(
                        Kind.TEXT,
                        text.name(),
                        candidate.name() + " was made with this text, and would look better on it than it is",
                        "take another one, or allow it with --allow-calibration-text");
            }
        }
    }

    private EvaluationReport run(EvaluationListener listener) {
        int all = tokens.chunks(candidate, options);
        int done;
        try {
            try (Scorer scorer = Scorer.open(candidate, model(), shape())) {
                openFiles(scorer, all);
                done = run(scorer, all, listener);
            }
            writers.forEach(BaseWriter::commit);
        } finally {
            writers.forEach(BaseWriter::discard);
        }
        return report(done, done < all);
    }

    private Optional<Model> model() {
        return base instanceof Base.Loaded loaded ? Optional.of(loaded.model()) : Optional.empty();
    }

    private ScorerOptions shape() {
        return new ScorerOptions(
                options.contextTokens(), BATCH_TOKENS, MICRO_BATCH_TOKENS, options.threads(), options.stored());
    }

    private int run(Scorer scorer, int all, EvaluationListener listener) {
        int done = 0;
        while (done < all && !(done >= LEAST_CHUNKS_TO_STOP && isEnough())) {
            int count = Math.min(scorer.chunksPerStep(), all - done);
            TokenScores scores = step(scorer, done, count);
            sums.add(scores);
            if (base instanceof Base.Loaded || base instanceof Base.Cache) {
                listener.divergences(IntStream.range(0, scores.count())
                        .mapToDouble(scores::kl)
                        .toArray());
            }
            done += count;
            listener.progress(done, all, sums.figure());
        }
        return done;
    }

    private TokenScores step(Scorer scorer, int done, int count) {
        int[] chunks = tokens.of(done, count, options.contextTokens());
        try {
            return scorer.step(done, count, chunks);
        } catch (ShearlingException e) {
            List<Model> models = Stream.concat(Stream.of(candidate), model().stream())
                    .distinct()
                    .toList();
            throw e.code() == ErrorCode.NOT_FINITE ? BrokenActivations.located(e, models, chunks, options) : e;
        }
    }

    private boolean isEnough() {
        return options.enough() > 0 && sums.figure().relativeError() <= options.enough();
    }

    private void openFiles(Scorer scorer, int chunks) {
        if (base instanceof Base.Logits logits) {
            read(scorer, logits.file());
        } else if (base instanceof Base.Cache cache) {
            read(scorer, cache.file());
        }
        outputs.logits().ifPresent(target -> write(scorer, target, RowsForm.STORED, chunks));
        outputs.cache().ifPresent(target -> write(scorer, target, RowsForm.COMPACT, chunks));
    }

    private void read(Scorer scorer, Path file) {
        BaseFile head = tokens.stored().orElseThrow();
        long rows = (long) head.chunks() * scorer.scoredPerChunk();
        long wanted = head.sizeBytes() + rows * scorer.rowBytes(head.form());
        try {
            if (Files.size(file) != wanted) {
                throw new RecipeException(
                        Kind.IO,
                        file.toString(),
                        "it has " + Files.size(file) + " bytes, and its head speaks of " + wanted,
                        "it is not whole: make it again");
            }
        } catch (IOException e) {
            throw new RecipeException(
                    Kind.IO, file.toString(), "it cannot be read (" + e.getMessage() + ")", "make it again", e);
        }
        scorer.readBase(head.form(), file, head.sizeBytes());
    }

    private void write(Scorer scorer, Path target, RowsForm form, int chunks) {
        Path origin = model().orElse(candidate).path();
        BaseFile head = new BaseFile(
                form,
                options.contextTokens(),
                candidate.tokenizer().vocabulary().size(),
                chunks,
                form == RowsForm.STORED ? "" : Fingerprint.of(origin),
                tokens.of(0, chunks, options.contextTokens()));
        writers.add(BaseWriter.begin(target, head, scorer, List.of(candidate.path(), origin, Path.of(tokens.name()))));
    }

    private Optional<String> baseName() {
        if (base instanceof Base.Logits logits) {
            return Optional.of(logits.file().toString());
        }
        return base instanceof Base.Cache cache
                ? Optional.of(cache.file().toString())
                : model().map(model -> model.path().toString());
    }

    private EvaluationReport report(int chunks, boolean stoppedEarly) {
        return new EvaluationReport(
                candidate.path().toString(),
                baseName(),
                tokens.name(),
                tokens.sha256(),
                tokens.all().length,
                options.contextTokens(),
                chunks,
                sums.tokens(),
                stoppedEarly,
                sums.perplexity(),
                sums.comparison(),
                sums.stored(),
                sums.storedBound());
    }
}
