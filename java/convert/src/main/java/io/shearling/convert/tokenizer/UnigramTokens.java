package io.shearling.convert.tokenizer;

import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.json.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The tokens of a unigram model, and what is done to a text before them.
 *
 * @param spacePrefix whether a text begins as if a space were before it
 * @param removeExtraSpaces whether spaces side by side are one
 * @param charsmap the table of characters, empty for none
 */
record UnigramTokens(TokenTable tokens, boolean spacePrefix, boolean removeExtraSpaces, GgufArray charsmap) {
    private static final float UNUSED = -10_000;
    /** Fairseq's tokens, which stand before those of SentencePiece and for three of them. */
    private static final List<String> FIRST = List.of("<s>", "<pad>", "</s>", "<unk>");

    private static final int REPLACED = 3;
    private static final int MASK = 250_001;

    /** Those of a SentencePiece model, moved to where XLM-RoBERTa has them. */
    static UnigramTokens of(String file, SentencePieceModel model, Optional<Integer> size) {
        if (!model.unigram()) {
            throw JsonPart.fault(file, "the model is not of the kind unigram");
        }
        List<SentencePieceModel.Piece> pieces = model.pieces();
        int count = Math.max(size.orElse(0), pieces.size());
        // One more place in front, and the last one goes.
        TokenTable tokens = new TokenTable(count, UNUSED);
        for (int id = 0; id < FIRST.size() && id < count; id++) {
            TokenType type = id == REPLACED ? TokenType.UNKNOWN : TokenType.CONTROL;
            tokens.set(id, FIRST.get(id), type, 0);
        }
        for (int id = FIRST.size(); id < count; id++) {
            int from = id - 1;
            if (from < pieces.size()) {
                SentencePieceModel.Piece piece = pieces.get(from);
                tokens.set(id, piece.text(), piece.tokenType(), piece.score());
            } else {
                tokens.set(id, "[PAD" + from + "]", TokenType.UNUSED, UNUSED);
            }
        }
        return new UnigramTokens(tokens, model.dummyPrefix(), model.removeExtraSpaces(), model.charsmap());
    }

    /** Sets the one token behind SentencePiece's that upstream knows of, in Nomic's models of experts. */
    void setMask(String file) {
        if (tokens.size() <= MASK) {
            throw JsonPart.fault(file, "the vocabulary has " + tokens.size() + " tokens and no place for a mask");
        }
        tokens.set(MASK, "<mask>", TokenType.CONTROL, 0);
    }

    /** Sets the added tokens that SentencePiece knows nothing of. */
    void fill(List<AddedToken> added) {
        for (AddedToken token : added) {
            if (token.id() < tokens.size() && tokens.type(token.id()) == TokenType.UNUSED) {
                tokens.set(
                        token.id(), token.content(), token.special() ? TokenType.CONTROL : TokenType.USER_DEFINED, 0);
            }
        }
    }

    /** Those of a {@code tokenizer.json}. */
    static UnigramTokens of(TokenizerJson json, TokenizerFiles files, Optional<Integer> size, boolean upstream) {
        if (json.type() != ModelType.UNIGRAM) {
            throw JsonPart.fault(
                    json.file(), "the tokenizer is of the kind " + json.type().label() + ", not Unigram");
        }
        Map<Integer, AddedToken> added = JsonTokens.added(json);
        Set<String> special = SpecialTexts.of(files);
        int unknown = files.config()
                .flatMap(part -> part.findText("unk_token"))
                .flatMap(text -> added.values().stream()
                        .filter(token -> token.content().equals(text))
                        .map(AddedToken::id)
                        .findFirst())
                .or(() -> json.model().findInt("unk_id"))
                .orElse(REPLACED);
        int end = json.vocabulary().end();
        int last = upstream ? end : JsonTokens.end(json, added);
        TokenTable tokens = new TokenTable(Math.max(size.orElse(0), last), UNUSED);
        added.forEach((id, token) -> {
            // Upstream leaves out what comes behind the model's own.
            if (id >= end && id < last) {
                tokens.set(id, token.content(), token.special() ? TokenType.CONTROL : TokenType.USER_DEFINED, 0);
            }
        });
        for (int id = 0; id < end; id++) {
            String text = json.vocabulary().text(id).orElseThrow();
            TokenType type = id == unknown
                    ? TokenType.UNKNOWN
                    : special.contains(text)
                            ? TokenType.CONTROL
                            : added.containsKey(id) ? TokenType.USER_DEFINED : TokenType.NORMAL;
            tokens.set(id, text, type, (float) json.vocabulary().score(id));
        }
        Optional<JsonPart> normalizer = json.normalizer();
        GgufArray charsmap = GgufArray.ofBytes(normalizer
                .flatMap(UnigramTokens::precompiled)
                .map(PrecompiledCharacters::bytes)
                .orElse(new byte[0]));
        if (upstream) {
            return new UnigramTokens(
                    tokens, flag(files, "add_prefix_space"), flag(files, "clean_up_tokenization_spaces"), charsmap);
        }
        boolean prefix = json.preTokenizer().map(part -> steps(part, "Metaspace")).orElse(List.of()).stream()
                .anyMatch(part -> Metaspace.of(part).prefix() != Metaspace.Prefix.NEVER);
        boolean remove = !json.preTokenizer()
                        .map(part -> steps(part, "WhitespaceSplit"))
                        .orElse(List.of())
                        .isEmpty()
                || !normalizer
                        .map(part -> steps(part, "Replace"))
                        .orElse(List.of())
                        .isEmpty();
        return new UnigramTokens(tokens, prefix, remove, charsmap);
    }

    private static boolean flag(TokenizerFiles files, String name) {
        return files.config()
                .flatMap(part -> part.fields().find(name))
                .flatMap(JsonValue::bool)
                .orElse(false);
    }

    private static Optional<JsonPart> precompiled(JsonPart normalizer) {
        return steps(normalizer, "Precompiled").stream().findFirst();
    }

    private static List<JsonPart> steps(JsonPart part, String type) {
        if (part.type().equals("Sequence")) {
            String list = part.fields().find("pretokenizers").isPresent() ? "pretokenizers" : "normalizers";
            return part.parts(list).stream()
                    .flatMap(step -> steps(step, type).stream())
                    .toList();
        }
        return part.type().equals(type) ? List.of(part) : List.of();
    }
}
