package io.shearling.it.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.shearling.runtime.Model;
import io.shearling.runtime.measure.Continuations;
import io.shearling.runtime.measure.Scorer;
import io.shearling.runtime.measure.ScorerOptions;
import io.shearling.runtime.measure.TokenScores;
import io.shearling.testkit.NativeLeakCheck;
import io.shearling.testkit.TinyModels;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Continuations that share a text have the probabilities that they have without sharing it. */
@ExtendWith(NativeLeakCheck.class)
class ContinuationsIT {
    /** Attention sums in half precision, and in another order for other batches. */
    private static final float CLOSE = 2e-3f;

    @TempDir
    static Path folder;

    @Test
    void score_sharedText_isAsTheScorerHasIt() {
        TinyModels models = TinyModels.in(folder);
        int[] tokens = new Random(3).ints(64, 40, 90).toArray();
        for (Path file : new Path[] {models.llama(1), models.slidingWindow(1), models.recurrent(1)}) {
            try (Model model = Model.load(file);
                    Scorer scorer = Scorer.open(model, Optional.empty(), new ScorerOptions(64, 64, 64, 1, false));
                    Continuations continuations = Continuations.open(model, 512, 1)) {
                int[] text = tokens.clone();
                text[0] = model.tokenizer().vocabulary().beginOfText().orElse(text[0]);
                TokenScores expected = scorer.step(0, 1, text);
                // The scorer tells of the tokens that follow positions 32 to 62.
                int[][] ends = new int[11][];
                Arrays.fill(ends, Arrays.copyOfRange(text, 33, 64));
                ends[3] = new int[] {text[33]};
                ends[4] = new int[] {50, 51, 52};
                float[][] found = continuations.score(Arrays.copyOf(text, 33), ends);
                for (int i = 0; i < ends.length; i++) {
                    assertThat(found[i]).hasSameSizeAs(ends[i]);
                    for (int t = 0; i != 4 && t < ends[i].length; t++) {
                        assertThat(found[i][t]).isCloseTo((float) -expected.nll(t), within(CLOSE));
                    }
                }
                assertThat(continuations.score(Arrays.copyOf(text, 33), new int[][] {ends[4]})[0])
                        .containsExactly(found[4], within(CLOSE));
            }
        }
    }
}
