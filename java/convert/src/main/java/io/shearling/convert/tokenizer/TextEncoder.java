package io.shearling.convert.tokenizer;

import java.util.List;
import java.util.Optional;

/** Encodes a text as the file says: cuts added tokens out, normalizes, splits, asks the model, adds special tokens. */
final class TextEncoder {
    private final AddedTokens raw = new AddedTokens();
    private final AddedTokens normalized = new AddedTokens();
    private final TextNormalizer normalizer;
    private final PreTokenizer preTokenizer;
    private final TokenModel model;
    private final Optional<PostProcessor> postProcessor;

    private TextEncoder(TokenizerJson json) {
        normalizer = json.normalizer().map(TextNormalizer::of).orElse(text -> text);
        preTokenizer = json.preTokenizer().map(PreTokenizer::of).orElse(List::of);
        model = TokenModel.of(json);
        postProcessor = json.postProcessor().map(PostProcessor::of);
        for (AddedToken token : json.addedTokens()) {
            if (token.normalized()) {
                normalized.add(normalizer.normalize(token.content()), token);
            } else {
                raw.add(token.content(), token);
            }
        }
    }

    /** What encodes as this file says. */
    static TextEncoder of(TokenizerJson json) {
        return new TextEncoder(json);
    }

    /**
     * The tokens of a text.
     *
     * @param special whether those are added that mark its beginning and end
     */
    int[] encode(String text, boolean special) {
        Ids ids = new Ids();
        for (AddedTokens.Found part : raw.find(text)) {
            if (part.id() >= 0) {
                ids.add(part.id());
            } else {
                between(text.substring(part.start(), part.end()), part.start() == 0, ids);
            }
        }
        int[] found = ids.toArray();
        return special && postProcessor.isPresent() ? postProcessor.get().wrap(found) : found;
    }

    /** The pieces of a text without added tokens that the model would see, in order. */
    List<String> pieces(String text) {
        return preTokenizer.split(new Piece(normalizer.normalize(text), true)).stream()
                .map(Piece::text)
                .toList();
    }

    private void between(String text, boolean first, Ids ids) {
        String changed = normalizer.normalize(text);
        for (AddedTokens.Found part : normalized.find(changed)) {
            if (part.id() >= 0) {
                ids.add(part.id());
                continue;
            }
            Piece piece = new Piece(changed.substring(part.start(), part.end()), first && part.start() == 0);
            for (Piece word : preTokenizer.split(piece)) {
                model.encode(word.text(), ids);
            }
        }
    }
}
