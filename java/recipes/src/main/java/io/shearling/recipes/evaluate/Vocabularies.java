package io.shearling.recipes.evaluate;

import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.runtime.Model;
import io.shearling.runtime.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Two models can be compared token by token only when their tokens are the same. */
final class Vocabularies {
    private Vocabularies() {}

    /** @throws RecipeException when they differ, with the first difference */
    static void requireSame(Model base, Model candidate) {
        Tokenizer one = base.tokenizer();
        Tokenizer other = candidate.tokenizer();
        int size = one.vocabulary().size();
        if (size != other.vocabulary().size()) {
            throw refusal(
                    base, candidate, size + " tokens and " + other.vocabulary().size());
        }
        for (int token = 0; token < size; token++) {
            byte[] piece = one.bytes(token);
            byte[] otherPiece = other.bytes(token);
            if (!Arrays.equals(piece, otherPiece)) {
                throw refusal(
                        base, candidate, "token " + token + " is " + quoted(piece) + " and " + quoted(otherPiece));
            }
        }
        if (one.vocabulary().addsBeginOfText() != other.vocabulary().addsBeginOfText()
                || !one.vocabulary().beginOfText().equals(other.vocabulary().beginOfText())) {
            throw refusal(base, candidate, "a text begins in another way");
        }
    }

    private static RecipeException refusal(Model base, Model candidate, String difference) {
        return new RecipeException(
                Kind.MODEL,
                "the vocabularies of " + base.name() + " and " + candidate.name() + " differ",
                difference,
                "compare a model with the one that it was made from");
    }

    private static String quoted(byte[] piece) {
        return '"' + new String(piece, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", "?") + '"';
    }
}
