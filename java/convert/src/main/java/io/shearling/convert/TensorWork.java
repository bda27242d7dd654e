package io.shearling.convert;

import io.shearling.convert.ConvertException.Kind;
import io.shearling.convert.element.ElementDecoder;
import io.shearling.convert.element.ElementSource;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufPlacer;
import io.shearling.formats.gguf.GgufPlan;
import io.shearling.formats.gguf.GgufWriter;
import io.shearling.formats.gguf.InputState;
import io.shearling.formats.gguf.SplitRule;
import io.shearling.formats.gguf.TensorFill;
import io.shearling.formats.row.RowConverter;
import io.shearling.formats.row.RowEncoder;
import io.shearling.formats.safetensors.SafetensorsType;
import io.shearling.formats.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Fills an output with the tensors of a checkpoint. */
final class TensorWork {
    private final InputState source;
    private final GgufMetadata metadata;
    private final List<PlannedTensor> tensors;
    private final int threads;

    TensorWork(InputState source, GgufMetadata metadata, List<PlannedTensor> tensors, int threads) {
        this.source = source;
        this.metadata = metadata;
        this.tensors = tensors;
        this.threads = threads;
    }

    /** The places of the tensors in the files of the output. */
    GgufPlan plan(Path target, SplitRule split) {
        return builder(target, split).plan();
    }

    /** Bytes of all tensors. */
    long dataBytes() {
        return tensors.stream().mapToLong(PlannedTensor::sizeBytes).sum();
    }

    /** The unfinished files, with what a run before that was cut off has written of them. */
    GgufPlacer open(Path target, SplitRule split) {
        return builder(target, split).resumable(source.digest()).openPlaced();
    }

    private GgufWriter.Builder builder(Path target, SplitRule split) {
        GgufWriter.Builder plan = GgufWriter.to(target).metadata(metadata).split(split);
        source.files().forEach(plan::input);
        tensors.forEach(tensor -> plan.tensor(tensor.name(), tensor.type(), tensor.shape()));
        return plan;
    }

    /**
     * Writes what is missing.
     *
     * @param listener is told at the beginning too, how much was there already
     * @param noteEvery how long after a note of what is on the disk the next one is made
     */
    void fill(GgufPlacer output, ConversionListener listener, Duration noteEvery) {
        try {
            new TensorFill(output, threads, listener::written).run(this::maker, noteEvery);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw OutputFiles.cancelled(e);
        }
    }

    private TensorFill.RowMaker maker() {
        Buffers buffers = new Buffers();
        return (tensor, firstRow, rows) -> encode(tensors.get(tensor), firstRow, rows, buffers);
    }

    private static ByteBuffer encode(PlannedTensor tensor, long firstRow, int rows, Buffers buffers) {
        ElementSource source = tensor.source();
        if (source.blocks().isPresent()) {
            long rowBytes = tensor.type().rowBytes(tensor.shape().columns());
            ByteBuffer blocks = buffers.in(Math.toIntExact(rowBytes * rows));
            source.read(firstRow * rowBytes, blocks);
            return blocks.flip();
        }
        int columns = Math.toIntExact(tensor.shape().columns());
        int elements = Math.multiplyExact(rows, columns);
        ByteBuffer in = buffers.in(Math.multiplyExact(elements, source.elementBytes()));
        source.read(firstRow * columns, in);
        in.flip();
        Optional<TensorType> stored = plain(source.type());
        if (stored.filter(tensor.type()::equals).isPresent()) {
            return in;
        }
        ByteBuffer out = buffers.out(Math.toIntExact(tensor.type().rowBytes(columns) * rows));
        Optional<RowConverter> converter = stored.flatMap(type -> RowConverter.find(type, tensor.type()));
        try {
            if (converter.isPresent()) {
                converter.get().convert(stored.orElseThrow(), in, tensor.type(), out, rows, columns);
            } else {
                float[] values = buffers.values(elements);
                ElementDecoder.decode(source.type(), in, values, 0, elements);
                RowEncoder.forType(tensor.type()).encode(tensor.type(), values, 0, rows, columns, null, out);
            }
        } catch (IllegalArgumentException e) {
            throw new ConvertException(
                    Kind.TYPE, "the tensor " + tensor.name(), String.valueOf(e.getMessage()), "choose another type", e);
        }
        return out.flip();
    }

    private static Optional<TensorType> plain(SafetensorsType type) {
        return switch (type) {
            case F32 -> Optional.of(TensorType.F32);
            case F16 -> Optional.of(TensorType.F16);
            case BF16 -> Optional.of(TensorType.BF16);
            default -> Optional.empty();
        };
    }

    /** What a thread works with, kept from piece to piece. */
    private static final class Buffers {
        private ByteBuffer in = ByteBuffer.allocateDirect(0);
        private ByteBuffer out = ByteBuffer.allocateDirect(0);
        private float[] values = {};

        ByteBuffer in(int bytes) {
            if (in.capacity() < bytes) {
                in = ByteBuffer.allocateDirect(bytes);
            }
            return in.clear().limit(bytes);
        }

        ByteBuffer out(int bytes) {
            if (out.capacity() < bytes) {
                out = ByteBuffer.allocateDirect(bytes);
            }
            return out.clear().limit(bytes);
        }

        float[] values(int elements) {
            if (values.length < elements) {
                values = new float[elements];
            }
            return values;
        }
    }
}
