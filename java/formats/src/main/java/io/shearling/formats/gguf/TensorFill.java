package io.shearling.formats.gguf;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/**
 * Fills an output: the tensors are cut into pieces of some rows, and each thread takes the next one, has its bytes made and writes them
 * at their place. What is held is what the threads work with, whatever the size of the model. For one run, by one thread.
 */
public final class TensorFill {
    /** What a crash can lose of the work. Shorter intervals would hold up the writers: they wait while the disk syncs. */
    public static final Duration NOTE_EVERY = Duration.ofSeconds(5);

    /** Most elements of a piece: 512 kB as bf16, 1 MB as floats, what a core's second cache holds. */
    private static final long PIECE_ELEMENTS = 1 << 18;

    /** Fewest elements of a piece, but for what is left of a tensor. */
    private static final long SMALL_PIECE_ELEMENTS = 1 << 15;

    /** Bytes of heap that an element takes on its way at most, garbage included: quantized weights have scales and zero points. */
    private static final long ELEMENT_HEAP_BYTES = 64;

    /** How often the disk gets what was written meanwhile. */
    private static final long TICK_MILLIS = 10;

    private static final Duration TELL_EVERY = Duration.ofMillis(100);

    /** Makes the data of rows; belongs to one thread, and may keep buffers from call to call. */
    @FunctionalInterface
    public interface RowMaker {
        /**
         * The data of some rows of a tensor of the output.
         *
         * @param tensor index into {@link GgufPlacer#tensors()}
         * @return what remains of it is written, before the next call
         */
        ByteBuffer rows(int tensor, long firstRow, int rows);
    }

    /** Is told how many bytes of all tensors are written, several times a second at most; the first call tells what a run before left. */
    @FunctionalInterface
    public interface Listener {
        /** So many of all bytes are written. It may throw, which ends the run, and interrupt the thread. */
        void written(long done, long all);
    }

    /** Some rows of a tensor. */
    private record Piece(int tensor, long firstRow, int rows) {}

    private final GgufPlacer output;
    private final Listener listener;
    private final List<Piece> pieces;
    private final AtomicInteger next = new AtomicInteger();
    private final int threads;
    private final long dataBytes;
    private long told = System.nanoTime();
    private long noted = told;

    /** A run with this many threads beside the caller's, which only looks on. */
    public TensorFill(GgufPlacer output, int threads, Listener listener) {
        this(output, index -> true, threads, listener);
    }

    /**
     * The same for some of the tensors.
     *
     * @param wanted which of them, by their index
     */
    public TensorFill(GgufPlacer output, IntPredicate wanted, int threads, Listener listener) {
        this.output = output;
        this.threads = threads;
        this.listener = listener;
        pieces = pieces(output.tensors(), wanted, threads);
        dataBytes = output.tensors().stream().mapToLong(TensorInfo::sizeBytes).sum();
    }

    /**
     * Writes what is missing. What a maker throws comes out here when all threads have ended.
     *
     * @param makers gives each thread its own
     * @param noteEvery how long after a note of what is on the disk the next one is made
     * @throws InterruptedException when this thread is interrupted; no thread works any more then
     * @throws GgufException when the disk fails
     */
    public void run(Supplier<RowMaker> makers, Duration noteEvery) throws InterruptedException {
        tell();
        AtomicInteger begun = new AtomicInteger();
        ExecutorService workers = Executors.newFixedThreadPool(threads, work -> thread(work, begun.incrementAndGet()));
        try {
            List<Future<?>> futures = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                futures.add(workers.submit(() -> work(makers.get())));
            }
            workers.shutdown();
            for (Future<?> future : futures) {
                await(future, noteEvery);
            }
            tell();
        } finally {
            // The others stop at their next piece; none may write into a file that is given up.
            next.set(pieces.size());
            finish(workers);
        }
    }

    private static Thread thread(Runnable work, int number) {
        Thread thread = new Thread(work, "shearling-fill-" + number);
        thread.setDaemon(true);
        return thread;
    }

    private static List<Piece> pieces(List<TensorInfo> tensors, IntPredicate wanted, int threads) {
        List<Piece> pieces = new ArrayList<>();
        long fitting = Runtime.getRuntime().maxMemory() / threads / ELEMENT_HEAP_BYTES;
        long elements = Math.max(SMALL_PIECE_ELEMENTS, Math.min(PIECE_ELEMENTS, fitting));
        for (int i = 0; i < tensors.size(); i++) {
            TensorInfo tensor = tensors.get(i);
            long columns = tensor.shape().columns();
            long rows = columns == 0 || !wanted.test(i) ? 0 : tensor.shape().rows();
            long step = Math.max(1, elements / Math.max(1, columns));
            for (long row = 0; row < rows; row += step) {
                pieces.add(new Piece(i, row, (int) Math.min(step, rows - row)));
            }
        }
        return pieces;
    }

    private void work(RowMaker maker) {
        int index = next.getAndIncrement();
        try {
            while (index < pieces.size()) {
                work(maker, pieces.get(index));
                index = next.getAndIncrement();
            }
        } finally {
            // If this one fails, the others need not go on to the end before anybody is told.
            next.set(pieces.size());
        }
    }

    private void work(RowMaker maker, Piece piece) {
        TensorInfo tensor = output.tensors().get(piece.tensor());
        long rowBytes = tensor.type().rowBytes(tensor.shape().columns());
        long offset = piece.firstRow() * rowBytes;
        if (!output.isWritten(tensor, offset, piece.rows() * rowBytes)) {
            output.write(tensor, offset, maker.rows(piece.tensor(), piece.firstRow(), piece.rows()));
        }
    }

    private void await(Future<?> future, Duration noteEvery) throws InterruptedException {
        while (true) {
            try {
                future.get(TICK_MILLIS, TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException e) {
                tick(noteEvery);
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
    }

    private void tick(Duration noteEvery) {
        if (System.nanoTime() - told >= TELL_EVERY.toNanos()) {
            tell();
            told = System.nanoTime();
        }
        output.writeBack();
        if (System.nanoTime() - noted >= noteEvery.toNanos()) {
            output.note();
            noted = System.nanoTime();
        }
    }

    private void tell() {
        listener.written(output.writtenBytes(), dataBytes);
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
}
