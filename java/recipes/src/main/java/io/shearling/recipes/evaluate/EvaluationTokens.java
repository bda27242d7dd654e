package io.shearling.recipes.evaluate;

import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.Text;
import io.shearling.runtime.Model;
import io.shearling.runtime.measure.RowsForm;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * The tokens that are evaluated, and where they came from.
 *
 * @param name of the text or the file
 * @param all of the text, or as many as the base's file has
 * @param stored the head of the base's file, if it has one
 */
@SuppressWarnings("ArrayRecordComponent") // written once, compared never
record EvaluationTokens(String name, Optional<String> sha256, int[] all, Optional<BaseFile> stored) {
    static EvaluationTokens of(Model candidate, Base base, Optional<Text> text, EvaluationOptions options) {
        Optional<int[]> own = text.map(t -> candidate.tokenizer().encode(t.text(), true, false));
        Optional<String> sha256 = text.map(Text::sha256);
        Path file;
        BaseFile head;
        if (base instanceof Base.Logits logits) {
            file = logits.file();
            head = BaseFile.read(file, RowsForm.STORED);
        } else if (base instanceof Base.Cache cache) {
            file = cache.file();
            head = BaseFile.read(file, RowsForm.COMPACT);
            cache.model().ifPresent(model -> requireMadeFrom(model, cache.file(), head));
        } else {
            Text read = text.orElseThrow(() ->
                    new RecipeException(Kind.TEXT, candidate.name(), "there is no text", "give one to evaluate on"));
            return new EvaluationTokens(read.name(), sha256, own.orElseThrow(), Optional.empty());
        }
        requireFit(candidate, file, head, options);
        if (own.isPresent()) {
            int[] found = own.get();
            int chunks = Math.min(head.chunks(), options.chunks() == 0 ? head.chunks() : options.chunks());
            int size = chunks * head.contextTokens();
            if (found.length < size || Arrays.mismatch(found, 0, size, head.tokens(), 0, size) >= 0) {
                throw new RecipeException(
                        Kind.TEXT,
                        file.toString(),
                        "it was made from another text than "
                                + text.map(Text::name).orElse(""),
                        "make it again, or leave the text out");
            }
        }
        String name = text.map(Text::name).orElse(file.toString());
        return new EvaluationTokens(name, sha256, head.tokens(), Optional.of(head));
    }

    private static void requireMadeFrom(Path model, Path file, BaseFile head) {
        if (!head.fingerprint().equals(Fingerprint.of(model))) {
            throw new RecipeException(
                    Kind.MODEL,
                    file.toString(),
                    "it was made from another base than " + model,
                    "remove it, or name another cache");
        }
    }

    private static void requireFit(Model candidate, Path file, BaseFile head, EvaluationOptions options) {
        int size = candidate.tokenizer().vocabulary().size();
        if (head.vocabulary() != size) {
            throw new RecipeException(
                    Kind.MODEL,
                    file.toString(),
                    "it is of a vocabulary of " + head.vocabulary() + " tokens, and " + candidate.name() + " has "
                            + size,
                    "compare a model with the one that it was made from");
        }
        if (head.contextTokens() != options.contextTokens()) {
            throw new RecipeException(
                    Kind.TEXT,
                    file.toString(),
                    "it was made with chunks of " + head.contextTokens() + " tokens, and " + options.contextTokens()
                            + " are asked for",
                    "ask for " + head.contextTokens());
        }
    }

    /** Chunks to run. */
    int chunks(Model candidate, EvaluationOptions options) {
        int there = all.length / options.contextTokens();
        int least = Math.max(1, options.chunks());
        if (there < least) {
            throw new RecipeException(
                    Kind.TEXT,
                    name,
                    "it has " + all.length + " tokens of " + candidate.name()
                            + ", which are " + there + " chunks of " + options.contextTokens() + ", and " + least
                            + (options.chunks() > 0 ? " are asked for" : " is needed"),
                    "give a longer text, or ask for fewer or shorter chunks");
        }
        return options.chunks() > 0 ? options.chunks() : there;
    }

    /** The tokens of chunks. */
    int[] of(int firstChunk, int chunks, int contextTokens) {
        return Arrays.copyOfRange(all, firstChunk * contextTokens, (firstChunk + chunks) * contextTokens);
    }
}
