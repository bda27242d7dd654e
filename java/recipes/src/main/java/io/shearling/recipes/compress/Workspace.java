package io.shearling.recipes.compress;

import io.shearling.formats.json.JsonTree;
import io.shearling.formats.json.JsonValue;
import io.shearling.formats.json.StrictJson;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder with what runs of recipes have made: a folder for each, named after the checksum of all that it was made of. What is there is
 * never made twice, by whatever run of whatever recipe; what a run left unfinished is taken up by the next. Several runs may share it:
 * the second waits for what the first is making. Thread-safe.
 */
final class Workspace {
    private static final String MARK = "shearling-workspace";
    private static final String NOTE = "note.json";
    private static final String LOCK = "lock";

    /** Of the files in it. */
    private static final int VERSION = 1;

    private static final int NAME_LENGTH = 32;
    private static final long PATIENCE_MILLIS = 100;
    private static final StrictJson NOTES = StrictJson.within(20, 1 << 24);
    private static final System.Logger LOG = System.getLogger(Workspace.class.getName());

    private final Path folder;

    private Workspace(Path folder) {
        this.folder = folder;
    }

    /** Makes something in a folder. */
    interface Work<T> {
        /** Writes files into the folder, and says what goes into the note. What an earlier run left there may be used. */
        JsonValue.Fields make(Path folder);

        /** What was made, out of its files and its note; throws what it will if that cannot be. */
        T read(Path folder, JsonValue.Fields note);
    }

    /**
     * What was made.
     *
     * @param reused whether it was there already
     */
    record Made<T>(T value, boolean reused) {}

    /**
     * Opens one; makes it where the folder is not there, or empty.
     *
     * @throws RecipeException when the folder holds other things, or what another version made
     */
    static Workspace open(Path folder) {
        Path mark = folder.resolve(MARK);
        String version = "version " + VERSION;
        try {
            Files.createDirectories(folder);
            if (!Files.exists(mark)) {
                try (Stream<Path> files = Files.list(folder)) {
                    boolean others = files.anyMatch(
                            file -> !String.valueOf(file.getFileName()).startsWith(MARK));
                    // Another run may have made it meanwhile.
                    if (others && !Files.exists(mark)) {
                        throw refused(folder, "it holds other things", "name a new folder with --workspace");
                    }
                }
                Path beside = Files.createTempFile(folder, MARK, ".new");
                Files.writeString(beside, version + "\n");
                Files.move(beside, mark, StandardCopyOption.ATOMIC_MOVE);
            }
            String found = Files.readString(mark).strip();
            if (!found.equals(version)) {
                throw refused(
                        folder,
                        "it is a workspace of another release ("
                                + found.lines().findFirst().orElse("empty") + ")",
                        "remove it, or name another folder with --workspace");
            }
            return new Workspace(folder);
        } catch (IOException e) {
            throw new RecipeException(
                    Kind.WORKSPACE,
                    folder.toString(),
                    "it cannot be used (" + e + ")",
                    "name another folder with --workspace",
                    e);
        }
    }

    /**
     * What has this key: made now, unless it is there and whole.
     *
     * @param waiting is run once if somebody else is making it
     */
    <T> Made<T> once(String key, Work<T> work, Runnable waiting) {
        Path place = folder.resolve(key.substring(0, NAME_LENGTH));
        try {
            Files.createDirectories(place);
            try (FileChannel channel =
                            FileChannel.open(place.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = lock(channel, waiting)) {
                return locked(place, key, work);
            }
        } catch (ClosedByInterruptException e) {
            Thread.currentThread().interrupt();
            throw cancelled(e);
        } catch (IOException e) {
            throw new RecipeException(
                    Kind.IO,
                    place.toString(),
                    "it cannot be used (" + e + ")",
                    "check the disk and the permissions",
                    e);
        }
    }

    private <T> Made<T> locked(Path place, String key, Work<T> work) throws IOException {
        Optional<JsonValue.Fields> there = whole(place, key);
        if (there.isPresent()) {
            try {
                return new Made<>(work.read(place, value(there.get())), true);
            } catch (RuntimeException e) {
                damaged(place, e);
            }
        }
        Files.deleteIfExists(place.resolve(NOTE));
        JsonValue.Fields made = work.make(place);
        TextOutput.write(
                place.resolve(NOTE),
                JsonValue.object("key", key, "files", new JsonValue.Items(files(place)), "value", made));
        return new Made<>(work.read(place, made), false);
    }

    /** The note, if what it tells of is there, byte for byte. */
    private static Optional<JsonValue.Fields> whole(Path place, String key) {
        Path note = place.resolve(NOTE);
        if (!Files.exists(note)) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(note)) {
            if (JsonTree.read(NOTES, in) instanceof JsonValue.Fields fields
                    && fields.find("key").equals(Optional.of(new JsonValue.Text(key)))
                    && fields.find("files").equals(Optional.of(new JsonValue.Items(files(place))))) {
                return Optional.of(fields);
            }
            damaged(place, null);
        } catch (IOException e) {
            damaged(place, e);
        }
        return Optional.empty();
    }

    private static void damaged(Path place, @Nullable Exception cause) {
        LOG.log(System.Logger.Level.WARNING, place + " is damaged and is made again", cause);
    }

    private static JsonValue.Fields value(JsonValue.Fields note) {
        if (note.find("value").orElse(null) instanceof JsonValue.Fields value) {
            return value;
        }
        throw new IllegalStateException("its note has no value");
    }

    private static List<JsonValue> files(Path place) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(place)) {
            files = all.filter(Files::isRegularFile)
                    .filter(file -> !isOurs(file.getFileName().toString()))
                    .sorted()
                    .toList();
        }
        List<JsonValue> known = new ArrayList<>();
        for (Path file : files) {
            known.add(JsonValue.object(
                    "name", file.getFileName().toString(), "bytes", Files.size(file), "sha256", Checksum.of(file)));
        }
        return known;
    }

    private static boolean isOurs(String name) {
        return name.equals(LOCK) || name.startsWith(NOTE);
    }

    private static FileLock lock(FileChannel channel, Runnable waiting) throws IOException {
        boolean told = false;
        while (true) {
            FileLock lock = tryLock(channel);
            if (lock != null) {
                return lock;
            }
            if (!told) {
                waiting.run();
                told = true;
            }
            try {
                Thread.sleep(PATIENCE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw cancelled(e);
            }
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static RecipeException cancelled(Exception origin) {
        return new RecipeException(
                Kind.CANCELLED, "the recipe", "it was interrupted", "start it again: it goes on where it was", origin);
    }

    private static RecipeException refused(Path folder, String cause, String remedy) {
        return new RecipeException(Kind.WORKSPACE, folder.toString(), cause, remedy);
    }
}
