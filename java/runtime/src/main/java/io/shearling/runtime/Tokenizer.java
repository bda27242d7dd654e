package io.shearling.runtime;

import io.shearling.runtime.bridge.Lease;
import io.shearling.runtime.bridge.NativeModel;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/** Text to tokens and back, by a model's vocabulary. Thread-safe; usable as long as its model is open. */
public final class Tokenizer {
    private final NativeModel weights;
    private final Vocabulary vocabulary;
    private final Supplier<Lease> leases;

    /** A tokenizer that takes a lease for each call. */
    Tokenizer(NativeModel weights, Vocabulary vocabulary, Supplier<Lease> leases) {
        this.weights = weights;
        this.vocabulary = vocabulary;
        this.leases = leases;
    }

    /** Tokens of a text, with the special tokens that the model asks for; text that spells a special token stays text. */
    public int[] encode(String text) {
        return encode(text, true, false);
    }

    /**
     * Tokens of a text.
     *
     * @param addSpecial add beginning, end and separator tokens where the model asks for them
     * @param parseSpecial text that spells a special token becomes that token; never for text of strangers
     */
    public int[] encode(String text, boolean addSpecial, boolean parseSpecial) {
        try (Lease lease = leases.get()) {
            return weights.tokenize(text.getBytes(StandardCharsets.UTF_8), addSpecial, parseSpecial);
        }
    }

    /** The text of tokens; special tokens are left out. */
    public String decode(int... tokens) {
        return decode(tokens, false);
    }

    /**
     * The text of tokens.
     *
     * @param special special tokens appear as they are spelt
     */
    public String decode(int[] tokens, boolean special) {
        try (Lease lease = leases.get()) {
            return new String(weights.detokenize(tokens, special), StandardCharsets.UTF_8);
        }
    }

    /** The bytes of one token as they stand in running text; they need not be whole code points. */
    public byte[] bytes(int token) {
        try (Lease lease = leases.get()) {
            return weights.pieceBytes(token, true);
        }
    }

    /** Whether a token ends a text. */
    public boolean endsText(int token) {
        return vocabulary.endsText(token);
    }

    public Vocabulary vocabulary() {
        return vocabulary;
    }

    /** Writes a token's bytes without special tokens into {@code out}; returns their number, which may be larger. */
    int piece(int token, byte[] out) {
        return weights.piece(token, false, out);
    }
}
