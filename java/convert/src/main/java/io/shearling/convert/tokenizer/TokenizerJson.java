package io.shearling.convert.tokenizer;

import io.shearling.convert.ConvertException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A {@code tokenizer.json}: the vocabulary and the merges in compact tables, all else as it is in the file.
 *
 * @param file the file, as messages name it
 * @param type the kind of the model
 * @param model the model's settings without vocabulary and merges
 * @param merges none unless the model is BPE
 * @param addedTokens in the order of the file
 */
record TokenizerJson(
        String file,
        ModelType type,
        JsonPart model,
        Vocabulary vocabulary,
        Merges merges,
        List<AddedToken> addedTokens,
        Optional<JsonPart> normalizer,
        Optional<JsonPart> preTokenizer,
        Optional<JsonPart> postProcessor,
        Optional<JsonPart> decoder) {

    /**
     * Reads a file.
     *
     * @throws ConvertException when it cannot be read or is no such file
     */
    static TokenizerJson read(Path path) {
        return TokenizerJsonReader.read(path);
    }

    /** Whether letters that have no token become tokens of their bytes. */
    boolean byteFallback() {
        return model.flag("byte_fallback", false);
    }

    /** Whether a whole word that is a token is taken without merging. */
    boolean ignoreMerges() {
        return model.flag("ignore_merges", false);
    }

    /** The texts of a merge with a space between, spaces within them written as in byte-level vocabularies. */
    String mergeText(int rank) {
        String left = vocabulary.text(merges.left(rank)).orElseThrow();
        String right = vocabulary.text(merges.right(rank)).orElseThrow();
        return left.replace(' ', 'Ġ') + " " + right.replace(' ', 'Ġ');
    }
}
