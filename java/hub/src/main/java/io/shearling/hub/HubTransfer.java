package io.shearling.hub;

import io.shearling.hub.SourceException.Kind;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The transfer of what is missing of one file. The calling thread tells the progress and keeps the note up to date; the
 * connections have a thread each, and all have ended when {@link #run} ends.
 */
final class HubTransfer {
    private static final System.Logger LOG = System.getLogger("io.shearling.hub");
    private static final long TICK_MILLIS = 100;
    private static final long NOTE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Fewer shares than this are left to one connection: a small file is there before a second one has begun. */
    private static final int LEAST_SHARES = 16;

    private final HubOptions options;
    private final HubConnection connection;
    private final ModelLocation.HubFile file;
    private final DownloadFile part;
    private final HubOffer offer;
    private final Gaps gaps;
    private long notedBytes;
    private long notedNanos = System.nanoTime();

    HubTransfer(
            HubOptions options,
            HubConnection connection,
            ModelLocation.HubFile file,
            DownloadFile part,
            HubOffer offer) {
        this.options = options;
        this.connection = connection;
        this.file = file;
        this.part = part;
        this.offer = offer;
        this.gaps = new Gaps(offer.missing(), offer.known().sizeBytes(), options.leastShareBytes());
        this.notedBytes = gaps.doneBytes();
    }

    /** Refuses a body that is packed although the file's own bytes were asked for. */
    static void checkEncoding(HubAnswer answer) throws SourceException {
        if (!answer.encoding().isEmpty()) {
            throw new SourceException(
                    Kind.REFUSED, "it sends the file packed with " + answer.encoding() + ", which was not asked for");
        }
    }

    /**
     * Fetches until nothing is missing.
     *
     * @param connections how many connections there may be
     * @throws SourceException if every connection gave up, or the file is another one than before
     */
    void run(int connections, Progress progress) throws SourceException, IOException, InterruptedException {
        int count = count(connections);
        ExecutorService threads = Executors.newFixedThreadPool(count, task -> {
            Thread thread = new Thread(task, "shearling-hub");
            thread.setDaemon(true);
            return thread;
        });
        try {
            progress.start(
                    "fetching " + part.fileName() + " from "
                            + options.endpoint().getHost(),
                    gaps.doneBytes(),
                    offer.known().sizeBytes());
            CompletionService<Void> streams = new ExecutorCompletionService<>(threads);
            // Taken before any other can: the answer that is there begins with the first missing byte.
            Gaps.Gap first = gaps.take();
            for (int i = 0; i < count; i++) {
                streams.submit(new HubStream(options, connection, file, part, offer, gaps, i == 0 ? first : null));
            }
            await(streams, count, progress);
        } finally {
            boolean interrupted = end(threads);
            offer.answer().close();
            saveQuietly();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        progress.at(gaps.doneBytes());
        progress.end();
    }

    private int count(int connections) {
        long missing = offer.known().sizeBytes() - gaps.doneBytes();
        boolean single = !offer.isNamed()
                || offer.known().sizeBytes() < 0
                || offer.answer().refusesRanges()
                || missing < LEAST_SHARES * options.leastShareBytes();
        return single ? 1 : connections;
    }

    private void await(CompletionService<Void> streams, int count, Progress progress)
            throws SourceException, IOException, InterruptedException {
        SourceException failure = null;
        int open = count;
        while (open > 0) {
            Future<Void> ended = streams.poll(TICK_MILLIS, TimeUnit.MILLISECONDS);
            progress.at(gaps.doneBytes());
            if (ended == null) {
                saveNowAndThen();
                continue;
            }
            open--;
            SourceException one = failureOf(ended);
            if (one != null) {
                LOG.log(Level.DEBUG, "a connection to {0} gave up: {1}", options.endpoint(), one.detail());
                // That a server gives no parts matters only when nothing else went wrong.
                failure = failure == null || failure.kind() == Kind.NO_RANGES ? one : failure;
            }
        }
        if (failure != null && !gaps.missing().isEmpty()) {
            throw failure;
        }
    }

    /** Why a connection gave up; null if it ended well. What concerns all of them is thrown at once. */
    private static @Nullable SourceException failureOf(Future<Void> ended)
            throws SourceException, IOException, InterruptedException {
        try {
            ended.get();
            return null;
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof SourceException source) {
                if (source.kind() == Kind.CHANGED || source.kind() == Kind.WRONG) {
                    throw source;
                }
                return source;
            }
            if (cause instanceof IOException disk) {
                throw disk;
            }
            if (cause instanceof HubException hub) {
                throw hub;
            }
            throw new IllegalStateException("The transfer ended in an unforeseen way.", cause);
        }
    }

    /**
     * Ends the connections and waits for them: until then they may write into the file.
     *
     * @return whether this thread was interrupted meanwhile; its flag is cleared, because it would close the note's channel
     */
    private static boolean end(ExecutorService threads) {
        threads.shutdownNow();
        boolean interrupted = false;
        boolean ended = false;
        while (!ended) {
            try {
                ended = threads.awaitTermination(1, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        boolean late = Thread.interrupted();
        return interrupted || late;
    }

    private void saveNowAndThen() throws IOException {
        if (System.nanoTime() - notedNanos >= NOTE_NANOS && gaps.doneBytes() != notedBytes) {
            save();
        }
    }

    private void save() throws IOException {
        // Taken before the sync: what arrives meanwhile is not promised.
        DownloadNote note = new DownloadNote(offer.version(), offer.known(), gaps.missing());
        part.save(note);
        notedBytes = note.doneBytes();
        notedNanos = System.nanoTime();
    }

    private void saveQuietly() {
        try {
            save();
        } catch (IOException e) {
            LOG.log(
                    Level.INFO,
                    "the note on {0} cannot be written ({1}); the next fetch goes on from an earlier place",
                    part.path(),
                    e.getMessage());
        }
    }
}
