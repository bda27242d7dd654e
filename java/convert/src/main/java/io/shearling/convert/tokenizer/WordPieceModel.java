package io.shearling.convert.tokenizer;

/** The longest token first; a word that does not come out even is unknown as a whole. */
final class WordPieceModel implements TokenModel {
    private final Vocabulary vocabulary;
    private final int unknown;
    private final int longest;
    private final String prefix;

    private WordPieceModel(TokenizerJson json) {
        vocabulary = json.vocabulary();
        unknown = vocabulary.id(json.model().findText("unk_token").orElse("[UNK]"));
        longest = json.model().findInt("max_input_chars_per_word").orElse(100);
        prefix = json.model().findText("continuing_subword_prefix").orElse("##");
        if (unknown < 0) {
            throw json.model().fault("has an unknown token that is none");
        }
    }

    static WordPieceModel of(TokenizerJson json) {
        return new WordPieceModel(json);
    }

    @Override
    public void encode(String piece, Ids ids) {
        if (piece.codePointCount(0, piece.length()) > longest) {
            ids.add(unknown);
            return;
        }
        Ids found = new Ids();
        for (int start = 0; start < piece.length(); ) {
            int end = piece.length();
            int id = -1;
            while (end > start) {
                id = vocabulary.id((start == 0 ? "" : prefix) + piece.substring(start, end));
                if (id >= 0) {
                    break;
                }
                end = piece.offsetByCodePoints(end, -1);
            }
            if (id < 0) {
                ids.add(unknown);
                return;
            }
            found.add(id);
            start = end;
        }
        ids.addAll(found.toArray());
    }
}
