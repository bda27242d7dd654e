package io.shearling.recipes.budget;

import io.shearling.formats.output.PartFile;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A folder beside the output for what a search writes; it goes when the search ends, and what a crash left is removed by the next. */
final class SearchFolder implements AutoCloseable {
    private static final String LOCK = "lock";
    private static final String CANDIDATE = "candidate.gguf";
    private static final String SEARCH = "search.base";
    private static final String VERIFICATION = "verification.base";

    /** Nothing else is ever removed. */
    private static final List<String> OURS = List.of(CANDIDATE, SEARCH, VERIFICATION);

    /** Of a row of what the original says, besides a twentieth of two bytes for each token of the vocabulary. */
    private static final int ROW_BYTES = 128;

    private static final int HEAD_BYTES = 256;

    private final Path folder;
    private final FileChannel lock;

    private SearchFolder(Path folder, FileChannel lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /** The folder for the search of this output. */
    static SearchFolder beside(Path target) {
        Path absolute = target.toAbsolutePath();
        Path parent = requireFolder(target);
        Path folder = parent.resolve(absolute.getFileName() + ".search");
        try {
            Files.createDirectories(folder);
            return locked(folder);
        } catch (IOException e) {
            throw new RecipeException(
                    Kind.IO,
                    folder.toString(),
                    "nothing can be written there (" + e + ")",
                    "name another place for the output",
                    e);
        }
    }

    private static SearchFolder locked(Path folder) throws IOException {
        FileChannel channel =
                FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean kept = false;
        try {
            if (tryLock(channel) == null) {
                throw new RecipeException(
                        Kind.IO,
                        folder.toString(),
                        "another search writes there",
                        "wait for its end, or name another output");
            }
            SearchFolder search = new SearchFolder(folder, channel);
            search.clear();
            kept = true;
            return search;
        } finally {
            if (!kept) {
                channel.close();
            }
        }
    }

    /** The folder of a file that is going to be written; refuses what no file can be written to. */
    static Path requireFolder(Path target) {
        Path absolute = target.toAbsolutePath();
        Path parent = absolute.getParent();
        if (parent == null || Files.isDirectory(absolute)) {
            throw new RecipeException(
                    Kind.IO, target.toString(), "a folder is in the place of the file", "name a file");
        }
        if (!Files.isDirectory(parent)) {
            throw new RecipeException(
                    Kind.IO,
                    target.toString(),
                    "the directory " + parent + " does not exist",
                    "create it or name another place");
        }
        return parent;
    }

    /** Most bytes of what the original says to so many chunks. */
    static long baseBytes(int chunks, int contextTokens, int vocabulary) {
        long rows = contextTokens / 2 + 1L;
        return 2 * HEAD_BYTES + chunks * ((long) Integer.BYTES * contextTokens + rows * (vocabulary / 10 + ROW_BYTES));
    }

    /**
     * Refuses a disk without so much room.
     *
     * @param bytes that are there at the same time: a candidate, and what the original says. The result is written when they are gone
     */
    static void requireRoom(Path target, long bytes) {
        PartFile.requireRoom(
                target,
                bytes,
                (kind, file, reason, remedy, cause) -> new RecipeException(Kind.IO, file, reason, remedy, cause));
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    /** The model that is measured. */
    Path candidate() {
        return folder.resolve(CANDIDATE);
    }

    /** What the original says to the text of the search. */
    Path search() {
        return folder.resolve(SEARCH);
    }

    /** What the original says to the text of the verification. */
    Path verification() {
        return folder.resolve(VERIFICATION);
    }

    private void clear() throws IOException {
        for (String name : OURS) {
            Files.deleteIfExists(folder.resolve(name));
            Files.deleteIfExists(folder.resolve(name + ".part"));
        }
    }

    @Override
    public void close() {
        try (lock) {
            clear();
            Files.deleteIfExists(folder.resolve(LOCK));
            Files.deleteIfExists(folder);
        } catch (DirectoryNotEmptyException | NoSuchFileException e) {
            // Somebody else's files are none of ours.
        } catch (IOException e) {
            System.getLogger(SearchFolder.class.getName())
                    .log(System.Logger.Level.WARNING, folder + " cannot be removed; remove it by hand", e);
        }
    }
}
