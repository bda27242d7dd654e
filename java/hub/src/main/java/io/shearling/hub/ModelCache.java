package io.shearling.hub;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The model files of this user, below {@code models/} in the cache folder. Thread-safe, also among processes.
 *
 * <p>The folder is the environment variable {@code SHEARLING_CACHE}, else {@code XDG_CACHE_HOME/shearling}, else
 * {@code ~/.cache/shearling}; on macOS {@code ~/Library/Caches/shearling}, on Windows
 * {@code %LOCALAPPDATA%\shearling}. A file appears whole and checked or not at all.
 *
 * @since 0.1
 */
public final class ModelCache {
    private static final List<String> NOTE_SUFFIXES =
            List.of(VerifiedMarker.SUFFIX, PartFile.NOTE_SUFFIX, PartFile.SUFFIX, PartFile.WORK_SUFFIX);

    private final Path folder;

    /** A cache in a folder, which is made when the first model arrives. */
    public ModelCache(Path folder) {
        this.folder = folder.toAbsolutePath();
    }

    /** The cache folder of this user. */
    public static Path defaultFolder() {
        return CacheFolders.ofThisMachine(System.getenv()).cache();
    }

    /** The cache folder, absolute; models lie in {@code models/} below it. */
    public Path folder() {
        return folder;
    }

    /** The whole models, sorted by their path. Files that are still being fetched are not among them. */
    public List<CachedModel> list() {
        List<CachedModel> found = new ArrayList<>();
        for (Path file : files(models())) {
            Optional<CacheKey> key = isNote(file) ? Optional.empty() : CacheKey.ofFile(models().relativize(file));
            if (key.isPresent()) {
                found.add(describe(key.get(), file));
            }
        }
        found.sort(Comparator.comparing(model -> model.path().toString()));
        return found;
    }

