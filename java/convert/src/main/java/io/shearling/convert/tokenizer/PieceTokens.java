package io.shearling.convert.tokenizer;

import java.util.List;
import java.util.Optional;

/** The tokens of a SentencePiece model, and those that were added to them later. */
final class PieceTokens {
    private static final float UNUSED = -10_000;
    private static final float ADDED = -1_000;

    private PieceTokens() {}

    /** The tokens, up to the size that the model has; numbers beyond are left out. */
    static TokenTable of(SentencePieceModel model, TokenizerFiles files, Optional<Integer> size) {
        TokenTable tokens = withAddedFile(model, files, size);
        for (AddedToken token : files.configuredTokens()) {
            boolean control = token.special() || TokenTable.looksSpecial(token.content());
            add(tokens, token, control ? token.content() : token.content().replace(Metaspace.LETTER, " "), control);
        }
        return tokens;
    }

    /** The same for Phi-3, whose added tokens are in {@code tokenizer.json} too. */
    static TokenTable ofPhi(SentencePieceModel model, TokenizerFiles files, Optional<Integer> size) {
        TokenTable tokens = withAddedFile(model, files, size);
        files.configuredTokens().forEach(token -> add(tokens, token, token.content(), token.special()));
        files.json()
                .map(TokenizerJson::addedTokens)
                .orElse(List.of())
                .forEach(token -> add(tokens, token, token.content(), token.special()));
        return tokens;
    }

    private static void add(TokenTable tokens, AddedToken token, String text, boolean control) {
        if (token.id() < tokens.size()) {
            tokens.set(token.id(), text, control ? TokenType.CONTROL : TokenType.USER_DEFINED, ADDED);
        }
    }

    private static TokenTable withAddedFile(SentencePieceModel model, TokenizerFiles files, Optional<Integer> size) {
        List<SentencePieceModel.Piece> pieces = model.pieces();
        TokenTable tokens = new TokenTable(size.filter(count -> count > 0).orElse(pieces.size()), UNUSED);
        for (int id = 0; id < Math.min(pieces.size(), tokens.size()); id++) {
            SentencePieceModel.Piece piece = pieces.get(id);
            tokens.set(id, piece.text(), piece.tokenType(), piece.score());
        }
        files.find("added_tokens.json")
                .flatMap(JsonPart::find)
                .ifPresent(part -> part.fields().values().forEach((text, value) -> {
                    long id = value.integer().orElse(-1L);
                    if (id >= 0 && id < tokens.size()) {
                        tokens.set((int) id, text, TokenType.USER_DEFINED, ADDED);
                    }
                }));
        return tokens;
    }
}
