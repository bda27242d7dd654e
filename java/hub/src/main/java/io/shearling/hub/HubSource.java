package io.shearling.hub;

import io.shearling.hub.SourceException.Kind;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file of a hub repository, fetched over HTTP, a big one over several connections; a transfer that breaks off goes on where
 * it stopped.
 *
 * <p>An unreachable hub fails at once, so that the next source gets its turn.
 */
final class HubSource implements ModelSource {
    private static final System.Logger LOG = System.getLogger("io.shearling.hub");
    /** How many requests in a row may fail before the first byte has come. */
    static final int MAX_FRUITLESS_TRIES = 4;

    private static final int MAX_STARTS = 4;

    private final HubOptions options;
    private final ModelLocation.HubFile file;
    private final Duration patience;
    private final HubConnection connection;
    private int connections;

    /**
     * Makes a source for one fetch.
     *
     * @param patience how long the hub may take to answer
     */
    HubSource(HubOptions options, ModelLocation.HubFile file, Duration patience) {
        this.options = options;
        this.file = file;
        this.patience = patience;
        this.connection = new HubConnection(options);
        this.connections = options.connections();
    }

    @Override
    public String label() {
        return "hub " + options.endpoint();
    }

    @Override
    public Expectation fetch(DownloadFile part, Expectation expected, Progress progress)
            throws SourceException, IOException, InterruptedException {
        for (int start = 1; ; start++) {
            try {
                HubOffer offer = offer(part, expected, progress);
                new HubTransfer(options, connection, file, part, offer).run(connections, progress);
                return offer.known();
            } catch (SourceException e) {
                boolean ofUse = e.kind() != Kind.CHANGED && e.kind() != Kind.NO_RANGES && e.kind() != Kind.WRONG;
                if (!ofUse) {
                    part.clear();
                }
                if (ofUse || e.kind() == Kind.WRONG || start == MAX_STARTS) {
                    throw e;
                }
                LOG.log(Level.INFO, "{0}: {1}; starting from the first byte", label(), e.detail());
                // Several servers behind one name may each have an ETag of their own: one connection asks but one of
                // them.
                connections = 1;
            }
        }
    }

    /** Asks for the first byte that is missing, until there is an answer that brings it. */
    private HubOffer offer(DownloadFile part, Expectation expected, Progress progress)
            throws SourceException, IOException, InterruptedException {
        Backoff backoff = new Backoff(options.firstPause(), MAX_FRUITLESS_TRIES);
        while (true) {
            DownloadNote note = part.note();
            if (note != null && !goesOn(note, expected)) {
                note = null;
            }
            try {
                return ask(part, note, expected);
            } catch (SourceException e) {
                backoff.await(e, options.endpoint(), progress);
            }
        }
    }

    /** Whether an answer can go on with what has arrived: there is more to come, and it can be told to be of one file. */
    private static boolean goesOn(DownloadNote note, Expectation expected) {
        boolean named = HubOffer.isNamed(note.version(), note.file()) || expected.sha256() != null;
        return named && !note.isComplete() && note.fits(expected);
    }

    private HubOffer ask(DownloadFile part, @Nullable DownloadNote note, Expectation expected)
            throws SourceException, IOException, InterruptedException {
        long from = note == null ? 0 : note.missing().get(0).from();
        String version = note == null ? "" : note.version();
        HubAnswer answer =
                connection.get(HubAddress.resolve(file), new ByteRange(from, ByteRange.OPEN), version, patience);
        boolean taken = false;
        try {
            HubOffer offer = offered(answer, note, expected);
            long done = note != null && offer.resumed() ? note.doneBytes() : 0;
            part.requireSpace(offer.known().sizeBytes() - done);
            if (!offer.resumed()) {
                part.begin(new DownloadNote(offer.version(), offer.known(), offer.missing()));
            }
            taken = true;
            return offer;
        } finally {
            if (!taken) {
                answer.close();
            }
        }
    }

    private HubOffer offered(HubAnswer answer, @Nullable DownloadNote note, Expectation expected)
            throws SourceException {
        HubAddress.checkStatus(answer, file, connection.hasToken());
        HubTransfer.checkEncoding(answer);
        Expectation known = expected.with(answer);
        if (known.sha256() == null) {
            LOG.log(Level.WARNING, "{0} names no sha256 for {1}: only the size is checked", label(), file.file());
        }
        boolean same = note != null
                && (note.version().isEmpty() || note.version().equals(answer.version()))
                && note.fits(known);
        long from = note == null ? 0 : note.missing().get(0).from();
        ByteRange range = answer.range();
        if (note != null && same && range != null && range.from() == from) {
            return new HubOffer(true, known, answer.version(), note.missing(), answer);
        }
        if (answer.status() == 206) {
            throw same || note == null
                    ? new SourceException(Kind.NO_RANGES, "it sent other bytes than were asked for")
                    : new SourceException(Kind.CHANGED, "the file has changed since its first part was fetched");
        }
        return new HubOffer(false, known, answer.version(), List.of(ByteRange.ofFile(known.sizeBytes())), answer);
    }
}
