package io.shearling.recipes.prune;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UnitChoiceTest {
    @Test
    void kept_layerwise_areTheBestOfEachLayer() {
        List<double[]> scores = List.of(new double[] {1, 5, 3, 2}, new double[] {700, 100, 300, 900});
        assertThat(UnitChoice.kept(scores, 0.5, new int[] {1, 1}, true))
                .usingRecursiveComparison()
                .isEqualTo(List.of(new int[] {1, 2}, new int[] {0, 3}));
    }

    /** Multiplied and shifted scores of a layer are the same when they are standardized. */
    @Test
    void kept_overAllLayers_dependsOnStandardizedScores() {
        double[] flat = {1, 1.1, 1, 0.9, 1, 1.1, 1, 0.9};
        double[] steep = {0, 0, 0, 100, 0, 0, 0, 100};
        int[] any = {1, 1};
        List<int[]> kept = UnitChoice.kept(List.of(flat, steep), 0.5, any, false);
        double[] scaled = Arrays.stream(flat).map(score -> score * 1e9 + 5e12).toArray();
        assertThat(UnitChoice.kept(List.of(scaled, steep), 0.5, any, false))
                .usingRecursiveComparison()
                .isEqualTo(kept);
        assertThat(kept).usingRecursiveComparison().isEqualTo(List.of(new int[] {0, 1, 2, 4, 5, 6}, new int[] {3, 7}));
    }

    /** Two numbers are always one deviation from their mean; how far they are apart says which matters. */
    @Test
    void kept_fewUnits_areComparedAsShares() {
        List<double[]> scores = List.of(new double[] {10, 9}, new double[] {9, 1}, new double[] {1, 1.5});
        assertThat(UnitChoice.kept(scores, 0.67, new int[] {1, 1, 1}, false))
                .usingRecursiveComparison()
                .isEqualTo(List.of(new int[] {0, 1}, new int[] {0}, new int[] {1}));
    }

    /** A layer whose units cannot be parted stays, and counts. */
    @Test
    void kept_ofOtherMultiples_staysWhole() {
        List<double[]> scores = List.of(new double[32], new double[] {1, 2, 3, 4, 5, 6, 7, 8});
        List<int[]> kept = UnitChoice.kept(scores, 0.85, new int[] {32, 4}, false);
        assertThat(kept.get(0)).hasSize(32);
        assertThat(kept.get(1)).containsExactly(4, 5, 6, 7);
    }

    @Test
    void kept_anyShare_isThatShareInMultiples() {
        Random random = new Random(1);
        List<double[]> scores = List.of(
                random.doubles(64).toArray(),
                random.doubles(64).map(Math::exp).toArray(),
                new double[64],
                new double[0]);
        for (int multiple : new int[] {1, 8, 32}) {
            for (double share : new double[] {0.01, 0.3, 0.5, 0.77, 1}) {
                for (boolean layerwise : new boolean[] {true, false}) {
                    List<int[]> kept = UnitChoice.kept(
                            scores, share, new int[] {multiple, multiple, multiple, multiple}, layerwise);
                    int all = 0;
                    for (int[] layer : kept.subList(0, 3)) {
                        assertThat(layer).isSorted().doesNotHaveDuplicates().isNotEmpty();
                        assertThat(layer.length % multiple).isZero();
                        all += layer.length;
                    }
                    assertThat(kept.get(3)).isEmpty();
                    int runs = layerwise
                            ? 3 * (int) Math.max(1, Math.round(share * 64 / multiple))
                            : (int) Math.max(3, Math.round(share * 192 / multiple));
                    assertThat(all).isEqualTo(runs * multiple);
                }
            }
        }
    }
}
