package io.shearling.cli;

import io.shearling.hub.CachedModel;
import io.shearling.hub.HubException;
import io.shearling.hub.HubOptions;
import io.shearling.hub.ModelCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where models come from and where they lie.
 *
 * @param endpoint the hub's address
 * @param offline whether the network is forbidden
 * @param proxy the proxy on the way to the hub, as "HTTP @ host:port"
 * @param token whether there is an access token; its text is nobody's business
 * @param cache the cache folder
 * @param models how many models are there
 * @param modelBytes what they take
 * @param freeBytes what the file system has left; -1 where it does not tell
 * @param faults why models cannot be fetched or kept, each with its remedy
 */
record HubReport(
        String endpoint,
        boolean offline,
        Optional<String> proxy,
        boolean token,
        Path cache,
        int models,
        long modelBytes,
        long freeBytes,
        List<String> faults) {

    static HubReport ofThisUser() {
        try {
            HubOptions options = HubOptions.fromEnvironment();
            ModelCache cache = new ModelCache(options.cacheFolder());
            List<CachedModel> models = cache.list();
            List<String> faults = new ArrayList<>();
            Optional<String> proxy = proxy(options, faults);
            fault(cache.folder()).ifPresent(faults::add);
            return new HubReport(
                    options.endpoint().toString(),
                    options.offline(),
                    proxy,
                    options.token().isPresent(),
                    cache.folder(),
                    models.size(),
                    models.stream().mapToLong(CachedModel::sizeBytes).sum(),
                    freeBytes(cache.folder()),
                    faults);
        } catch (HubException e) {
            return new HubReport(
                    "", false, Optional.empty(), false, ModelCache.defaultFolder(), 0, 0, -1, List.of(words(e)));
        }
    }

    private static String words(HubException e) {
        return String.valueOf(e.getMessage());
    }

    /** The proxy that the hub takes; one that it cannot take is a fault. */
    private static Optional<String> proxy(HubOptions options, List<String> faults) {
        try {
            return options.proxy();
        } catch (HubException e) {
            faults.add(words(e));
            return Optional.empty();
        }
    }

    private static long freeBytes(Path folder) {
        try {
            return Files.getFileStore(existing(folder)).getUsableSpace();
        } catch (IOException e) {
            return -1;
        }
    }

    private static Optional<String> fault(Path folder) {
        Path existing = existing(folder);
        return Files.isDirectory(existing) && Files.isWritable(existing)
                ? Optional.empty()
                : Optional.of("models cannot be kept in " + folder + " because " + existing
                        + " cannot be written to: make it writable, or name another folder in SHEARLING_CACHE");
    }

    /** The folder, or what is there of the way to it. */
    private static Path existing(Path folder) {
        Path at = folder;
        for (@Nullable Path above = at.getParent(); !Files.exists(at) && above != null; above = at.getParent()) {
            at = above;
        }
        return at;
    }
}
