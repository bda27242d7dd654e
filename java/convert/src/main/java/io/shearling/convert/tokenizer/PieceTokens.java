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
        List<SentencePieceModel.Piece> pieces = model.pieces();
        TokenTable tokens = new TokenTable(size.filter(count -> count > 0).orElse(pieces.size()), UNUSED);
        for (int id = 0; id < Math.min(pieces.size(), tokens.size()); id++) {
            SentencePieceModel.Piece piece = pieces.get(id);
            tokens.set(id, piece.text(), piece.tokenType(), piece.score());
        }
        files.find("added_tokens.json")
                .flatMap(JsonFile::find)
                .ifPresent(part -> part.fields().values().forEach((text, value) -> {
                    long id = value.integer().orElse(-1L);
                    if (id >= 0 && id < tokens.size()) {
                        tokens.set((int) id, text, TokenType.USER_DEFINED, ADDED);
                    }
                }));
        for (AddedToken token : files.configuredTokens()) {
            if (token.id() < tokens.size()) {
                boolean control = token.special() || TokenTable.looksSpecial(token.content());
                tokens.set(
                        token.id(),
                        control ? token.content() : token.content().replace(Metaspace.LETTER, " "),
                        control ? TokenType.CONTROL : TokenType.USER_DEFINED,
                        ADDED);
            }
        }
        return tokens;
    }
}
