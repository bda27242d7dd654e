package io.shearling.hub;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The body of an HTTP answer as a stream that gives up when nothing has come for too long.
 *
 * <p>The client's own stream waits for ever on a silent server, and on Java 17 it ignores an interrupt while it waits.
 * One reader; the next piece is asked for when the last is used up, so that memory stays small.
 */
final class BodyStream extends InputStream implements HttpResponse.BodySubscriber<InputStream> {
    /** A piece of the body, or its end, with the failure that ended it. */
    private record Piece(
            List<ByteBuffer> buffers,
            boolean last,
            @Nullable Throwable failure) {}

    /** Stands where the subscription was after the stream has been closed. */
    private static final Flow.Subscription CLOSED = new Flow.Subscription() {
        @Override
        public void request(long count) {}

        @Override
        public void cancel() {}
    };

    private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
    private final AtomicReference<Flow.@Nullable Subscription> subscription = new AtomicReference<>();
    private final long limitMillis;
    private List<ByteBuffer> buffers = List.of();
    private int at;
    private boolean ended;

    BodyStream(Duration limit) {
        limitMillis = limit.toMillis();
    }

    @Override
    public CompletionStage<InputStream> getBody() {
        return CompletableFuture.completedStage(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription newSubscription) {
        if (subscription.compareAndSet(null, newSubscription)) {
            newSubscription.request(1);
        } else {
            newSubscription.cancel();
        }
    }

    @Override
    public void onNext(List<ByteBuffer> piece) {
        pieces.add(new Piece(piece, false, null));
    }

    @Override
    public void onError(Throwable failure) {
        pieces.add(new Piece(List.of(), true, failure));
    }

    @Override
    public void onComplete() {
        pieces.add(new Piece(List.of(), true, null));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /**
     * Reads what is there, at least one byte.
     *
     * @throws InterruptedIOException if the thread is interrupted; its interrupt flag is set again
     */
    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!ended) {
            if (at == buffers.size()) {
                next();
            } else if (!buffers.get(at).hasRemaining()) {
                at++;
                if (at == buffers.size()) {
                    requestNext();
                }
            } else {
                ByteBuffer buffer = buffers.get(at);
                int count = Math.min(length, buffer.remaining());
                buffer.get(target, offset, count);
                return count;
            }
        }
        return -1;
    }

    private void next() throws IOException {
        Piece piece;
        try {
            piece = pieces.poll(limitMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("the thread was interrupted");
            interrupted.initCause(e);
            throw interrupted;
        }
        if (piece == null) {
            throw new IOException("nothing came for " + limitMillis + " ms");
        }
        if (piece.failure() != null) {
            String message = piece.failure().getMessage();
            throw new IOException(message == null ? "the connection ended" : message, piece.failure());
        }
        ended = piece.last();
        buffers = piece.buffers();
        at = 0;
        if (!ended && buffers.isEmpty()) {
            requestNext();
        }
    }

    /** Ends the connection unless the body was read to its end. */
    @Override
    public void close() {
        if (!ended) {
            ended = true;
            Flow.Subscription open = subscription.getAndSet(CLOSED);
            if (open != null) {
                open.cancel();
            }
        }
    }

    private void requestNext() {
        Flow.Subscription open = subscription.get();
        if (open != null) {
            open.request(1);
        }
    }
}
