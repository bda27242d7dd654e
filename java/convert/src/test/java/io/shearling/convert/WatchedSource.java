package io.shearling.convert;

import io.shearling.convert.element.ElementSource;
import io.shearling.formats.safetensors.SafetensorsType;
import io.shearling.formats.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Elements of which each reading is told before it happens: the way to come in at a certain tensor of a conversion.
 *
 * @param whenRead runs in the thread that reads
 */
record WatchedSource(ElementSource source, Runnable whenRead) implements ElementSource {
    /** The tensors, of which one is watched. */
    static List<PlannedTensor> watch(List<PlannedTensor> tensors, int index, Runnable whenRead) {
        List<PlannedTensor> all = new ArrayList<>(tensors);
        PlannedTensor one = all.get(index);
        all.set(
                index,
                new PlannedTensor(one.name(), one.type(), one.shape(), new WatchedSource(one.source(), whenRead)));
        return all;
    }

    @Override
    public SafetensorsType type() {
        return source.type();
    }

    @Override
    public long elements() {
        return source.elements();
    }

    @Override
    public Optional<TensorType> blocks() {
        return source.blocks();
    }

    @Override
    public void read(long first, ByteBuffer target) {
        whenRead.run();
        source.read(first, target);
    }
}
