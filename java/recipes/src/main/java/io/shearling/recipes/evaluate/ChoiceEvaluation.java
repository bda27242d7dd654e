package io.shearling.recipes.evaluate;

import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.evaluate.ChoiceTask.Alternative;
import io.shearling.runtime.Model;
import io.shearling.runtime.Vocabulary;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import io.shearling.runtime.measure.Continuations;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * Lets a model choose between answers by their probability. What all answers of a task begin with is computed once, and counts
 * for none of them.
 */
public final class ChoiceEvaluation {
    /** For a question and eight answers of it. */
    private static final int ROOM = 2048;

    private final Model model;
    private final ChoiceTasks tasks;
    private int right;
    private int rightByByte;
    private int rightByToken;

    private ChoiceEvaluation(Model model, ChoiceTasks tasks) {
        this.model = model;
        this.tasks = tasks;
    }

    /**
     * Evaluates a model on tasks. Blocks; an interrupt cancels.
     *
     * @param threads that compute; 0: one a core
     * @param listener hears the accuracy so far after each task
     * @throws EvaluationException when a task is too long
     * @throws ShearlingException {@link ErrorCode#UNSUPPORTED} when the model foretells no tokens, {@link
     *     ErrorCode#CANCELLED} after an interrupt
     */
    public static ChoiceReport of(Model model, ChoiceTasks tasks, int threads, EvaluationListener listener) {
        return new ChoiceEvaluation(model, tasks).run(threads, listener);
    }

    private ChoiceReport run(int threads, EvaluationListener listener) {
        List<ChoiceTask> all = tasks.tasks();
        double chance = 0;
        try (Continuations continuations = Continuations.open(model, ROOM, threads)) {
            for (int i = 0; i < all.size(); i++) {
                score(continuations, all.get(i), i);
                chance += 1.0 / all.get(i).alternatives().size() / all.size();
                listener.progress(i + 1, all.size(), share(right, i + 1));
            }
        }
        int count = all.size();
        return new ChoiceReport(
                model.path().toString(),
                tasks.name(),
                count,
                chance,
                share(right, count),
                share(rightByByte, count),
                share(rightByToken, count));
    }

    private static Estimate share(int part, int count) {
        double share = (double) part / count;
        return new Estimate(share, count > 1 ? Math.sqrt(share * (1 - share) / (count - 1)) : 0);
    }

    private void score(Continuations continuations, ChoiceTask task, int number) {
        List<Alternative> alternatives = task.alternatives();
        int[][] tokens = alternatives.stream()
                .map(alternative -> encode(alternative.begin() + alternative.end()))
                .toArray(int[][]::new);
        int[] common = common(tokens);
        int[][] ends = new int[tokens.length][];
        for (int i = 0; i < tokens.length; i++) {
            ends[i] = Arrays.copyOfRange(tokens[i], common.length, tokens[i].length);
        }
        int[] before = common.length == 0 ? beginning() : common;
        requireRoom(continuations, before, ends, number);
        float[][] scores = continuations.score(before, ends);
        boolean sameBegin =
                alternatives.stream().map(Alternative::begin).distinct().count() == 1;
        double[] sums = new double[ends.length];
        double[] byByte = new double[ends.length];
        double[] byToken = new double[ends.length];
        for (int i = 0; i < ends.length; i++) {
            Alternative alternative = alternatives.get(i);
            int from = sameBegin ? 0 : encode(alternative.begin()).length - common.length;
            // An end of which no token begins for itself is scored with what stands before it.
            from = from >= ends[i].length ? 0 : Math.max(from, 0);
            for (int t = from; t < ends[i].length; t++) {
                sums[i] += scores[i][t];
            }
            byByte[i] = sums[i] / alternative.end().getBytes(StandardCharsets.UTF_8).length;
            byToken[i] = sums[i] / (ends[i].length - from);
        }
        right += largest(sums) == task.right() ? 1 : 0;
        rightByByte += largest(byByte) == task.right() ? 1 : 0;
        rightByToken += largest(byToken) == task.right() ? 1 : 0;
    }

    private int[] encode(String text) {
        return model.tokenizer().encode(text, true, false);
    }

    /** What all begin with, but of each at least the last token is left. */
    private static int[] common(int[][] tokens) {
        int length = tokens[0].length;
        for (int[] other : tokens) {
            int differs = Arrays.mismatch(tokens[0], 0, length, other, 0, Math.min(length, other.length));
            length = Math.min(differs < 0 ? length : differs, other.length - 1);
        }
        return Arrays.copyOf(tokens[0], Math.max(length, 0));
    }

    /** The token before a text, where alternatives differ from the first. */
    private int[] beginning() {
        Vocabulary vocabulary = model.tokenizer().vocabulary();
        OptionalInt token = vocabulary.beginOfText().isPresent() ? vocabulary.beginOfText() : vocabulary.endOfText();
        return new int[] {
            token.orElseThrow(() -> new RecipeException(
                    Kind.TEXT,
                    tasks.name(),
                    "it has alternatives that begin in different ways, and " + model.name()
                            + " has no token for the beginning of a text",
                    "put a word before them"))
        };
    }

    private void requireRoom(Continuations continuations, int[] before, int[][] ends, int number) {
        int longest = Arrays.stream(ends).mapToInt(end -> end.length).max().orElse(0);
        long wanted = before.length + (long) longest * Math.min(ends.length, 8);
        if (wanted > continuations.room()) {
            throw new RecipeException(
                    Kind.TEXT,
                    "task " + (number + 1) + " of " + tasks.name(),
                    "it takes " + wanted + " tokens and " + continuations.room() + " fit",
                    "shorten it or take it out");
        }
    }

    private static int largest(double[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            best = values[i] > values[best] ? i : best;
        }
        return best;
    }
}
