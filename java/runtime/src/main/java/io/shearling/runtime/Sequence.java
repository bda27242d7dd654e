package io.shearling.runtime;

import io.shearling.runtime.bridge.NativeContext;
import io.shearling.runtime.bridge.TokenChoice;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One of an engine's sequences: the tokens it has in memory and the generation it serves. Belongs to the scheduler's thread,
 * but for {@code taken}, which the scheduler's lock guards.
 */
final class Sequence {
    private static final int[] NOTHING = {};

    private final int id;
    private final NativeContext context;
    private final TokenMemory memory = new TokenMemory();
    private final int[] one = new int[1];
    private byte[] piece = new byte[64];

    /** What has to be in memory before the next token can be chosen; empty while tokens follow one by one. */
    private int[] wanted = NOTHING;

    boolean taken;
    volatile @Nullable Generation generation;

    Sequence(int id, NativeContext context) {
        this.id = id;
        this.context = context;
    }

    /** Takes a generation on: keeps what memory and prompt have in common and forgets the rest. */
    void begin(Generation next) {
        generation = next;
        if (next.cancelled()) {
            end(FinishReason.CANCELLED);
            return;
        }
        try {
            // The last token is always computed anew: its logits are needed.
            int keep = Math.min(memory.commonPrefix(next.prompt), next.prompt.length - 1);
            keep = rewind(keep);
            next.start(id, keep);
            wanted = next.prompt;
            next.sampler().accept(next.prompt);
        } catch (ShearlingException e) {
            fail(e);
        }
    }

    /** Forgets all but the first {@code keep} tokens; where the memory cannot, all of them. Returns how many are left. */
    private int rewind(int keep) {
        boolean complete = complete(keep);
        if (keep < memory.size() || !complete) {
            if (keep == 0 || !complete || !context.remove(id, keep, -1)) {
                keep = 0;
                context.remove(id, 0, -1);
            }
        }
        memory.truncate(keep);
        return keep;
    }

    /** Whether all is still there that the tokens after the first {@code keep} look back on. */
    private boolean complete(int keep) {
        int window = context.info().slidingWindow();
        if (window == 0 || keep == 0) {
            return true;
        }
        // The next token sees itself and window - 1 before it. A full cache has no more than these, so one more is not
        // asked for.
        int first = context.firstPosition(id);
        return first >= 0 && first <= Math.max(0, keep - window + 1);
    }

    void forget() {
        context.remove(id, 0, -1);
        memory.truncate(0);
    }

    /** Whether the next step has something to do here: work, or a cancelled generation to end. */
    boolean ready() {
        Generation now = generation;
        return now != null && (now.cancelled() || now.events.hasRoom());
    }

    /** Whether the next step computes the token that was chosen last, and not a text before it. */
    boolean generating() {
        return generation != null && wanted.length == 0;
    }

    /** Nanoseconds on the clock of {@link System#nanoTime} when the generation was asked for. */
    long submitted() {
        return running().submitted();
    }

    boolean endIfCancelled() {
        Generation now = generation;
        if (now != null && now.cancelled()) {
            end(FinishReason.CANCELLED);
            return true;
        }
        return false;
    }

    /** Adds the token that was chosen last. */
    Batch.Share addToken() {
        Generation now = running();
        one[0] = now.next;
        int index = context.addToBatch(id, memory.size(), one, 1, NativeContext.OUTPUT_LAST);
        memory.add(one, 0, 1);
        return new Batch.Share(this, 1, index);
    }

    /** Adds the prompt's next tokens, at most {@code room}, or those of a text that has to be computed again. */
    Batch.Share addPrompt(int room) {
        int from = memory.size();
        int count = Math.min(room, wanted.length - from);
        boolean last = from + count == wanted.length;
        int[] tokens = Arrays.copyOfRange(wanted, from, from + count);
        int first = context.addToBatch(
                id, from, tokens, count, last ? NativeContext.OUTPUT_LAST : NativeContext.OUTPUT_NONE);
        memory.add(tokens, 0, count);
        return new Batch.Share(this, count, last ? first + count - 1 : -1);
    }

    /** The step was aborted: memory goes back to where it was before, and the next step tries again. */
    void rollBack(int tokens) {
        int before = memory.size() - tokens;
        // A sliding window takes its cells back as a prompt goes on, also another sequence's: what was before the step
        // may be
        // gone, and no error says so. Then all is computed again.
        if (context.remove(id, before, -1) && complete(before)) {
            memory.truncate(before);
            return;
        }
        if (generating()) {
            wanted = memory.copy();
        }
        forget();
    }

    /** The step was computed: chooses the next token by the output of this index. */
    void advance(int output, Tokenizer tokenizer) {
        Generation now = running();
        if (now.cancelled()) {
            end(FinishReason.CANCELLED);
            return;
        }
        wanted = NOTHING;
        try {
            int token = now.sampler().sample(context, output);
            accept(now, token, output, tokenizer);
        } catch (ShearlingException e) {
            fail(e);
        }
    }

    private void accept(Generation now, int token, int output, Tokenizer tokenizer) {
        boolean last = now.chose(token);
        if (now.options.logProbabilities() >= 0) {
            now.events.put(event(context.probabilities(output, token, now.options.logProbabilities())));
        }
        if (tokenizer.endsText(token) && !now.options.ignoreEnd()) {
            end(FinishReason.END_OF_TEXT);
            return;
        }
        int length = tokenizer.piece(token, piece);
        if (length > piece.length) {
            piece = new byte[length];
            length = tokenizer.piece(token, piece);
        }
        if (now.say(piece, length)) {
            end(FinishReason.STOP_STRING);
        } else if (last) {
            end(FinishReason.MAX_TOKENS);
        } else if (memory.size() >= context.info().contextTokens()) {
            makeRoom(now);
        }
    }

    private void makeRoom(Generation now) {
        ContextFullPolicy policy = now.options.contextFull();
        if (policy instanceof ContextFullPolicy.Slide slide) {
            int keep = Math.min(slide.keep(), memory.size() - 2);
            int gone = Math.max(1, (memory.size() - keep) / 2);
            if (!context.remove(id, keep, keep + gone)) {
                throw new ShearlingException(
                        ErrorCode.UNSUPPORTED,
                        "this model's memory cannot forget a part of the text; use another policy");
            }
            context.shift(id, keep + gone, -1, -gone);
            memory.remove(keep, keep + gone);
        } else if (policy instanceof ContextFullPolicy.Fail) {
            throw new ShearlingException(
                    ErrorCode.CONTEXT_FULL,
                    "the context of " + context.info().contextTokens() + " tokens is full; open a larger one");
        } else {
            end(FinishReason.CONTEXT_FULL);
        }
    }

    private static GenerationEvent.Token event(TokenChoice choice) {
        List<GenerationEvent.Candidate> likeliest = new ArrayList<>(choice.likeliest().length);
        for (int i = 0; i < choice.likeliest().length; i++) {
            likeliest.add(new GenerationEvent.Candidate(choice.likeliest()[i], choice.logProbabilities()[i]));
        }
        return new GenerationEvent.Token(choice.token(), choice.logProbability(), likeliest);
    }

    void end(FinishReason reason) {
        Generation now = generation;
        if (now != null) {
            generation = null;
            now.finish(reason);
        }
    }

    void fail(ShearlingException cause) {
        Generation now = generation;
        if (now != null) {
            generation = null;
            now.fail(cause);
        }
    }

    private Generation running() {
        return Objects.requireNonNull(generation);
    }
}
