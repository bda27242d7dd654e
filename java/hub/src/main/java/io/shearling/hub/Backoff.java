package io.shearling.hub;

import io.shearling.hub.SourceException.Kind;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether a request that failed is made again, and when: after pauses that double, or when the server asks to come back.
 * One thread.
 */
final class Backoff {
    private static final System.Logger LOG = System.getLogger("io.shearling.hub");

    /** The longest wait that a server is granted; whoever asks for more is passed over. */
    private static final Duration MAX_WAIT = Duration.ofMinutes(2);

    private static final Duration MAX_PAUSE = Duration.ofSeconds(10);

    private final Duration firstPause;
    private final int maxFruitless;
    private int fruitless;

    /**
     * Makes the count for one connection.
     *
     * @param firstPause the pause after the first failure
     * @param maxFruitless how many tries in a row may bring nothing
     */
    Backoff(Duration firstPause, int maxFruitless) {
        this.firstPause = firstPause;
        this.maxFruitless = maxFruitless;
    }

    /** Notes that bytes have come: the count begins again. */
    void reset() {
        fruitless = 0;
    }

    /**
     * The pause before the next try.
     *
     * @throws SourceException the failure itself, when there shall be no next try
     */
    Duration afterOrThrow(SourceException failure) throws SourceException {
        fruitless++;
        if (failure.kind() != Kind.BROKEN || fruitless >= maxFruitless) {
            throw failure;
        }
        Duration asked = failure.retryAfter();
        if (asked != null && asked.compareTo(MAX_WAIT) > 0) {
            throw failure;
        }
        return longer(asked, doubled());
    }

    /**
     * Waits until the next try, and tells it where that takes longer than a moment.
     *
     * @throws SourceException the failure itself, when there shall be no next try
     */
    void await(SourceException failure, URI server, Progress progress) throws SourceException, InterruptedException {
        Duration pause = afterOrThrow(failure);
        LOG.log(Level.INFO, "{0}: {1}; asking again", server, failure.detail());
        if (pause.compareTo(Duration.ofSeconds(1)) >= 0) {
            progress.start("waiting " + pause.toSeconds() + " s for " + server.getHost(), 0, -1);
        }
        Thread.sleep(pause.toMillis());
    }

    private Duration doubled() {
        Duration pause = firstPause.multipliedBy(1L << Math.min(fruitless - 1, 20));
        return pause.compareTo(MAX_PAUSE) > 0 ? MAX_PAUSE : pause;
    }

    private static Duration longer(@Nullable Duration one, Duration other) {
        return one != null && one.compareTo(other) > 0 ? one : other;
    }
}
