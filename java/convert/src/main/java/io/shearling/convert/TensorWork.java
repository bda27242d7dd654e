package io.shearling.convert;

import io.shearling.convert.ConvertException.Kind;
import io.shearling.convert.element.ElementDecoder;
import io.shearling.convert.element.ElementSource;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufPlacer;
import io.shearling.formats.gguf.GgufPlan;
import io.shearling.formats.gguf.GgufWriter;
import io.shearling.formats.gguf.SplitRule;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.row.RowConverter;
import io.shearling.formats.row.RowEncoder;
import io.shearling.formats.safetensors.SafetensorsType;
import io.shearling.formats.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Fills an output: the tensors are cut into pieces of some rows, and each thread takes the next one, reads, computes and writes it at
 * its place. What is held is the threads' buffers, whatever the size of the model.
 */
final class TensorWork {
    /** Most elements of a piece: 512 kB as bf16, 1 MB as floats, what a core's second cache holds. */
    private static final long PIECE_ELEMENTS = 1 << 18;

    /** Fewest elements of a piece, but for what is left of a tensor. */
    private static final long SMALL_PIECE_ELEMENTS = 1 << 15;

    /** Bytes of heap that an element takes on its way at most, garbage included: quantized weights have scales and zero points. */
    private static final long ELEMENT_HEAP_BYTES = 64;

    /** How often the disk gets what was written meanwhile. */
    private static final long TICK_MILLIS = 10;

    private static final Duration TELL_EVERY = Duration.ofMillis(100);

    /** What a crash can lose of the work. Shorter intervals would hold up the writers: they wait while the disk syncs. */
    static final Duration NOTE_EVERY = Duration.ofSeconds(5);

    private final SourceState source;
    private final GgufMetadata metadata;
    private final List<PlannedTensor> tensors;
    private final int threads;

    TensorWork(SourceState source, GgufMetadata metadata, List<PlannedTensor> tensors, int threads) {
        this.source = source;
        this.metadata = metadata;
        this.tensors = tensors;
        this.threads = threads;
    }

    /** The places of the tensors in the files of the output. */
    GgufPlan plan(Path target, SplitRule split) {
        return builder(target, split).plan();
    }

    /** Some rows of a tensor. */
    private record Piece(int tensor, long firstRow, long rows) {}

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
        List<Piece> pieces = pieces();
        Watch watch = new Watch(output, listener, dataBytes(), noteEvery);
        watch.tell();
        AtomicInteger next = new AtomicInteger();
        AtomicInteger begun = new AtomicInteger();
        ExecutorService workers = Executors.newFixedThreadPool(threads, work -> thread(work, begun.incrementAndGet()));
        try {
            List<Future<?>> futures = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                futures.add(workers.submit(() -> work(output, pieces, next)));
            }
            workers.shutdown();
            for (Future<?> future : futures) {
                await(future, watch::tick);
            }
            watch.tell();
        } finally {
            // The others stop at their next piece; none may write into a file that is given up.
            next.set(pieces.size());
            finish(workers);
        }
    }

    /** Tells the listener how far the work is, and now and then the disk. */
    private static final class Watch {
        private final GgufPlacer output;
        private final ConversionListener listener;
        private final long dataBytes;
        private final long noteNanos;
        private long noted = System.nanoTime();
        private long told = noted;

        Watch(GgufPlacer output, ConversionListener listener, long dataBytes, Duration noteEvery) {
            this.output = output;
            this.listener = listener;
            this.dataBytes = dataBytes;
            noteNanos = noteEvery.toNanos();
        }

        void tick() {
            if (System.nanoTime() - told >= TELL_EVERY.toNanos()) {
                tell();
                told = System.nanoTime();
            }
            output.writeBack();
            if (System.nanoTime() - noted >= noteNanos) {
                output.note();
                noted = System.nanoTime();
            }
        }

        void tell() {
            listener.written(output.writtenBytes(), dataBytes);
        }
    }

    private static Thread thread(Runnable work, int number) {
        Thread thread = new Thread(work, "shearling-convert-" + number);
        thread.setDaemon(true);
        return thread;
    }

    private static void await(Future<?> future, Runnable tick) {
        try {
            while (true) {
                try {
                    future.get(TICK_MILLIS, TimeUnit.MILLISECONDS);
                    return;
                } catch (TimeoutException e) {
                    tick.run();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw OutputFiles.cancelled(e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private static void finish(ExecutorService workers) {
        boolean interrupted = false;
        while (true) {
            try {
                if (workers.awaitTermination(1, TimeUnit.HOURS)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private List<Piece> pieces() {
        List<Piece> pieces = new ArrayList<>();
        long fitting = Runtime.getRuntime().maxMemory() / threads / ELEMENT_HEAP_BYTES;
        long elements = Math.max(SMALL_PIECE_ELEMENTS, Math.min(PIECE_ELEMENTS, fitting));
        for (int i = 0; i < tensors.size(); i++) {
            PlannedTensor tensor = tensors.get(i);
            long columns = tensor.shape().columns();
            long rows = columns == 0 ? 0 : tensor.shape().rows();
            long step = Math.max(1, elements / Math.max(1, columns));
            for (long row = 0; row < rows; row += step) {
                pieces.add(new Piece(i, row, Math.min(step, rows - row)));
            }
        }
        return pieces;
    }

    private void work(GgufPlacer output, List<Piece> pieces, AtomicInteger next) {
        Buffers buffers = new Buffers();
        int index = next.getAndIncrement();
        try {
            while (index < pieces.size()) {
                work(output, pieces.get(index), buffers);
                index = next.getAndIncrement();
            }
        } finally {
            // If this one fails, the others need not go on to the end before anybody is told.
            next.set(pieces.size());
        }
    }

    private void work(GgufPlacer output, Piece piece, Buffers buffers) {
        PlannedTensor tensor = tensors.get(piece.tensor());
        TensorInfo info = output.tensors().get(piece.tensor());
        long rowBytes = tensor.type().rowBytes(tensor.shape().columns());
        long offset = piece.firstRow() * rowBytes;
        if (!output.isWritten(info, offset, piece.rows() * rowBytes)) {
            output.write(info, offset, encode(tensor, piece, buffers));
        }
    }

    private static ByteBuffer encode(PlannedTensor tensor, Piece piece, Buffers buffers) {
        ElementSource source = tensor.source();
        if (source.blocks().isPresent()) {
            long rowBytes = tensor.type().rowBytes(tensor.shape().columns());
            ByteBuffer blocks = buffers.in(Math.toIntExact(rowBytes * piece.rows()));
            source.read(piece.firstRow() * rowBytes, blocks);
            return blocks.flip();
        }
        int columns = Math.toIntExact(tensor.shape().columns());
        int elements = Math.toIntExact(piece.rows() * columns);
        ByteBuffer in = buffers.in(Math.multiplyExact(elements, source.elementBytes()));
        source.read(piece.firstRow() * columns, in);
        in.flip();
        Optional<TensorType> stored = plain(source.type());
        if (stored.filter(tensor.type()::equals).isPresent()) {
            return in;
        }
        int rows = Math.toIntExact(piece.rows());
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
