package io.shearling.convert.tokenizer;

import java.util.Arrays;
import java.util.Optional;
import java.util.PriorityQueue;

/** Byte pair encoding: letters become tokens, and neighbours are joined in the order of the merges. */
final class BpeModel implements TokenModel {
    private final Vocabulary vocabulary;
    private final MergeTable merges;
    private final Optional<ByteTokens> byteTokens;
    private final boolean ignoreMerges;
    private final boolean fuseUnknown;
    private final int unknown;
    private final String prefix;
    private final String suffix;

    private BpeModel(TokenizerJson json) {
        JsonPart settings = json.model();
        vocabulary = json.vocabulary();
        prefix = settings.findText("continuing_subword_prefix").orElse("");
        suffix = settings.findText("end_of_word_suffix").orElse("");
        merges = new MergeTable(json, prefix.length());
        byteTokens = json.byteFallback() ? Optional.of(new ByteTokens(vocabulary)) : Optional.empty();
        ignoreMerges = json.ignoreMerges();
        fuseUnknown = settings.flag("fuse_unk", false);
        Optional<String> unknownText = settings.findText("unk_token");
        unknown = unknownText.map(vocabulary::id).orElse(-1);
        if (unknownText.isPresent() && unknown < 0) {
            throw settings.fault("has an unknown token that is none");
        }
    }

    static BpeModel of(TokenizerJson json) {
        return new BpeModel(json);
    }

    /**
     * Two neighbours that may be joined.
     *
     * @param at the place of the left one
     */
    private record Join(int rank, int at, int result) implements Comparable<Join> {
        @Override
        public int compareTo(Join other) {
            return rank != other.rank ? Integer.compare(rank, other.rank) : Integer.compare(at, other.at);
        }
    }

    @Override
    public void encode(String piece, Ids ids) {
        int whole = ignoreMerges ? vocabulary.id(piece) : -1;
        if (whole >= 0) {
            ids.add(whole);
        } else {
            join(letters(piece), ids);
        }
    }

    private int[] letters(String piece) {
        Ids letters = new Ids();
        boolean waiting = false;
        for (int at = 0; at < piece.length(); ) {
            int end = piece.offsetByCodePoints(at, 1);
            String letter = (at == 0 ? "" : prefix) + piece.substring(at, end) + (end == piece.length() ? suffix : "");
            at = end;
            int id = vocabulary.id(letter);
            if (id >= 0) {
                if (waiting) {
                    letters.add(unknown);
                    waiting = false;
                }
                letters.add(id);
                continue;
            }
            Optional<int[]> bytes = byteTokens.flatMap(tokens -> tokens.of(letter));
            if (bytes.isPresent()) {
                letters.addAll(bytes.get());
            } else if (unknown >= 0) {
                if (waiting && !fuseUnknown) {
                    letters.add(unknown);
                }
                waiting = true;
            }
        }
        if (waiting) {
            letters.add(unknown);
        }
        return letters.toArray();
    }

    private void join(int[] tokens, Ids ids) {
        int[] next = new int[tokens.length];
        int[] previous = new int[tokens.length];
        Arrays.setAll(next, i -> i + 1);
        Arrays.setAll(previous, i -> i - 1);
        PriorityQueue<Join> joins = new PriorityQueue<>();
        for (int i = 0; i + 1 < tokens.length; i++) {
            offer(joins, tokens, i, i + 1);
        }
        while (!joins.isEmpty()) {
            Join join = joins.poll();
            int at = join.at();
            int right = next[at];
            // What it was found for may have been joined otherwise since.
            if (tokens[at] < 0 || right >= tokens.length || !holds(join, tokens[at], tokens[right])) {
                continue;
            }
            tokens[at] = join.result();
            tokens[right] = -1;
            next[at] = next[right];
            if (next[at] < tokens.length) {
                previous[next[at]] = at;
                offer(joins, tokens, at, next[at]);
            }
            if (previous[at] >= 0) {
                offer(joins, tokens, previous[at], at);
            }
        }
        for (int token : tokens) {
            if (token >= 0) {
                ids.add(token);
            }
        }
    }

    private boolean holds(Join join, int left, int right) {
        int slot = merges.find(left, right);
        return slot >= 0 && merges.result(slot) == join.result();
    }

    private void offer(PriorityQueue<Join> joins, int[] tokens, int left, int right) {
        int slot = merges.find(tokens[left], tokens[right]);
        if (slot >= 0) {
            joins.add(new Join(merges.rank(slot), left, merges.result(slot)));
        }
    }
}
