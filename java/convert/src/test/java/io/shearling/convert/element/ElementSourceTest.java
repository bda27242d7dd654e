package io.shearling.convert.element;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.formats.safetensors.SafetensorsType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Every source against the plain definition of what it does, read in pieces of any length. */
class ElementSourceTest {
    private static final int ROWS = 12;
    private static final int COLUMNS = 7;
    private static final Literal MATRIX = counting(ROWS * COLUMNS);

    @Test
    void slice_isAPart() {
        check(new Slice(MATRIX, 5, 40), i -> 5 + i);
        assertThatThrownBy(() -> new Slice(MATRIX, 80, 5)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void zeros_areZero() {
        check(new Zeros(SafetensorsType.F32, 5000), i -> 0);
        check(new Join(List.of(MATRIX, new Zeros(SafetensorsType.F32, 9))), i -> i < 84 ? i : 0);
    }

    @Test
    void join_isOneBehindTheOther() {
        Slice empty = new Slice(MATRIX, 3, 0);
        check(
                new Join(List.of(new Slice(MATRIX, 50, 9), empty, MATRIX, empty, new Slice(MATRIX, 0, 1))),
                i -> i < 9 ? 50 + i : i < 9 + 84 ? i - 9 : 0);
        assertThatThrownBy(() -> new Join(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void interleaveHalves_isTheInverseOfTakingPairsApart() {
        // Three heads of four rows: rows 0 1 2 3 of a head become 0 2 1 3.
        int[] order = {0, 2, 1, 3};
        check(
                new GatheredRows(MATRIX, COLUMNS, ROWS, RowOrder.interleaveHalves(4)),
                i -> (i / COLUMNS / 4 * 4 + order[i / COLUMNS % 4]) * COLUMNS + i % COLUMNS);
    }

    @Test
    void runsApart_equalRuns_takesGroupsApart() {
        // Two groups of three runs of two rows.
        int[] order = {0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11};
        check(
                new GatheredRows(MATRIX, COLUMNS, ROWS, RowOrder.runsApart(2, 2, 2, 2)),
                i -> order[i / COLUMNS] * COLUMNS + i % COLUMNS);
    }

    @Test
    void runsApart_unequalRuns_takesGroupsApart() {
        // Two groups of a run of four rows and two runs of one.
        int[] order = {0, 1, 2, 3, 6, 7, 8, 9, 4, 10, 5, 11};
        check(
                new GatheredRows(MATRIX, COLUMNS, ROWS, RowOrder.runsApart(2, 4, 1, 1)),
                i -> order[i / COLUMNS] * COLUMNS + i % COLUMNS);
    }

    @Test
    void floats_ofAPart_areItsValues() {
        assertThat(MATRIX.floats(5, 3)).containsExactly(5, 6, 7);
    }

    @Test
    void part_takesTheSameOfEachGroup() {
        // Three groups of four rows, of each the last three.
        int[] rows = {1, 2, 3, 5, 6, 7, 9, 10, 11};
        check(
                new GatheredRows(MATRIX, COLUMNS, rows.length, RowOrder.part(1, 3, 4)),
                i -> rows[i / COLUMNS] * COLUMNS + i % COLUMNS);
    }

    @Test
    void behind_reordersTheLastRows() {
        RowOrder swapped = row -> 3 - row;
        int[] rows = {0, 1, 2, 3, 4, 5, 6, 7, 11, 10, 9, 8};
        check(
                new GatheredRows(MATRIX, COLUMNS, ROWS, swapped.behind(8)),
                i -> rows[i / COLUMNS] * COLUMNS + i % COLUMNS);
    }

    @Test
    void gatheredColumns_reordersRunsOfEachRow() {
        // Six rows of seven runs of two.
        int[] runs = {6, 0, 5, 1, 4, 2, 3};
        check(
                new GatheredColumns(MATRIX, 14, 2, run -> runs[(int) run]),
                i -> i / 14 * 14 + runs[i % 14 / 2] * 2 + i % 2);
    }

    @Test
    void comparison_saysWhetherAllElementsAreTheSame() {
        float[] values = new float[(1 << 18) + 5];
        Literal same = new Literal(values.clone());
        assertThat(Comparison.equal(new Literal(values), same)).isTrue();
        assertThat(Comparison.equal(new Literal(values), new Slice(same, 1, values.length - 1)))
                .isFalse();
        assertThat(Comparison.equal(new Literal(values), new Retyped(same, SafetensorsType.U32)))
                .isFalse();
        values[values.length - 1] = 1;
        assertThat(Comparison.equal(new Literal(values), same)).isFalse();
    }

    @Test
    void transposed_exchangesRowsAndColumns() {
        check(new Transposed(MATRIX, ROWS, COLUMNS), i -> i % ROWS * COLUMNS + i / ROWS);
        check(new Transposed(new Transposed(MATRIX, ROWS, COLUMNS), COLUMNS, ROWS), i -> i);
        // More rows than are read at once.
        check(new Transposed(MATRIX, ROWS * COLUMNS / 2, 2), i -> i % 42 * 2 + i / 42);
    }

    @Test
    void computed_ofHalves_staysHalf() {
        Literal halves = new Literal(Float.intBitsToFloat(0x3c01_3c00)); // two halves: 1 and the next above it
        ElementSource source = new Retyped(halves, SafetensorsType.F16);
        Computed computed = new Computed(source, value -> value + 1);
        ByteBuffer out = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        computed.read(0, out);
        assertThat(computed.type()).isEqualTo(SafetensorsType.F16);
        // 2 + 2^-10 lies between two halves, and the even one is 2.
        assertThat(out.getShort(0)).isEqualTo((short) 0x4000);
        assertThat(out.getShort(2)).isEqualTo((short) 0x4000);
    }

    @Test
    void read_behindTheEnd_isRefused() {
        ByteBuffer eight = ByteBuffer.allocate(8);
        assertThatThrownBy(() -> MATRIX.read(83, eight)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> MATRIX.read(0, eight.slice(0, 5))).isInstanceOf(IllegalArgumentException.class);
    }

    /** Bytes read as another type. */
    private record Retyped(Literal literal, SafetensorsType type) implements ElementSource {
        @Override
        public long elements() {
            return literal.elements() * literal.elementBytes() / elementBytes();
        }

        @Override
        public void read(long first, ByteBuffer target) {
            literal.read(first * elementBytes() / literal.elementBytes(), target);
        }
    }

    private interface Expected {
        int at(int index);
    }

    private static void check(ElementSource source, Expected expected) {
        Random random = new Random(1);
        int size = (int) source.elements();
        for (int round = 0; round < 200; round++) {
            int first = random.nextInt(size);
            int count = random.nextInt(size - first) + 1;
            ByteBuffer bytes = ByteBuffer.allocate(4 * count + 4).order(ByteOrder.LITTLE_ENDIAN);
            bytes.position(4);
            source.read(first, bytes);
            assertThat(bytes.hasRemaining()).isFalse();
            for (int i = 0; i < count; i++) {
                assertThat(bytes.getFloat(4 + 4 * i))
                        .as("element %d of %s", first + i, source)
                        .isEqualTo(expected.at(first + i));
            }
        }
    }

    private static Literal counting(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = i;
        }
        return new Literal(values);
    }
}
