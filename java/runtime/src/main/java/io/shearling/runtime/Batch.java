package io.shearling.runtime;

import io.shearling.runtime.bridge.NativeContext;
import io.shearling.runtime.error.ShearlingException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What one step computes: a token for every sequence that generates, and prompts in what room is left.
 *
 * <p>Where there are other sequences to serve, prompts come in pieces, so that no stream stalls for a whole prompt and little is
 * lost when a step is aborted. Belongs to the scheduler's thread.
 *
 * @param shares what each sequence has in it
 * @param promptTokens tokens of prompts
 */
record Batch(List<Share> shares, int promptTokens) {
    /**
     * A sequence's part of the batch.
     *
     * @param tokens how many it has added, to its memory too
     * @param output batch index of the token whose successor is to be chosen, or -1
     */
    record Share(Sequence sequence, int tokens, int output) {}

    /**
     * Ends cancelled generations, then fills the context's batch with the sequences that can go on.
     *
     * @param piece most tokens of prompts where somebody else waits
     */
    static Batch fill(NativeContext context, Sequence[] sequences, int piece) {
        context.clearBatch();
        List<Share> shares = new ArrayList<>(sequences.length);
        List<Sequence> prompts = new ArrayList<>(sequences.length);
        for (Sequence sequence : sequences) {
            if (sequence.endIfCancelled() || !sequence.ready()) {
                continue;
            }
            if (sequence.generating()) {
                add(shares, sequence, Sequence::addToken);
            } else {
                prompts.add(sequence);
            }
        }
        int room = context.info().batchTokens() - shares.size();
        boolean alone = shares.isEmpty() && prompts.size() == 1;
        if (!alone || piece < context.info().microBatchTokens()) {
            room = Math.min(room, piece);
        }
        // The oldest first, or somebody with long prompts and a low number would keep the others waiting for ever.
        prompts.sort((one, other) -> Long.signum(one.submitted() - other.submitted()));
        int promptTokens = 0;
        for (Sequence sequence : prompts) {
            int left = room - promptTokens;
            if (left > 0) {
                promptTokens += add(shares, sequence, one -> one.addPrompt(left));
            }
        }
        return new Batch(shares, promptTokens);
    }

    /** Adds a sequence's share, or ends its generation alone where the context refuses that; how many tokens it was. */
    private static int add(List<Share> shares, Sequence sequence, Function<Sequence, Share> share) {
        try {
            Share added = share.apply(sequence);
            shares.add(added);
            return added.tokens();
        } catch (ShearlingException e) {
            sequence.fail(e);
            return 0;
        }
    }

    boolean isEmpty() {
        return shares.isEmpty();
    }

    int tokens() {
        return shares.stream().mapToInt(Share::tokens).sum();
    }
}
