package io.shearling.formats.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.formats.output.WrittenRanges.Range;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WrittenRangesTest {
    private static final int BYTES = 64;

    @Test
    void ranges_ofAnyOrder_areTheFewest() {
        for (int seed = 0; seed < 2000; seed++) {
            Random random = new Random(seed);
            WrittenRanges ranges = new WrittenRanges();
            BitSet bytes = new BitSet();
            for (int i = 0; i < 12; i++) {
                int from = random.nextInt(BYTES);
                int to = from + random.nextInt(BYTES / 4);
                ranges.add(from, to);
                bytes.set(from, to);
            }
            assertThat(ranges.ranges()).as("seed %d", seed).isEqualTo(runs(bytes));
            assertThat(ranges.bytes()).isEqualTo(bytes.cardinality());
            int from = random.nextInt(BYTES);
            int to = from + random.nextInt(8);
            assertThat(ranges.contains(from, to)).isEqualTo(bytes.nextClearBit(from) >= to);
            assertThat(ranges.end()).isEqualTo(bytes.length());
            assertThat(new WrittenRanges(ranges.ranges()).ranges()).isEqualTo(ranges.ranges());
        }
    }

    private static List<Range> runs(BitSet bytes) {
        return Stream.iterate(run(bytes, 0), range -> range.from() >= 0, range -> run(bytes, (int) range.to()))
                .toList();
    }

    private static Range run(BitSet bytes, int start) {
        int from = bytes.nextSetBit(start);
        return new Range(from, from < 0 ? from : bytes.nextClearBit(from));
    }
}
