package io.shearling.hub;

import io.shearling.hub.SourceException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A file of a hub repository, fetched over HTTP; a transfer that breaks off goes on where it stopped.
 *
 * <p>An unreachable hub fails at once, so that the next source gets its turn. Once bytes flow, a broken transfer is
 * tried again as long as tries bring bytes.
 */
final class HubSource implements ModelSource {
    private static final System.Logger LOG = System.getLogger("io.shearling.hub");
    private static final int MAX_FRUITLESS_TRIES = 4;
    private static final int MAX_TRIES = 100;
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final int BLOCK_BYTES = 1 << 17;

    private final HubOptions options;
    private final ModelLocation.HubFile file;
    private final Duration patience;
    private final HubConnection connection;

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
    }

    @Override
    public String label() {
        return "hub " + options.endpoint();
    }

    @Override
    public Expectation fetch(PartFile part, Expectation expected, Progress progress)
            throws SourceException, IOException, InterruptedException {
        boolean flowed = false;
        int fruitless = 0;
        for (int attempt = 1; ; attempt++) {
            if (expected.sizeBytes() >= 0 && part.size() > expected.sizeBytes()) {
                part.clear();
            }
            long before = part.size();
            if (before > 0 && before == expected.sizeBytes() && expected.sha256() != null) {
                return expected;
            }
            try {
                return transfer(part, expected, progress);
            } catch (SourceException e) {
                boolean moved = part.size() > before;
                flowed |= moved;
                fruitless = moved ? 0 : fruitless + 1;
                boolean again = e.kind() == Kind.BROKEN || (e.kind() == Kind.UNREACHABLE && flowed);
                if (!again || fruitless >= MAX_FRUITLESS_TRIES || attempt >= MAX_TRIES) {
                    throw e;
                }
                LOG.log(Level.INFO, "{0}: {1}; going on at byte {2,number,#}", label(), e.getMessage(), part.size());
                Thread.sleep(FIRST_PAUSE_MILLIS << fruitless);
            }
        }
    }

    private Expectation transfer(PartFile part, Expectation expected, Progress progress)
            throws SourceException, IOException, InterruptedException {
        long offset = part.size();
        try (HubAnswer answer = connection.get(HubAddress.resolve(file), offset, patience)) {
            HubAddress.checkStatus(answer, file);
            if (answer.status() == 416) {
                part.clear();
                throw new SourceException(Kind.BROKEN, "it does not have the rest of the unfinished file");
            }
            if (answer.status() == 206 && !continues(answer, offset, part.note())) {
                part.clear();
                throw new SourceException(Kind.BROKEN, "the file has changed since its first part was fetched");
            }
            Expectation known = learn(answer, expected);
            if (answer.status() == 200) {
                part.clear();
                offset = 0;
            }
            part.note(answer.identity() == null ? "" : answer.identity());
            if (known.sizeBytes() >= 0) {
                part.requireSpace(known.sizeBytes() - offset);
            }
            progress.start(
                    "fetching " + part.fileName() + " from "
                            + options.endpoint().getHost(),
                    offset,
                    known.sizeBytes());
            copy(answer, part, known, progress);
            progress.end();
            return known;
        }
    }

    private static boolean continues(HubAnswer answer, long offset, @Nullable String note) {
        boolean sameContent = note == null || note.isEmpty() || note.equals(answer.identity());
        return sameContent && offset > 0 && answer.rangeStart() == offset;
    }

    /** Joins what the answer says of the file with what was known, and refuses a contradiction before the first byte. */
    private Expectation learn(HubAnswer answer, Expectation expected) throws SourceException {
        long size = expected.sizeBytes();
        for (long told : new long[] {answer.linkedSizeBytes(), answer.totalBytes()}) {
            if (size >= 0 && told >= 0 && told != size) {
                throw new SourceException(
                        Kind.REFUSED, "it offers " + told + " bytes, but the file has " + size + " bytes");
            }
            size = Math.max(size, told);
        }
        String told = answer.sha256();
        String known = expected.sha256();
        if (known != null && told != null && !known.equals(told)) {
            throw new SourceException(
                    Kind.REFUSED, "it offers a file with the sha256 " + told + " instead of " + known);
        }
        if (known == null && told == null) {
            if (size < 0) {
                throw new SourceException(Kind.REFUSED, "it names neither a size nor a sha256 to check the file by");
            }
            LOG.log(Level.WARNING, "{0} names no sha256 for {1}: only the size is checked", label(), file.file());
        }
        return new Expectation(size, known == null ? told : known);
    }

    private void copy(HubAnswer answer, PartFile part, Expectation known, Progress progress)
            throws SourceException, IOException, InterruptedException {
        byte[] block = new byte[BLOCK_BYTES];
        try (OutputStream out = part.append()) {
            for (int count = read(answer.body(), block); count >= 0; count = read(answer.body(), block)) {
                out.write(block, 0, count);
                progress.add(count);
            }
        }
        long size = part.size();
        if (known.sizeBytes() >= 0 && size < known.sizeBytes()) {
            throw new SourceException(
                    Kind.BROKEN, "the transfer ended after " + size + " of " + known.sizeBytes() + " bytes");
        }
        if (known.sizeBytes() >= 0 && size > known.sizeBytes()) {
            part.clear();
            throw new SourceException(
                    Kind.REFUSED, "it sent " + size + " bytes, but the file has " + known.sizeBytes() + " bytes");
        }
    }

    /** Reads a block. Only here is an {@link IOException} the server's fault; elsewhere it is the disk's. */
    private static int read(InputStream body, byte[] block) throws SourceException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        try {
            return body.read(block);
        } catch (InterruptedIOException e) {
            throw new InterruptedException();
        } catch (IOException e) {
            throw new SourceException(Kind.BROKEN, "the transfer broke off (" + e.getMessage() + ")");
        }
    }
}
