package io.shearling.hub;

import io.shearling.hub.SourceException.Kind;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a transfer: fills gap after gap, and tries again from its place when the server breaks off.
 *
 * <p>The first one begins with the answer that is there already. An interrupt ends it.
 */
final class HubStream implements Callable<Void> {
    private static final System.Logger LOG = System.getLogger("io.shearling.hub");
    private static final int MAX_FRUITLESS_TRIES = 7;
    private static final int MAX_BLOCK_BYTES = 1 << 17;

    private final HubOptions options;
    private final HubConnection connection;
    private final ModelLocation.HubFile file;
    private final DownloadFile part;
    private final HubOffer offer;
    private final Gaps gaps;
    private final byte[] block;
    private final Gaps.@Nullable Gap first;
    private @Nullable HubAnswer opened;

    /**
     * Makes a connection of a transfer.
     *
     * @param first the gap that the answer of the offer fills, already taken; null for a connection that asks for itself
     */
    HubStream(
            HubOptions options,
            HubConnection connection,
            ModelLocation.HubFile file,
            DownloadFile part,
            HubOffer offer,
            Gaps gaps,
            Gaps.@Nullable Gap first) {
        this.options = options;
        this.connection = connection;
        this.file = file;
        this.part = part;
        this.offer = offer;
        this.gaps = gaps;
        this.block = new byte[(int) Math.min(MAX_BLOCK_BYTES, options.leastShareBytes())];
        this.first = first;
        this.opened = first == null ? null : offer.answer();
    }

    @Override
    public @Nullable Void call() throws SourceException, IOException, InterruptedException {
        Backoff backoff = new Backoff(options.firstPause(), MAX_FRUITLESS_TRIES);
        for (Gaps.Gap gap = first == null ? gaps.take() : first; gap != null; gap = gaps.take()) {
            long before = gaps.left(gap).from();
            Duration pause;
            try {
                fill(gap);
                backoff.reset();
                continue;
            } catch (SourceException e) {
                if (gaps.left(gap).from() > before) {
                    backoff.reset();
                }
                if (e.kind() == Kind.BROKEN
                        && !offer.isNamed()
                        && gaps.left(gap).from() > 0) {
                    // What comes next may be of another version, and nothing would tell.
                    throw new SourceException(Kind.NO_RANGES, e.detail());
                }
                // Bytes have come from this hub, so that it cannot be reached now will pass.
                pause = backoff.afterOrThrow(e.kind() == Kind.UNREACHABLE ? broken(e) : e);
                LOG.log(Level.INFO, "{0}: {1}; trying again", options.endpoint(), e.detail());
            } finally {
                gaps.giveBack(gap);
            }
            Thread.sleep(pause.toMillis());
        }
        return null;
    }

    private static SourceException broken(SourceException e) {
        return new SourceException(Kind.BROKEN, e.detail());
    }

    private void fill(Gaps.Gap gap) throws SourceException, IOException, InterruptedException {
        ByteRange wanted = gaps.left(gap);
        HubAnswer ready = opened;
        opened = null;
        try (HubAnswer answer = ready == null ? ask(wanted) : ready) {
            ByteRange body = body(answer, wanted);
            if (gaps.answered(gap, body.to())) {
                copy(answer, gap, body);
            }
        }
    }

    private HubAnswer ask(ByteRange range) throws SourceException, InterruptedException {
        return connection.get(HubAddress.resolve(file), range, offer.version(), options.stallTimeout());
    }

    /** What the answer brings; refused unless it begins with what is wanted of the content that was begun. */
    private ByteRange body(HubAnswer answer, ByteRange wanted) throws SourceException {
        HubAddress.checkStatus(answer, file, connection.hasToken());
        checkSame(answer);
        HubTransfer.checkEncoding(answer);
        ByteRange body = answer.range();
        if (body == null || body.from() != wanted.from()) {
            throw new SourceException(
                    Kind.NO_RANGES,
                    answer.status() == 200
                            ? "it gives the file only as a whole"
                            : "it sent other bytes than were asked for");
        }
        return body;
    }

    private void checkSame(HubAnswer answer) throws SourceException {
        boolean otherVersion = !offer.version().isEmpty() && !offer.version().equals(answer.version());
        boolean otherSize = answer.totalBytes() >= 0
                && offer.known().sizeBytes() >= 0
                && answer.totalBytes() != offer.known().sizeBytes();
        if (otherVersion || otherSize) {
            throw new SourceException(Kind.CHANGED, "the file has changed while it was fetched");
        }
    }

    private void copy(HubAnswer answer, Gaps.Gap gap, ByteRange body)
            throws SourceException, IOException, InterruptedException {
        ByteRange left = gaps.left(gap);
        // A channel of its own: an interrupt closes the one that the interrupted thread writes to.
        try (FileChannel out = part.open()) {
            while (left.bytes() > 0) {
                int count = read(answer, (int) Math.min(block.length, left.bytes()));
                if (count < 0) {
                    end(gap, body);
                    return;
                }
                write(out, left.from(), count);
                gaps.filled(gap, count);
                left = gaps.left(gap);
            }
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException();
            }
            throw part.writeFailure(e);
        }
        checkEnd(answer, left, body);
    }

    /** The body has ended before the gap was filled: that is right where the size was unknown or less was promised. */
    private void end(Gaps.Gap gap, ByteRange body) throws SourceException {
        long at = gaps.left(gap).from();
        if (gaps.left(gap).isOpen()) {
            gaps.close(gap);
        } else if (at < body.to()) {
            throw new SourceException(
                    Kind.BROKEN,
                    "the transfer ended after " + at + " of " + offer.known().sizeBytes() + " bytes");
        }
    }

    /** Reads the end of a body that has been used up, so that its connection serves again, and notices a longer one. */
    private void checkEnd(HubAnswer answer, ByteRange filled, ByteRange body)
            throws SourceException, InterruptedException {
        boolean last = filled.to() == offer.known().sizeBytes();
        if (filled.to() != body.to() && !(last && body.isOpen())) {
            return;
        }
        int more;
        try {
            more = read(answer, 1);
        } catch (SourceException e) {
            LOG.log(Level.DEBUG, "the body has no proper end: {0}", e.detail());
            return;
        }
        if (more > 0) {
            throw new SourceException(
                    Kind.WRONG, "it sent more than the " + offer.known().sizeBytes() + " bytes that the file has");
        }
    }

    /** Reads into the block. Only here is an {@link IOException} the server's fault; elsewhere it is the disk's. */
    private int read(HubAnswer answer, int most) throws SourceException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        try {
            return answer.body().read(block, 0, most);
        } catch (InterruptedIOException e) {
            throw new InterruptedException();
        } catch (IOException e) {
            throw new SourceException(Kind.BROKEN, "the transfer broke off (" + e.getMessage() + ")");
        }
    }

    private void write(FileChannel out, long position, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(block, 0, count);
        long at = position;
        while (bytes.hasRemaining()) {
            at += out.write(bytes, at);
        }
    }
}
