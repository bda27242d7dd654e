package io.shearling.runtime.measure;

import io.shearling.runtime.bridge.NativeEvaluation;

/** What is known of scored tokens, in the order of the text, in nats. Immutable. */
public final class TokenScores {
    private final double[] table;
    private final int count;

    TokenScores(double[] table) {
        this.table = table;
        count = table.length / NativeEvaluation.COLUMNS;
    }

    /** Tokens. */
    public int count() {
        return count;
    }

    private double at(int token, int column) {
        return table[token * NativeEvaluation.COLUMNS + column];
    }

    /** -ln of the probability that the candidate gave to the token. */
    public double nll(int token) {
        return at(token, NativeEvaluation.NLL);
    }

    /** The base's. */
    public double baseNll(int token) {
        return at(token, NativeEvaluation.BASE_NLL);
    }

    /** The Kullback-Leibler divergence of the candidate's distribution from the base's. */
    public double kl(int token) {
        return at(token, NativeEvaluation.KL);
    }

    /** How far {@link #kl} may be from the truth: 0 unless the base is compact. */
    public double klBound(int token) {
        return at(token, NativeEvaluation.KL_BOUND);
    }

    /** The variance of {@link #kl} by what a compact base has only a sample of; 0 otherwise. */
    public double klVariance(int token) {
        return at(token, NativeEvaluation.KL_VARIANCE);
    }

    /** Whether the likeliest token is the same one. */
    public boolean sameTop(int token) {
        return at(token, NativeEvaluation.SAME_TOP) != 0;
    }

    /** What llama-perplexity has for {@link #nll} beside a stored base. */
    public float storedNll(int token) {
        return (float) at(token, NativeEvaluation.STORED_NLL);
    }

    /** What llama-perplexity has for {@link #baseNll}. */
    public float storedBaseNll(int token) {
        return (float) at(token, NativeEvaluation.STORED_BASE_NLL);
    }

    /** What llama-perplexity has for {@link #kl}. */
    public double storedKl(int token) {
        return at(token, NativeEvaluation.STORED_KL);
    }

    /** What llama-perplexity has for {@link #sameTop}. */
    public boolean storedSameTop(int token) {
        return at(token, NativeEvaluation.STORED_SAME_TOP) != 0;
    }

    /** By how much more probable llama-perplexity has the token in the candidate. */
    public float storedDeltaP(int token) {
        return (float) at(token, NativeEvaluation.STORED_DELTA_P);
    }

    /** How far {@link #storedKl} may be from {@link #kl} by what 16 bits lose. */
    public double storedBound(int token) {
        return at(token, NativeEvaluation.STORED_BOUND);
    }
}
