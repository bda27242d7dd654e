package io.shearling.recipes.evaluate;

import java.util.Arrays;

/** Gathers tokens until there is a {@link Comparison}. The formulas are llama-perplexity's. */
final class ComparisonSums {
    private final Moments nll = new Moments();
    private final Moments baseNll = new Moments();
    private final Moments kl = new Moments();
    private final Moments deltaP = new Moments();
    private final Moments squaredDeltaP = new Moments();
    private final boolean single;
    private double products;
    private double bounds;
    private double variances;
    private long sameTops;
    private int count;
    private float[] kls = new float[1024];
    private float[] deltas = new float[1024];

    /** @param single whether squares and products are rounded to single precision first, as llama-perplexity does */
    ComparisonSums(boolean single) {
        this.single = single;
    }

    void add(double tokenNll, double tokenBaseNll, double tokenKl, double delta, boolean sameTop) {
        nll.add(tokenNll, product(tokenNll, tokenNll));
        baseNll.add(tokenBaseNll, product(tokenBaseNll, tokenBaseNll));
        products += product(tokenNll, tokenBaseNll);
        kl.add(tokenKl, tokenKl * tokenKl);
        double square = product(delta, delta);
        deltaP.add(delta, square);
        squaredDeltaP.add(square, square * square);
        sameTops += sameTop ? 1 : 0;
        if (count == kls.length) {
            kls = Arrays.copyOf(kls, 2 * count);
            deltas = Arrays.copyOf(deltas, 2 * count);
        }
        kls[count] = (float) tokenKl;
        deltas[count] = (float) delta;
        count++;
    }

    /** What the last token's divergence may be off by. */
    void doubt(double bound, double variance) {
        bounds += bound;
        variances += variance;
    }

    private double product(double a, double b) {
        return single ? (float) a * (float) b : a * b;
    }

    Estimate klEstimate() {
        return kl.estimate();
    }

    Comparison comparison() {
        Estimate ln = nll.estimate();
        Estimate baseLn = baseNll.estimate();
        double covariance = count < 10 ? 0 : (products / count - nll.mean() * baseNll.mean()) / (count - 1);
        Estimate lnRatio = new Estimate(ln.value() - baseLn.value(), distance(ln.error(), baseLn.error(), covariance));
        Estimate perplexity = ln.exp();
        Estimate basePerplexity = baseLn.exp();
        Estimate difference = new Estimate(
                perplexity.value() - basePerplexity.value(),
                distance(
                        perplexity.error(),
                        basePerplexity.error(),
                        perplexity.value() * basePerplexity.value() * covariance));
        Estimate square = squaredDeltaP.estimate();
        double rms = Math.sqrt(square.value());
        double same = (double) sameTops / count;
        return new Comparison(
                perplexity,
                basePerplexity,
                covariance / (ln.error() * baseLn.error()),
                lnRatio,
                lnRatio.exp(),
                difference,
                kl.estimate(),
                new Distribution(kls, count),
                deltaP.estimate(),
                new Distribution(deltas, count),
                new Estimate(rms, rms == 0 ? 0 : 0.5 / rms * square.error()),
                new Estimate(same, Math.sqrt(same * (1 - same) / (count - 1))),
                bounds / count,
                Math.sqrt(variances) / count);
    }

    /** The error of a difference of two figures that go together. Of two that are alike, rounding may leave less than nothing. */
    private static double distance(double error, double other, double covariance) {
        return Math.sqrt(Math.max(0, error * error + other * other - 2 * covariance));
    }
}
