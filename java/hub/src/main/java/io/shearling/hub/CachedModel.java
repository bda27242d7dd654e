package io.shearling.hub;

import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A model file in the cache.
 *
 * @param reference what it was fetched as; {@link ModelHub#resolve(ModelReference, ProgressListener)} finds it again
 * @param path the file, absolute
 * @param sizeBytes its size
 * @param sha256 its checksum when it was last checked and has not changed since, else null
 * @param modified when it was put into the cache
 * @since 0.1
 */
public record CachedModel(
        ModelReference reference,
        Path path,
        long sizeBytes,
        @Nullable String sha256,
        Instant modified) {}
