package io.shearling.convert.element;

import io.shearling.formats.safetensors.SafetensorsType;
import io.shearling.formats.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Sources of one type, one behind the other: tensors joined or stacked along their first dimension. */
public final class Join implements ElementSource {
    private final List<ElementSource> parts;

    /** Where each part ends. */
    private final long[] ends;

    /**
     * Joins parts.
     *
     * @throws IllegalArgumentException when there are none, or their types differ
     */
    public Join(List<? extends ElementSource> parts) {
        this.parts = List.copyOf(parts);
        if (this.parts.stream().map(ElementSource::type).distinct().count() != 1
                || this.parts.stream().map(ElementSource::blocks).distinct().count() != 1) {
            throw new IllegalArgumentException("Parts of " + parts.size() + " sources with other types than one.");
        }
        ends = new long[parts.size()];
        long end = 0;
        for (int i = 0; i < ends.length; i++) {
            end = Math.addExact(end, this.parts.get(i).elements());
            ends[i] = end;
        }
    }

    @Override
    public SafetensorsType type() {
        return parts.get(0).type();
    }

    @Override
    public Optional<TensorType> blocks() {
        return parts.get(0).blocks();
    }

    @Override
    public long elements() {
        return ends[ends.length - 1];
    }

    @Override
    public void read(long first, ByteBuffer target) {
        checkRange(first, target);
        int limit = target.limit();
        long at = first;
        int found = Arrays.binarySearch(ends, first);
        for (int part = found >= 0 ? found + 1 : -found - 1; target.position() < limit; part++) {
            long here = ends[part] - at;
            if (here > 0) {
                long bytes = Math.min(here * elementBytes(), limit - target.position());
                target.limit(target.position() + (int) bytes);
                parts.get(part).read(at - (ends[part] - parts.get(part).elements()), target);
                target.limit(limit);
                at += bytes / elementBytes();
            }
        }
    }
}
