package io.shearling.hub;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The unfinished file of a model, beside its final place: it is filled, checked, synced, renamed.
 *
 * <p>A {@link DownloadNote} beside it says what it is a part of and what is missing. Bytes without a note are of no use.
 */
final class DownloadFile {
    private static final System.Logger LOG = System.getLogger("io.shearling.hub");
    private static final int MAX_TRIES = 5;
    private static final long RESERVE_BYTES = 16L << 20;

    private final ModelFiles files;

    DownloadFile(Path target) {
        files = new ModelFiles(target);
    }

    Path path() {
        return files.part();
    }

    String fileName() {
        return files.model().getFileName().toString();
    }

    /** A folder beside the part for what a source needs while it works; it is empty. */
    Path emptyWorkFolder() throws IOException {
        FileTrees.delete(files.work());
        return Files.createDirectories(files.work());
    }

    long size() throws IOException {
        return Files.exists(path()) ? Files.size(path()) : 0;
    }

    /** A channel that writes anywhere in the file; the caller closes it. */
    FileChannel open() throws IOException {
        return FileChannel.open(path(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    void clear() throws IOException {
        Files.deleteIfExists(path());
        Files.deleteIfExists(files.note());
    }

    /** What has arrived in an earlier call; null if that is nothing, or nothing that can be trusted. */
    @Nullable
    DownloadNote note() throws IOException {
        DownloadNote note = DownloadNote.read(files.note());
        return note != null && Files.exists(path()) && size() >= note.leastLength() ? note : null;
    }

    /** Begins a new file. Its folder is made too; another process may just have removed it because it was empty. */
    void begin(DownloadNote note) throws IOException {
        clear();
        for (int attempt = 1; ; attempt++) {
            try {
                Files.createDirectories(path().getParent());
                note.write(files.note());
                open().close();
                return;
            } catch (NoSuchFileException e) {
                if (attempt == MAX_TRIES) {
                    throw e;
                }
            }
        }
    }

    /** Puts a whole file from the work folder in the place of what has arrived. It still waits for its check. */
    void replace(Path whole, Expectation file) throws IOException {
        // Without its note the old part is of no use, so a process that ends here mixes nothing.
        Files.deleteIfExists(files.note());
        Files.move(whole, path(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        save(DownloadNote.ofAll(file));
    }

    /** Saves the note. What it says has arrived is on the disk first, so that it holds after a power cut too. */
    void save(DownloadNote note) throws IOException {
        sync();
        note.write(files.note());
    }

    private void sync() throws IOException {
        try (FileChannel channel = FileChannel.open(path(), StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /** Refuses when the disk has less free space than is still to come, with a little left over for the system. */
    void requireSpace(long bytes) throws IOException {
        if (!hasSpace(bytes)) {
            throw noSpace(String.format(Locale.ROOT, "needs %,d MB of disk", (bytes >> 20) + 1), freeBytes());
        }
    }

    /** Whether the disk has space for so many bytes more, with a little left over for the system. */
    boolean hasSpace(long bytes) throws IOException {
        return bytes <= freeBytes() - RESERVE_BYTES;
    }

    /** What the disk has left for this user, where the folder of the model is or will be. */
    private long freeBytes() throws IOException {
        Path folder = files.model().getParent();
        while (folder != null && !Files.exists(folder)) {
            folder = folder.getParent();
        }
        return folder == null ? Long.MAX_VALUE : Files.getFileStore(folder).getUsableSpace();
    }

    /** The failure of a write: a full disk has a sentence of its own. */
    HubException writeFailure(IOException cause) {
        long free;
        try {
            free = freeBytes();
        } catch (IOException e) {
            cause.addSuppressed(e);
            return ModelCache.unusable(path(), cause);
        }
        return DiskFailures.isFull(cause, free)
                ? noSpace("filled the disk (" + DiskFailures.words(cause) + "); what has arrived is kept", free)
                : ModelCache.unusable(path(), cause);
    }

    private HubException noSpace(String what, long free) {
        return new HubException(
                HubException.Reason.NO_SPACE,
                String.format(
                        Locale.ROOT,
                        "The file %s %s, and %s has %,d MB free: free some space, or name another folder in"
                                + " SHEARLING_CACHE.",
                        fileName(),
                        what,
                        files.model().getParent(),
                        free >> 20));
    }

    /** Syncs the part and renames it to its final place. */
    Path place(String sha256) throws IOException {
        sync();
        Path target = files.model();
        Files.move(path(), target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncFolder(target.toAbsolutePath().getParent());
        Files.deleteIfExists(files.note());
        VerifiedMarker.of(target, sha256).write(target);
        return target;
    }

    /** Makes the rename itself durable; Windows cannot open a folder and does not need it. */
    private static void syncFolder(@Nullable Path folder) {
        if (folder == null) {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the folder {0} cannot be synced ({1})", folder, e.getMessage());
        }
    }
}
