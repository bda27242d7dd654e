package io.shearling.formats.output;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which bytes of a file are written, as the fewest ranges. Thread-safe. */
public final class WrittenRanges {
    /** First byte, and the one behind the last. */
    public record Range(long from, long to) {}

    private final TreeMap<Long, Long> ends = new TreeMap<>();

    WrittenRanges() {}

    WrittenRanges(List<Range> ranges) {
        ranges.forEach(range -> add(range.from(), range.to()));
    }

    /** Adds a range, which may touch or overlap others. */
    synchronized void add(long from, long to) {
        if (from >= to) {
            return;
        }
        long first = from;
        long last = to;
        Map.@Nullable Entry<Long, Long> before = ends.floorEntry(from);
        if (before != null && before.getValue() >= from) {
            first = before.getKey();
            last = Math.max(last, before.getValue());
        }
        Map.@Nullable Entry<Long, Long> next = ends.ceilingEntry(first);
        while (next != null && next.getKey() <= last) {
            last = Math.max(last, next.getValue());
            ends.remove(next.getKey());
            next = ends.ceilingEntry(first);
        }
        ends.put(first, last);
    }

    /** Whether all of a range is written. */
    public synchronized boolean contains(long from, long to) {
        Map.@Nullable Entry<Long, Long> before = ends.floorEntry(from);
        return from >= to || (before != null && before.getValue() >= to);
    }

    /** Where the last range ends; 0 without any. */
    synchronized long end() {
        return ends.isEmpty() ? 0 : ends.lastEntry().getValue();
    }

    /** What is written now, in order. */
    synchronized List<Range> ranges() {
        List<Range> ranges = new ArrayList<>();
        ends.forEach((from, to) -> ranges.add(new Range(from, to)));
        return ranges;
    }

    /** Bytes of all ranges. */
    public synchronized long bytes() {
        return ends.entrySet().stream()
                .mapToLong(range -> range.getValue() - range.getKey())
                .sum();
    }
}
