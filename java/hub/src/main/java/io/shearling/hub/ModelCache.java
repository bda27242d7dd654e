package io.shearling.hub;

import io.shearling.hub.CacheListing.Entry;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
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
    private final Path folder;

    /** A cache in a folder, which is made when the first model arrives. */
    public ModelCache(Path folder) {
        this.folder = folder.toAbsolutePath();
    }

    /** The cache folder of this user. */
    public static Path defaultFolder() {
        return CacheFolders.cache(Environment.ofThisProcess());
    }

    /** The cache folder, absolute; models lie in {@code models/} below it. */
    public Path folder() {
        return folder;
    }

    /** The models, those that are not finished too, sorted by their path. What other people put there is left out. */
    public List<CachedModel> list() {
        try {
            return Files.isDirectory(models())
                    ? CacheListing.models(CacheListing.entries(models(), models()))
                    : List.of();
        } catch (IOException e) {
            throw unusable(folder, e);
        }
    }

    /**
     * Removes a model, all its parts, and what an unfinished fetch of it left. A fetch of it that is under way is waited for.
     * Nothing outside the cache is deleted: of a link, the link alone.
     *
     * @param reference a catalogue name or a hub address; a hub address without file means all files of its revision
     * @param listener told when another process is waited for
     * @return the bytes that were freed; empty if nothing of the model was there
     */
    public OptionalLong remove(ModelReference reference, ProgressListener listener) {
        if (reference instanceof ModelReference.LocalFile local) {
            throw new HubException(
                    HubException.Reason.BAD_REFERENCE,
                    "The file " + local.path()
                            + " is not named as a model of the cache: delete it with the tools of the"
                            + " system, or give the name that the list of the cache shows.");
        }
        try {
            List<Entry> entries = CacheListing.entries(models(), models().resolve(placeOf(reference))).stream()
                    .filter(entry -> covers(reference, entry.key()))
                    .toList();
            long freed = 0;
            for (Entry entry : entries) {
                freed += remove(entry, new Progress(listener));
            }
            return entries.isEmpty() ? OptionalLong.empty() : OptionalLong.of(freed);
        } catch (IOException e) {
            throw unusable(folder, e);
        } catch (InterruptedException e) {
            throw ModelHub.cancelled("The removal of " + reference.text());
        }
    }

    private long remove(Entry entry, Progress progress) throws IOException, InterruptedException {
        CacheLock lock = lock(entry.key(), progress);
        try {
            long freed = entry.files().delete();
            forgetOnlyFile(entry.key());
            tidy(entry.key());
            return freed;
        } finally {
            lock.close();
        }
    }

    private static Path placeOf(ModelReference reference) {
        return reference instanceof ModelReference.HubModel hub
                ? CacheKey.revisionFolder(hub.owner(), hub.repository(), hub.revision())
                : Path.of(reference.text());
    }

    private static boolean covers(ModelReference reference, CacheKey key) {
        return CacheListing.whole(reference).equals(CacheListing.whole(key.reference()))
                || (reference instanceof ModelReference.HubModel hub && hub.file() == null);
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
        if (Files.isDirectory(file)) {
            // Found now, and not by the rename when all has been fetched.
            throw new HubException(
                    HubException.Reason.CACHE,
                    "The model " + key.reference().text() + " cannot be kept because a folder is in the place of its"
                            + " file, " + file + ": remove that folder.");
        }
        if (!Files.isRegularFile(file)) {
            return new CacheLook.Missing();
        }
        VerifiedMarker marker = VerifiedMarker.read(file);
        String expected = sha256 == null && marker != null ? marker.sha256() : sha256;
        if (marker != null && marker.matches(file) && marker.sha256().equals(expected)) {
            VerifiedMarker.touch(file);
            return new CacheLook.Intact(file);
        }
        String actual = Sha256.of(file, progress);
        if (expected != null && !actual.equals(expected)) {
            return new CacheLook.Changed(file + " was changed: its sha256 is " + actual + " instead of " + expected);
        }
        VerifiedMarker.of(file, actual).write(file);
        return new CacheLook.Intact(file);
    }

    /** Waits for the right to change a model; the listener is told if somebody else has it. */
    CacheLock lock(CacheKey key, Progress progress) throws IOException, InterruptedException {
        return CacheLock.acquire(
                folder.resolve("locks").resolve(key.lockName()),
                () -> progress.start(
                        "waiting for another process that fetches "
                                + key.reference().text(),
                        0,
                        -1));
    }

    /** The unfinished file of a model; only the holder of the model's lock may touch it. */
    DownloadFile part(CacheKey key) {
        return new DownloadFile(pathOf(key));
    }

    /** Removes the folders of a model that has left nothing in them. */
    void tidy(CacheKey key) throws IOException {
        FileTrees.deleteEmpty(pathOf(key).getParent(), folder);
    }

    /** The file that was the only model of a repository when the hub was last asked; null if no note tells one. */
    @Nullable
    String recallOnlyFile(ModelReference.HubModel hub) throws IOException {
        Path note = onlyFileNote(hub);
        if (!Files.isRegularFile(note)) {
            return null;
        }
        try {
            String file = Files.readString(note).strip();
            return HubNames.isFile(file) ? file : null;
        } catch (CharacterCodingException e) {
            // Like any other text that names no file: the hub is asked, and the note written anew.
            return null;
        }
    }

    /** Remembers the file of a reference that names none, so that the next look-up needs no network. */
    void rememberOnlyFile(ModelReference.HubModel hub, CacheKey found) throws IOException {
        if (found.reference() instanceof ModelReference.HubModel named && named.file() != null) {
            if (named.file().equals(recallOnlyFile(hub))) {
                return;
            }
            Path note = onlyFileNote(hub);
            // A name of its own, for this is done without a lock.
            Path beside = note.resolveSibling(note.getFileName() + "." + UUID.randomUUID() + ModelFiles.NEW);
            try {
                Files.writeString(beside, named.file() + "\n");
                Files.move(beside, note, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(beside);
            }
        }
    }

    /** Deletes the note that names a file, and one that names none. */
    private void forgetOnlyFile(CacheKey removed) throws IOException {
        if (removed.reference() instanceof ModelReference.HubModel hub) {
            String noted = recallOnlyFile(hub);
            if (noted == null || noted.equals(hub.file())) {
                Files.deleteIfExists(onlyFileNote(hub));
            }
        }
    }

    private Path onlyFileNote(ModelReference.HubModel hub) {
        Path revision = models().resolve(CacheKey.revisionFolder(hub.owner(), hub.repository(), hub.revision()));
        return revision.resolveSibling(revision.getFileName() + ".only");
    }

    static HubException unusable(Path path, Exception cause) {
        return new HubException(
                HubException.Reason.CACHE,
                "The cache at " + path + " cannot be used (" + DiskFailures.words(cause) + "): "
                        + DiskFailures.remedy(cause) + ".",
                cause);
    }
}
