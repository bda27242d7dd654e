package io.shearling.runtime;

import java.util.BitSet;
import java.util.OptionalInt;

/** What a vocabulary has: its size and its special tokens. Immutable. */
public final class Vocabulary {
    private final int size;
    private final Type type;
    private final int bos;
    private final int eos;
    private final boolean addsBos;
    private final boolean addsEos;
    private final BitSet ends;

    /** How text is cut. */
    public enum Type {
        NONE,
        SENTENCEPIECE,
        BPE,
        WORDPIECE,
        UNIGRAM,
        RWKV,
        PLAMO2,
        TEST
    }

    /**
     * Made by the bridge; {@code ends} is not copied.
     *
     * @param bos beginning of text, or -1
     * @param eos end of text, or -1
     */
    public Vocabulary(int size, Type type, int bos, int eos, boolean addsBos, boolean addsEos, BitSet ends) {
        this.size = size;
        this.type = type;
        this.bos = bos;
        this.eos = eos;
        this.addsBos = addsBos;
        this.addsEos = addsEos;
        this.ends = ends;
    }

    /** Tokens in all. */
    public int size() {
        return size;
    }

    public Type type() {
        return type;
    }

    /** The token that begins a text. */
    public OptionalInt beginOfText() {
        return bos < 0 ? OptionalInt.empty() : OptionalInt.of(bos);
    }

    /** The token that ends a text. */
    public OptionalInt endOfText() {
        return eos < 0 ? OptionalInt.empty() : OptionalInt.of(eos);
    }

    /** Whether the model asks for {@link #beginOfText} before a text. */
    public boolean addsBeginOfText() {
        return addsBos;
    }

    /** Whether the model asks for {@link #endOfText} after a text. */
    public boolean addsEndOfText() {
        return addsEos;
    }

    /** Whether a token ends a generation: end of text, end of turn and their kin. */
    public boolean endsText(int token) {
        return ends.get(token);
    }
}
