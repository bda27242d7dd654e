package io.shearling.convert.element;

import io.shearling.formats.safetensors.SafetensorsType;
import io.shearling.formats.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Every second run of elements, or every n-th: one of several tensors whose rows alternate in one.
 *
 * @param source runs of alternating kinds
 * @param run elements of a run
 * @param kinds how many kinds there are
 * @param kind which one is wanted, from 0
 */
public record Alternating(ElementSource source, long run, int kinds, int kind) implements ElementSource {
    /** Checks that there are whole rounds. */
    public Alternating {
        if (source.elements() % Math.multiplyExact(run, kinds) != 0) {
            throw new IllegalArgumentException(
                    source.elements() + " elements are no rounds of " + kinds + " runs of " + run + ".");
        }
    }

    @Override
    public SafetensorsType type() {
        return source.type();
    }

    @Override
    public Optional<TensorType> blocks() {
        return source.blocks();
    }

    @Override
    public long elements() {
        return source.elements() / kinds;
    }

    @Override
    public void read(long first, ByteBuffer target) {
        long end = first + checkRange(first, target);
        if (first == end) {
            return;
        }
        // One window with all kinds is read, for runs can be as short as an element.
        long from = place(first);
        int size = elementBytes();
        ByteBuffer window = ByteBuffer.allocate(Math.toIntExact((place(end - 1) + 1 - from) * size));
        source.read(from, window);
        long at = first;
        while (at < end) {
            long stop = Math.min(end, (at / run + 1) * run);
            int start = (int) ((place(at) - from) * size);
            target.put(window.duplicate().position(start).limit(start + (int) ((stop - at) * size)));
            at = stop;
        }
    }

    private long place(long element) {
        return (element / run * kinds + kind) * run + element % run;
    }
}
