package io.shearling.recipes.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class DistributionTest {
    /** The last value is beyond the count. */
    private static final float[] VALUES = {5, 1, 4, 2, 3, -100};

    @Test
    void percentiles_betweenValues_areInterpolated() {
        Distribution odd = new Distribution(VALUES, 5);
        assertThat(odd.count()).isEqualTo(5);
        assertThat(odd.minimum()).isEqualTo(1);
        assertThat(odd.maximum()).isEqualTo(5);
        assertThat(odd.median()).isEqualTo(3);
        assertThat(odd.percentile(0)).isEqualTo(1);
        assertThat(odd.percentile(25)).isEqualTo(2);
        assertThat(odd.percentile(62.5)).isEqualTo(3.5f);
        assertThat(odd.percentile(100)).isEqualTo(5);
        assertThat(new Distribution(VALUES, 4).median()).isEqualTo(3); // of 1 2 4 5
        assertThat(new Distribution(VALUES, 1).percentile(99)).isEqualTo(5);
    }

    @Test
    void percentile_outOfRange_isRefused() {
        Distribution distribution = new Distribution(VALUES, 5);
        for (double percent : new double[] {-1, 100.5, Double.NaN}) {
            assertThatThrownBy(() -> distribution.percentile(percent))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("from 0 to 100");
        }
        assertThatThrownBy(() -> new Distribution(VALUES, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
