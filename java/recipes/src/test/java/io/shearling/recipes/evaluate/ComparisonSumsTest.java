package io.shearling.recipes.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ComparisonSumsTest {
    private static final double CLOSE = 1e-12;

    /** Twelve tokens whose sums a pocket calculator gives: -ln q is 1 or 3, -ln p always 1 less than the square root of that. */
    private static Comparison twelve() {
        ComparisonSums sums = new ComparisonSums(false);
        for (int i = 0; i < 12; i++) {
            boolean even = i % 2 == 0;
            sums.add(even ? 1 : 3, even ? 1 : 2, even ? 0.25 : 0.75, even ? 0.5 : -0.5, i < 9);
            sums.doubt(0.5, 3);
        }
        return sums.comparison();
    }

    @Test
    void comparison_twelveTokens_hasTheFiguresOfTheHand() {
        Comparison comparison = twelve();
        // Mean 2, variance 1, divided by 11.
        double error = Math.sqrt(1.0 / 11);
        assertEstimate(comparison.perplexity(), Math.exp(2), Math.exp(2) * error);
        // Mean 1.5, variance 0.25.
        double baseError = Math.sqrt(0.25 / 11);
        assertEstimate(comparison.basePerplexity(), Math.exp(1.5), Math.exp(1.5) * baseError);
        // The covariance of both is (1 + 6) / 2 - 2 * 1.5 = 0.5, divided by 11: they go together.
        assertThat(comparison.correlation()).isCloseTo(1, within(CLOSE));
        assertEstimate(comparison.lnRatio(), 0.5, Math.sqrt((1 + 0.25 - 2 * 0.5) / 11));
        assertEstimate(comparison.ratio(), Math.exp(0.5), Math.exp(0.5) * Math.sqrt(0.25 / 11));
        double ppl = Math.exp(2);
        double base = Math.exp(1.5);
        assertEstimate(
                comparison.difference(),
                ppl - base,
                Math.sqrt((ppl * ppl + 0.25 * base * base - 2 * ppl * base * 0.5) / 11));
        assertEstimate(comparison.kl(), 0.5, Math.sqrt(0.0625 / 11));
        assertEstimate(comparison.deltaP(), 0, Math.sqrt(0.25 / 11));
        assertEstimate(comparison.rmsDeltaP(), 0.5, 0);
        assertEstimate(comparison.sameTop(), 0.75, Math.sqrt(0.75 * 0.25 / 11));
        assertThat(comparison.klBound()).isEqualTo(0.5);
        assertThat(comparison.klSampling()).isEqualTo(0.5); // the root of 36, a twelfth of it
        assertThat(comparison.klDistribution().count()).isEqualTo(12);
        assertThat(comparison.klDistribution().median()).isEqualTo(0.5f);
        assertThat(comparison.deltaPDistribution().minimum()).isEqualTo(-0.5f);
    }

    private static void assertEstimate(Estimate estimate, double value, double error) {
        assertThat(estimate.value()).isCloseTo(value, within(CLOSE));
        assertThat(estimate.error()).isCloseTo(error, within(CLOSE));
    }

    @Test
    void comparison_fewTokens_tellsNoError() {
        ComparisonSums sums = new ComparisonSums(false);
        for (int i = 0; i < 9; i++) {
            sums.add(i, i, 0, 0, true);
        }
        Comparison comparison = sums.comparison();
        assertThat(comparison.perplexity().error()).isZero();
        assertThat(comparison.lnRatio()).isEqualTo(new Estimate(0, 0));
        assertThat(comparison.rmsDeltaP()).isEqualTo(new Estimate(0, 0));
    }

    @Test
    void comparison_ofAModelAndItself_isExactlyNothing() {
        ComparisonSums sums = new ComparisonSums(false);
        Random random = new Random(5);
        for (int i = 0; i < 3000; i++) {
            double nll = random.nextDouble() * 9;
            sums.add(nll, nll, 0, 0, true);
        }
        Comparison comparison = sums.comparison();
        assertThat(comparison.lnRatio().value()).isZero();
        assertThat(comparison.lnRatio().error()).isLessThan(1e-8);
        assertThat(comparison.ratio().value()).isEqualTo(1);
        assertThat(comparison.difference().value()).isZero();
        assertThat(comparison.correlation()).isCloseTo(1, within(1e-9));
        assertThat(comparison.sameTop()).isEqualTo(new Estimate(1, 0));
        assertThat(comparison.klDistribution().count()).isEqualTo(3000);
    }

    @Test
    void comparison_inSinglePrecision_roundsProductsAsUpstreamDoes() {
        ComparisonSums sums = new ComparisonSums(true);
        ComparisonSums exact = new ComparisonSums(false);
        for (int i = 0; i < 20; i++) {
            float nll = 1 + i / 3f;
            sums.add(nll, nll / 2, 0.1, 0.1f, true);
            exact.add(nll, nll / 2, 0.1, 0.1f, true);
        }
        double single = sums.comparison().perplexity().error();
        double both = exact.comparison().perplexity().error();
        assertThat(single).isNotEqualTo(both).isCloseTo(both, within(both * 1e-6));
    }
}
