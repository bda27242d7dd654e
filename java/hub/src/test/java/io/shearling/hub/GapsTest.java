package io.shearling.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GapsTest {
    private static Gaps of(long size, long leastShare) {
        return new Gaps(List.of(new ByteRange(0, size)), size, leastShare);
    }

    private static Gaps.Gap taken(Gaps gaps) throws InterruptedException {
        return Objects.requireNonNull(gaps.take());
    }

    @Test
    void take_everyGapTaken_givesHalfOfTheLargest() throws InterruptedException {
        Gaps gaps = of(1000, 100);
        Gaps.Gap first = taken(gaps);
        Gaps.Gap second = taken(gaps);
        gaps.filled(first, 300);
        Gaps.Gap third = taken(gaps);
        assertThat(gaps.left(first)).isEqualTo(new ByteRange(300, 500));
        assertThat(gaps.left(second)).isEqualTo(new ByteRange(500, 750));
        assertThat(gaps.left(third)).isEqualTo(new ByteRange(750, 1000));
        assertThat(gaps.doneBytes()).isEqualTo(300);
    }

    @Test
    void take_nothingMissing_isNull() throws InterruptedException {
        Gaps gaps = of(10, 100);
        gaps.filled(taken(gaps), 10);
        assertThat(gaps.take()).isNull();
        assertThat(gaps.doneBytes()).isEqualTo(10);
    }

    @Test
    void take_gapTooSmallToShare_waitsUntilItIsGivenBack() throws Exception {
        Gaps gaps = of(150, 100);
        Gaps.Gap only = taken(gaps);
        gaps.filled(only, 20);
        CompletableFuture<Gaps.Gap> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return taken(gaps);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        gaps.giveBack(only);
        assertThat(gaps.left(waiting.get(10, TimeUnit.SECONDS))).isEqualTo(new ByteRange(20, 150));
    }

    @Test
    void take_openGap_isNotShared() throws Exception {
        Gaps gaps = new Gaps(List.of(ByteRange.ofFile(-1)), -1, 100);
        Gaps.Gap only = taken(gaps);
        gaps.filled(only, 5000);
        assertThat(gaps.doneBytes()).isEqualTo(5000);
        CompletableFuture<Boolean> second = CompletableFuture.supplyAsync(() -> {
            try {
                return gaps.take() == null;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        gaps.close(only);
        assertThat(second.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void giveBack_neighbourWhoseAnswerGoesOn_getsItsShareBack() throws InterruptedException {
        Gaps gaps = of(1000, 100);
        Gaps.Gap first = taken(gaps);
        gaps.answered(first, 1000);
        Gaps.Gap second = taken(gaps);
        gaps.giveBack(second);
        assertThat(gaps.missing()).containsExactly(new ByteRange(0, 1000));
    }

    @Test
    void giveBack_neighbourWhoseAnswerEnds_leavesAFreeGap() throws InterruptedException {
        Gaps gaps = of(1000, 100);
        Gaps.Gap first = taken(gaps);
        Gaps.Gap second = taken(gaps);
        gaps.answered(first, 500);
        gaps.giveBack(second);
        assertThat(gaps.missing()).containsExactly(new ByteRange(0, 500), new ByteRange(500, 1000));
        assertThat(taken(gaps)).isSameAs(second);
    }

    @Test
    void filled_answerThatGoesOn_runsThroughAShareThatIsNotAnsweredYet() throws InterruptedException {
        Gaps gaps = of(1000, 100);
        Gaps.Gap first = taken(gaps);
        gaps.answered(first, 1000);
        Gaps.Gap second = taken(gaps);
        gaps.filled(first, 500);
        assertThat(gaps.left(first)).isEqualTo(new ByteRange(500, 1000));
        assertThat(gaps.answered(second, 1000)).isFalse();
    }

    @Test
    void filled_shareThatHasAnAnswer_endsBeforeIt() throws InterruptedException {
        Gaps gaps = of(1000, 100);
        Gaps.Gap first = taken(gaps);
        gaps.answered(first, 1000);
        Gaps.Gap second = taken(gaps);
        assertThat(gaps.answered(second, 1000)).isTrue();
        gaps.filled(first, 500);
        assertThat(gaps.left(first).bytes()).isZero();
        assertThat(gaps.missing()).containsExactly(new ByteRange(500, 1000));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void fill_inAnyOrder_coversEveryByteAndReportsItsOwnCount(long seed) throws InterruptedException {
        Random random = new Random(seed);
        int size = 2000 + random.nextInt(3000);
        Gaps gaps = of(size, 16);
        BitSet written = new BitSet(size);
        List<Gaps.Gap> held = new ArrayList<>();
        held.add(taken(gaps));
        gaps.answered(held.get(0), size);
        while (!held.isEmpty()) {
            Gaps.Gap gap = held.get(random.nextInt(held.size()));
            ByteRange left = gaps.left(gap);
            int count = (int) Math.min(left.bytes(), 1 + random.nextInt(16));
            if (random.nextInt(10) == 0 && held.size() > 1) {
                gaps.giveBack(gap);
                held.remove(gap);
            } else {
                gaps.answered(gap, size);
                written.set((int) left.from(), (int) left.from() + count);
                gaps.filled(gap, count);
                held.removeIf(one -> gaps.left(one).bytes() == 0);
            }
            boolean free = gaps.missing().size() > held.size();
            boolean shareable = gaps.missing().stream().anyMatch(range -> range.bytes() >= 32);
            if (held.size() < 4 && (free || shareable)) {
                held.add(taken(gaps));
                if (random.nextBoolean()) {
                    gaps.answered(held.get(held.size() - 1), size);
                }
            }
            assertThat(gaps.doneBytes()).isEqualTo(written.cardinality());
        }
        assertThat(written.cardinality()).isEqualTo(size);
        assertThat(gaps.missing()).isEmpty();
    }
}
