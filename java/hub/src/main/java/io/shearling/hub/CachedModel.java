package io.shearling.hub;

import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A model in the cache.
 *
 * @param reference what it was fetched as; {@link ModelHub#resolve(ModelReference, ProgressListener)} finds it again
 * @param path its file, absolute; the first one of a model that is split over several
 * @param sizeBytes the size of all its files; of an unfinished one what has arrived
 * @param sha256 its checksum when it was last checked and has not changed since, else null; null also for several files
 * @param state whether it is whole and checked
 * @param fetched when it was put into the cache
 * @param lastUsed when it was last asked for
 * @since 0.1
 */
public record CachedModel(
        ModelReference reference,
        Path path,
        long sizeBytes,
        @Nullable String sha256,
        State state,
        Instant fetched,
        Instant lastUsed) {
    /** How far a model can be relied on. Constants are only ever appended. */
    public enum State {
        /** All its files are there, were checked, and have not changed since. */
        VERIFIED,
        /** All its files are there; one was put there by hand or changed since its check, and is checked before it is used. */
        UNVERIFIED,
        /** Something is missing: a fetch is under way, or broke off and goes on with the next one. */
        UNFINISHED
    }
}