    private static CachedModel describe(CacheKey key, Path file) {
        try {
            VerifiedMarker marker = VerifiedMarker.read(file);
            return new CachedModel(
                    key.reference(),
                    file,
                    Files.size(file),
                    marker != null && marker.matches(file) ? marker.sha256() : null,
                    Files.getLastModifiedTime(file).toInstant());
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    /**
     * Removes a model and what an unfinished download of it left. Waits for a download of it that is under way.
     *
     * @param reference a catalogue name or a hub address; a hub address without file means all files of its revision
     * @return the bytes that were freed; 0 if nothing was there
     */
    public long remove(ModelReference reference) {
        if (reference instanceof ModelReference.LocalFile local) {
            throw new HubException(
                    HubException.Reason.BAD_REFERENCE,
                    "The file " + local.path() + " is not in the cache: delete it with the tools of the system.");
        }
        long freed = 0;
        try {
            for (Path file : files(models().resolve(placeOf(reference)))) {
                CacheKey key =
                        CacheKey.ofFile(models().relativize(modelOf(file))).orElse(null);
                if (key == null || !covers(reference, key)) {
                    continue;
                }
                CacheLock lock = lock(key, () -> {});
                try {
                    long size = Files.exists(file) ? Files.size(file) : 0;
                    freed += Files.deleteIfExists(file) ? size : 0;
                    deleteEmptyFolders(file.getParent());
                } finally {
                    lock.close();
                }
            }
        } catch (IOException e) {
            throw unusable(models(), e);
        } catch (InterruptedException e) {
            throw ModelHub.cancelled("The removal of " + reference.text());
        }
        return freed;
    }

    private static Path placeOf(ModelReference reference) {
        return reference instanceof ModelReference.HubModel hub
                ? CacheKey.revisionFolder(hub.owner(), hub.repository(), hub.revision())
                : Path.of(reference.text());
    }

    private static boolean covers(ModelReference reference, CacheKey key) {
        return reference.equals(key.reference())
                || (reference instanceof ModelReference.HubModel hub && hub.file() == null);
    }

    private void deleteEmptyFolders(@Nullable Path from) throws IOException {
        for (Path at = from; at != null && !at.equals(models()) && at.startsWith(models()); at = at.getParent()) {
            try (var children = Files.list(at)) {
                if (children.findAny().isPresent()) {
                    return;
                }
            }
            Files.delete(at);
        }
    }

    Path models() {
        return folder.resolve("models");
    }

    Path pathOf(CacheKey key) {
        return models().resolve(key.relative());
    }

    /** Looks at the place of a model; without a marker, or after a change, this reads the whole file. */
    CacheLook look(CacheKey key, @Nullable String sha256, Progress progress) throws IOException, InterruptedException {
        Path file = pathOf(key);
        if (!Files.isRegularFile(file)) {
            return new CacheLook.Missing();
        }
        VerifiedMarker marker = VerifiedMarker.read(file);
        String expected = sha256 == null && marker != null ? marker.sha256() : sha256;
        if (marker != null && marker.matches(file) && marker.sha256().equals(expected)) {
            return new CacheLook.Intact(file);
        }
        String actual = Sha256.of(file, progress);
        if (expected != null && !actual.equals(expected)) {
            return new CacheLook.Changed(file + " was changed: its sha256 is " + actual + " instead of " + expected);
        }
        VerifiedMarker.of(file, actual).write(file);
        return new CacheLook.Intact(file);
    }

    CacheLock lock(CacheKey key, Runnable waiting) throws IOException, InterruptedException {
        return CacheLock.acquire(folder.resolve("locks").resolve(key.lockName()), waiting);
    }

    /** The unfinished file of a model; only the holder of the model's lock may touch it. */
    PartFile part(CacheKey key) throws IOException {
        Path file = pathOf(key);
        Files.createDirectories(file.toAbsolutePath().getParent());
        return new PartFile(file);
    }

    private static boolean isNote(Path file) {
        return !modelOf(file).equals(file);
    }

    /** The model file that a note, an unfinished file or a file of a work folder belongs to; a model file itself. */
    private static Path modelOf(Path file) {
        for (Path at = file; at != null && at.getFileName() != null; at = at.getParent()) {
            String name = at.getFileName().toString();
            for (String suffix : at.equals(file) ? NOTE_SUFFIXES : List.of(PartFile.WORK_SUFFIX)) {
                if (name.endsWith(suffix)) {
                    return at.resolveSibling(name.substring(0, name.length() - suffix.length()));
                }
            }
        }
        return file;
    }

    /** The file that was the only one of its kind in a repository when the hub was last asked; null if unknown. */
    @Nullable
    String recallOnlyFile(ModelReference.HubModel hub) throws IOException {
        Path note = onlyFileNote(hub);
        return Files.exists(note) ? Files.readString(note).strip() : null;
    }

    void rememberOnlyFile(ModelReference.HubModel hub, String file) throws IOException {
        Path note = onlyFileNote(hub);
        Files.createDirectories(note.toAbsolutePath().getParent());
        Files.writeString(note, file + "\n");
    }

    private Path onlyFileNote(ModelReference.HubModel hub) {
        Path revision = models().resolve(CacheKey.revisionFolder(hub.owner(), hub.repository(), hub.revision()));
        return revision.resolveSibling(revision.getFileName() + ".only");
    }

    private static List<Path> files(Path below) {
        List<Path> found = new ArrayList<>();
        if (!Files.isDirectory(below)) {
            return found;
        }
        try {
            Files.walkFileTree(below, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (attributes.isRegularFile()) {
                        found.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException cause) throws IOException {
                    // Another process may have renamed or removed it since its folder was read.
                    if (Files.exists(file)) {
                        throw cause;
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw unusable(below, e);
        }
        return found;
    }

    static HubException unusable(Path path, Exception cause) {
        return new HubException(
                HubException.Reason.CACHE,
                "The cache at " + path + " cannot be used (" + cause.getMessage()
                        + "): make it writable, or name another folder in SHEARLING_CACHE.",
                cause);
    }
}
