package io.shearling.hub;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The way from what a user calls a model to a checked file on this machine.
 *
 * <p>Thread-safe. {@code resolve} blocks until the file is there; a second thread or process that wants the same model
 * waits for the first and fetches nothing. Interrupting the calling thread ends the fetch with
 * {@link HubException.Reason#CANCELLED}; what has arrived stays in the cache and the next call goes on from there.
 *
 * @since 0.1
 */
public final class ModelHub {
    private static final System.Logger LOG = System.getLogger("io.shearling.hub");

    private final HubOptions options;
    private final Catalogue catalogue;
    private final ModelCache cache;

    /** A hub with the given settings and the standard catalogue. */
    public ModelHub(HubOptions options) {
        this(options, Catalogue.standard());
    }

    /** A hub with the given settings and a catalogue of one's own. */
    public ModelHub(HubOptions options, Catalogue catalogue) {
        this.options = options;
        this.catalogue = catalogue;
        this.cache = new ModelCache(options.cacheFolder());
    }

    /** A hub with the settings of this user's environment. */
    public static ModelHub standard() {
        return new ModelHub(HubOptions.fromEnvironment());
    }

    /** The catalogue whose names this hub knows. */
    public Catalogue catalogue() {
        return catalogue;
    }

    /** The cache that this hub fills. */
    public ModelCache cache() {
        return cache;
    }

    /**
     * Finds a model by its text form and fetches it if it is not on this machine.
     *
     * @param reference a file, a catalogue name, or {@code hf:owner/repo[:file][#revision]}
     * @param listener told of the progress on this thread
     * @return the path of the file
     */
    public Path resolve(String reference, ProgressListener listener) {
        return resolve(ModelReference.parse(reference, catalogue), listener);
    }

    /**
     * Finds a model and fetches it if it is not on this machine.
     *
     * @param reference what is wanted
     * @param listener told of the progress on this thread
     * @return the path of the file, of a split model the first one; a file of the cache has been checked by its sha256
     * @throws HubException if it cannot be had; the message names every source that was tried
     */
    public Path resolve(ModelReference reference, ProgressListener listener) {
        Progress progress = new Progress(listener);
        if (reference instanceof ModelReference.LocalFile local) {
            return localFile(local.path());
        }
        if (reference instanceof ModelReference.CatalogueName name) {
            return fetcher(wantedEntry(name), progress).resolve();
        }
        return hubModel((ModelReference.HubModel) reference, progress);
    }

    /** Fetches all files of a hub model; the path of the first. */
    private Path hubModel(ModelReference.HubModel hub, Progress progress) {
        List<Wanted> files = HubLookup.wanted(options, cache, hub, progress);
        List<Path> paths = files.stream()
                .map(wanted -> fetcher(wanted, progress).resolve())
                .toList();
        if (hub.file() == null) {
            try {
                cache.rememberOnlyFile(hub, files.get(0).key());
            } catch (IOException e) {
                LOG.log(Level.INFO, "the only file of {0} cannot be noted ({1})", hub.text(), DiskFailures.words(e));
            }
        }
        return paths.get(0);
    }

    private Fetch fetcher(Wanted wanted, Progress progress) {
        return new Fetch(options, cache, wanted, progress);
    }

    private static Path localFile(Path path) {
        if (!Files.isReadable(path) || Files.isDirectory(path)) {
            throw new HubException(
                    HubException.Reason.BAD_REFERENCE,
                    "The file " + path + " "
                            + (Files.isDirectory(path)
                                    ? "is a folder: name the GGUF file in it."
                                    : Files.exists(path)
                                            ? "cannot be read: change its permissions."
                                            : "does not exist: check the path."));
        }
        return path;
    }

    private Wanted wantedEntry(ModelReference.CatalogueName name) {
        CatalogueEntry entry = catalogue
                .find(name.name())
                .orElseThrow(() -> new HubException(
                        HubException.Reason.BAD_REFERENCE,
                        "The model " + name.name() + " is not in the catalogue: known names are "
                                + String.join(", ", catalogue.names()) + "."));
        return new Wanted(
                "The model " + entry.name(),
                CacheKey.of(entry),
                new Expectation(entry.sizeBytes(), entry.sha256()),
                List.copyOf(entry.sources()));
    }

    /** Restores the interrupt flag and makes the exception of a cancelled call. */
    static HubException cancelled(String what) {
        Thread.currentThread().interrupt();
        return new HubException(
                HubException.Reason.CANCELLED, what + " was cancelled: call again to go on from what has arrived.");
    }
}
