package io.shearling.convert.tokenizer;

import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The tokens of a {@code tokenizer.json} as a GGUF file has them. */
final class JsonTokens {
    /** The score of what is no token of the model proper. */
    private static final float APART = -1000;

    private static final String BYTE = "<0x[0-9A-Fa-f]{2}>";

    private JsonTokens() {}

    /** Those of byte-level BPE, up to the size that the model has. */
    static TokenTable bytePairs(TokenizerJson json, TokenizerFiles files, Optional<Integer> size) {
        Map<Integer, AddedToken> added = added(json);
        TokenTable tokens = new TokenTable(size(json, added, size), 0);
        boolean tidied = files.config()
                .map(part -> part.flag("clean_up_tokenization_spaces", false))
                .orElse(false);
        for (int id = 0; id < tokens.size(); id++) {
            AddedToken token = added.get(id);
            if (token != null) {
                added(tokens, token, json, tidied);
            } else {
                int place = id;
                json.vocabulary().text(id).ifPresent(text -> tokens.set(place, text, TokenType.NORMAL, 0));
            }
        }
        return tokens;
    }

    /** Those of WordPiece, with the mark on what begins a word instead of on what goes on. */
    static TokenTable wordPieces(TokenizerJson json, TokenizerFiles files, Optional<Integer> size) {
        TokenTable tokens = bytePairs(json, files, size);
        for (int id = 0; id < tokens.size(); id++) {
            String text = tokens.text(id);
            if (tokens.type(id) != TokenType.CONTROL) {
                String marked = text.startsWith("##") ? text.substring(2) : Metaspace.LETTER + text;
                tokens.set(id, marked, tokens.type(id), 0);
            }
        }
        return tokens;
    }

    private static void added(TokenTable tokens, AddedToken token, TokenizerJson json, boolean tidied) {
        String text = token.normalized() ? token.content() : decoded(token.content(), json, tidied);
        if (token.special() || TokenTable.looksSpecial(text)) {
            tokens.set(token.id(), text, TokenType.CONTROL, 0);
        } else {
            tokens.set(token.id(), text.replace(Metaspace.LETTER, " "), TokenType.USER_DEFINED, 0);
        }
    }

    /** What comes back of a token that was encoded. */
    private static String decoded(String text, TokenizerJson json, boolean tidied) {
        boolean bytes = json
                .decoder()
                .map(part -> part.type().equals("Sequence") ? part.parts("decoders") : List.of(part))
                .orElse(List.of())
                .stream()
                .anyMatch(part -> part.type().equals("ByteLevel"));
        String decoded = bytes ? ByteLetters.decode(text) : text;
        if (!tidied) {
            return decoded;
        }
        return decoded.replace(" .", ".")
                .replace(" ?", "?")
                .replace(" !", "!")
                .replace(" ,", ",")
                .replace(" ' ", "'")
                .replace(" n't", "n't")
                .replace(" 'm", "'m")
                .replace(" 's", "'s")
                .replace(" 've", "'ve")
                .replace(" 're", "'re");
    }

    /**
     * Those of BPE with tokens of bytes, as SentencePiece would have them.
     *
     * @param upstream whether all scores are the same, which loses the order of the merges
     */
    static TokenTable bytesAsTokens(
            TokenizerJson json, TokenizerFiles files, Optional<Integer> size, boolean upstream) {
        Map<Integer, AddedToken> added = added(json);
        Set<String> special = SpecialTexts.of(files);
        int base = json.vocabulary().size();
        int end = Math.max(base, end(json, added));
        // Upstream writes no more than there are, though the model has more.
        TokenTable tokens = new TokenTable(upstream ? end : Math.max(end, size.orElse(0)), APART);
        float[] scores = scores(json, end, upstream);
        String unknown = json.model().findText("unk_token").orElse("");
        for (int id = 0; id < end; id++) {
            Optional<String> inModel = json.vocabulary().text(id);
            AddedToken token = added.get(id);
            if (inModel.isPresent() && (token == null || upstream || !token.special())) {
                String text = inModel.get();
                TokenType type = text.matches(BYTE)
                        ? TokenType.BYTE
                        : !upstream && text.equals(unknown)
                                ? TokenType.UNKNOWN
                                : special.contains(text) ? TokenType.CONTROL : TokenType.NORMAL;
                tokens.set(id, text, type, scores[id]);
            } else if (token != null) {
                boolean control = special.contains(token.content()) || (!upstream && token.special());
                TokenType type = !upstream && token.content().equals(unknown)
                        ? TokenType.UNKNOWN
                        : control ? TokenType.CONTROL : TokenType.USER_DEFINED;
                tokens.set(id, token.content(), type, APART);
            }
        }
        return tokens;
    }

    /**
     * Added tokens that are part of a text are cut out of it before it is merged.
     *
     * @param spaces whether those with spaces are too, which are then written as in a text; otherwise they are left to the merges
     */
    static void cutOutAdded(TokenTable tokens, TokenizerJson json, boolean spaces) {
        added(json).forEach((id, token) -> {
            String text = token.content();
            if (token.special() || tokens.type(id) == TokenType.UNKNOWN) {
                return;
            }
            if (TokenTable.looksSpecial(text)) {
                tokens.set(id, text, TokenType.CONTROL, APART);
            } else if (spaces || !text.contains(Metaspace.LETTER)) {
                tokens.set(id, text.replace(Metaspace.LETTER, " "), TokenType.USER_DEFINED, APART);
            }
        });
    }

    /** The sooner two tokens are merged, the higher the score of what they become. */
    private static float[] scores(TokenizerJson json, int end, boolean upstream) {
        float[] scores = new float[end];
        if (upstream) {
            Arrays.fill(scores, APART);
            return scores;
        }
        int merges = json.merges().size();
        Arrays.fill(scores, -merges);
        for (int rank = merges - 1; rank >= 0; rank--) {
            String left = json.vocabulary().text(json.merges().left(rank)).orElseThrow();
            String right = json.vocabulary().text(json.merges().right(rank)).orElseThrow();
            int id = json.vocabulary().id(left + right);
            if (id >= 0) {
                scores[id] = -rank;
            }
        }
        return scores;
    }

    /** The added tokens by number: that of the model, where it has the text. */
    static Map<Integer, AddedToken> added(TokenizerJson json) {
        Map<Integer, AddedToken> added = new HashMap<>();
        for (AddedToken token : json.addedTokens()) {
            int id = json.vocabulary().id(token.content());
            added.put(
                    id < 0 ? token.id() : id,
                    new AddedToken(
                            id < 0 ? token.id() : id,
                            token.content(),
                            token.special(),
                            token.normalized(),
                            token.lstrip(),
                            token.rstrip(),
                            token.singleWord()));
        }
        return added;
    }

    /** One more than the largest number. */
    static int end(TokenizerJson json, Map<Integer, AddedToken> added) {
        return added.keySet().stream()
                .mapToInt(id -> id + 1)
                .reduce(json.vocabulary().end(), Math::max);
    }

    private static int size(TokenizerJson json, Map<Integer, AddedToken> added, Optional<Integer> size) {
        int end = end(json, added);
        int wanted = size.orElse(end);
        if (end > wanted) {
            throw new ConvertException(
                    Kind.TOKENIZER,
                    json.file(),
                    "there is a token with the number " + (end - 1) + ", and config.json says vocab_size " + wanted,
                    "fetch the tokenizer that belongs to this model");
        }
        return wanted;
    }
}
