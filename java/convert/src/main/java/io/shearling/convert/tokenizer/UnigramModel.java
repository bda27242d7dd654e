package io.shearling.convert.tokenizer;

import java.util.Arrays;
import java.util.Optional;

/** The likeliest row of tokens, found by Viterbi's way; what no token covers is unknown. */
final class UnigramModel implements TokenModel {
    /** How much less likely than the least likely token an unknown letter is. */
    private static final double UNKNOWN_PENALTY = 10.0;

    private final Vocabulary vocabulary;
    private final Optional<ByteTokens> byteTokens;
    private final int unknown;
    private final double unknownScore;
    private final int longest;

    private UnigramModel(TokenizerJson json) {
        vocabulary = json.vocabulary();
        byteTokens = json.byteFallback() ? Optional.of(new ByteTokens(vocabulary)) : Optional.empty();
        unknown = json.model().findInt("unk_id").orElse(-1);
        if (unknown >= vocabulary.end()) {
            throw json.model().fault("has an unknown token that is none");
        }
        double least = 0;
        int most = 1;
        for (int id = 0; id < vocabulary.end(); id++) {
            least = Math.min(least, vocabulary.score(id));
            most = Math.max(most, vocabulary.text(id).orElse("").length());
        }
        unknownScore = least - UNKNOWN_PENALTY;
        longest = most;
    }

    static UnigramModel of(TokenizerJson json) {
        return new UnigramModel(json);
    }

    @Override
    public void encode(String piece, Ids ids) {
        int[] starts = new int[piece.length() + 1];
        int[] tokens = new int[piece.length() + 1];
        walk(piece, starts, tokens);
        Ids backwards = new Ids();
        int end = piece.length();
        while (end > 0) {
            int start = starts[end];
            if (tokens[end] < 0) {
                // Unknown letters side by side are one unknown token.
                while (start > 0 && tokens[start] < 0) {
                    start = starts[start];
                }
            }
            if (tokens[end] >= 0) {
                backwards.add(tokens[end]);
            } else {
                unknown(piece.substring(start, end), backwards);
            }
            end = start;
        }
        int[] found = backwards.toArray();
        for (int i = found.length - 1; i >= 0; i--) {
            ids.add(found[i]);
        }
    }

    private void walk(String piece, int[] starts, int[] tokens) {
        double[] best = new double[piece.length() + 1];
        Arrays.fill(starts, -1);
        for (int at = 0; at < piece.length(); at = piece.offsetByCodePoints(at, 1)) {
            int next = piece.offsetByCodePoints(at, 1);
            boolean single = false;
            for (int end = next; end <= piece.length() && end - at <= longest; ) {
                int id = vocabulary.id(piece.substring(at, end));
                if (id >= 0) {
                    double score = best[at] + vocabulary.score(id);
                    if (starts[end] < 0 || score > best[end]) {
                        best[end] = score;
                        starts[end] = at;
                        tokens[end] = id == unknown ? -1 : id;
                    }
                    single |= end == next;
                }
                if (end == piece.length()) {
                    break;
                }
                end = piece.offsetByCodePoints(end, 1);
            }
            double score = best[at] + unknownScore;
            if (!single && (starts[next] < 0 || score > best[next])) {
                best[next] = score;
                starts[next] = at;
                tokens[next] = -1;
            }
        }
    }

    private void unknown(String text, Ids backwards) {
        Optional<int[]> bytes = byteTokens.flatMap(tokens -> tokens.of(text));
        if (bytes.isPresent()) {
            for (int i = bytes.get().length - 1; i >= 0; i--) {
                backwards.add(bytes.get()[i]);
            }
        } else if (unknown >= 0) {
            int known = vocabulary.id(text);
            backwards.add(known >= 0 ? known : unknown);
        }
    }
}
