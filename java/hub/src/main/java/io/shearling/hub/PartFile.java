package io.shearling.hub;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The unfinished file of a model, beside its final place: it is filled, checked, synced, renamed.
 *
 * <p>A note beside it says which content it is a part of, so that a resumed download does not join two files.
 */
final class PartFile {
    static final String SUFFIX = ".part";
    static final String NOTE_SUFFIX = ".part-of";
    static final String WORK_SUFFIX = ".work";
    private static final System.Logger LOG = System.getLogger("io.shearling.hub");

    private final Path target;
    private final Path path;
    private final Path notePath;

    PartFile(Path target) {
        this.target = target;
        path = target.resolveSibling(target.getFileName() + SUFFIX);
        notePath = target.resolveSibling(target.getFileName() + NOTE_SUFFIX);
    }

    Path path() {
        return path;
    }

    String fileName() {
        return target.getFileName().toString();
    }

    /** A folder beside the part for what a source needs while it works; it is empty. */
    Path emptyWorkFolder() throws IOException {
        Path work = target.resolveSibling(target.getFileName() + WORK_SUFFIX);
        deleteTree(work);
        return Files.createDirectories(work);
    }

    static void deleteTree(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            try (Stream<Path> tree = Files.walk(folder)) {
                for (Path entry : tree.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(entry);
                }
            }
        }
    }

    long size() throws IOException {
        return Files.exists(path) ? Files.size(path) : 0;
    }

    /** A stream that appends; the caller closes it. */
    OutputStream append() throws IOException {
        return Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    void clear() throws IOException {
        Files.deleteIfExists(path);
        Files.deleteIfExists(notePath);
    }

    @Nullable
    String note() throws IOException {
        return Files.exists(notePath) ? Files.readString(notePath).strip() : null;
    }

    void note(String content) throws IOException {
        Files.writeString(notePath, content + "\n", StandardCharsets.UTF_8);
    }

    /** Refuses when the disk has less free space than is still to come, with a little left over for the system. */
    void requireSpace(long bytes) throws IOException {
        long free = Files.getFileStore(target.toAbsolutePath().getParent()).getUsableSpace();
        long reserve = 16L << 20;
        if (bytes > free - reserve) {
            throw new HubException(
                    HubException.Reason.NO_SPACE,
                    String.format(
                            Locale.ROOT,
                            "The file %s needs %,d MB of disk and %s has %,d MB free: free some space, or name another"
                                    + " folder in SHEARLING_CACHE.",
                            fileName(),
                            (bytes >> 20) + 1,
                            target.getParent(),
                            free >> 20));
        }
    }

    /** Syncs the part and renames it to its final place. */
    Path place(String sha256) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(path, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncFolder(target.toAbsolutePath().getParent());
        Files.deleteIfExists(notePath);
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
