package io.shearling.hub;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a file that are still missing, and who fills them. Thread-safe.
 *
 * <p>A connection takes a gap and fills it from its start. One that comes when every gap is taken gets the second half of
 * the largest, as long as both halves are worth a request: so a slow connection is relieved, and all end at about the same
 * time.
 */
final class Gaps {
    /** Missing bytes that one connection fills. Its numbers are guarded by the {@link Gaps} it belongs to. */
    static final class Gap {
        private long from;
        private long to;
        private long reach;
        private boolean taken;

        private Gap(long from, long to) {
            this.from = from;
            this.to = to;
        }
    }

    private final List<Gap> gaps = new ArrayList<>();
    private final long sizeBytes;
    private final long leastShareBytes;

    /**
     * Makes the gaps of one transfer.
     *
     * @param missing what is missing, in order
     * @param sizeBytes the size of the file, or -1; then the only gap is open
     * @param leastShareBytes a gap is not cut into pieces smaller than this
     */
    Gaps(List<ByteRange> missing, long sizeBytes, long leastShareBytes) {
        this.sizeBytes = sizeBytes;
        this.leastShareBytes = leastShareBytes;
        missing.forEach(range -> gaps.add(new Gap(range.from(), range.to())));
    }

    /** Waits for something to do: the first free gap, else half of a taken one; null when nothing is missing. */
    synchronized @Nullable Gap take() throws InterruptedException {
        while (!gaps.isEmpty()) {
            Gap found = gaps.stream().filter(gap -> !gap.taken).findFirst().orElseGet(this::half);
            if (found != null) {
                found.taken = true;
                found.reach = found.from;
                return found;
            }
            wait();
        }
        return null;
    }

    private @Nullable Gap half() {
        Gap largest = gaps.stream()
                .max(Comparator.comparingLong(gap -> gap.to - gap.from))
                .orElseThrow();
        if (largest.to == ByteRange.OPEN || largest.to - largest.from < 2 * leastShareBytes) {
            return null;
        }
        Gap half = new Gap(largest.from + (largest.to - largest.from) / 2, largest.to);
        largest.to = half.from;
        gaps.add(gaps.indexOf(largest) + 1, half);
        return half;
    }

    /** What is left of a gap. */
    synchronized ByteRange left(Gap gap) {
        return new ByteRange(gap.from, gap.to);
    }

    /**
     * Notes that a connection got an answer for its gap.
     *
     * @param to how far the answer goes
     * @return whether the gap is still there; the answer before it may have run through it meanwhile
     */
    synchronized boolean answered(Gap gap, long to) {
        gap.reach = to;
        return gap.from < gap.to;
    }

    /** Notes bytes that have been written at the start of a gap. */
    synchronized void filled(Gap gap, long bytes) {
        // Another connection may have taken the second half meanwhile; bytes that both write are the same.
        gap.from = Math.min(gap.from + bytes, gap.to);
        if (gap.from == gap.to && !goesOn(gap)) {
            close(gap);
        }
    }

    /** Takes over the gap behind, if the answer goes on through it and no other answer for it has come yet. */
    private boolean goesOn(Gap gap) {
        for (Gap next : gaps) {
            if (next.from == gap.to
                    && next != gap
                    && next.to <= gap.reach
                    && (!next.taken || next.reach == next.from)) {
                gap.to = next.to;
                next.from = next.to;
                gaps.remove(next);
                return true;
            }
        }
        return false;
    }

    /** Notes that a gap is filled: the file of unknown size has ended. */
    synchronized void close(Gap gap) {
        gaps.remove(gap);
        notifyAll();
    }

    /** Leaves the rest of a gap to the others: to the answer that runs up to it and further, or to whoever comes. */
    synchronized void giveBack(Gap gap) {
        gap.taken = false;
        for (Gap before : gaps) {
            if (before.taken && before.to == gap.from && before.reach >= gap.to) {
                before.to = gap.to;
                gaps.remove(gap);
                break;
            }
        }
        notifyAll();
    }

    /** What is missing now, in order. */
    synchronized List<ByteRange> missing() {
        return gaps.stream().map(gap -> new ByteRange(gap.from, gap.to)).toList();
    }

    /** How many bytes have arrived, those of earlier calls included. */
    synchronized long doneBytes() {
        if (sizeBytes < 0) {
            return gaps.stream().mapToLong(gap -> gap.from).sum();
        }
        return sizeBytes - gaps.stream().mapToLong(gap -> gap.to - gap.from).sum();
    }
}
