package io.shearling.formats.gguf;

import io.shearling.formats.gguf.GgufException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** An output that is written beside its target as {@code NAME.part} and takes its place in one step. */
final class PartFile {
    private static final int MAX_TRIES = 5;

    private final Path target;
    private final Path part;
    private final FileChannel channel;
    private long position;
    private boolean open = true;

    private PartFile(Path target, Path part, FileChannel channel) {
        this.target = target;
        this.part = part;
        this.channel = channel;
    }

    /**
     * The unfinished files of this process. POSIX drops all locks of a process on a file when any of its channels there is
     * closed, so a second one is never opened.
     */
    private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

    /** Checks target and free space and creates the unfinished file; it is locked against a second writer. */
    static PartFile create(Path target, List<Path> inputs, long sizeBytes) {
        Path absolute = target.toAbsolutePath();
        Path directory = absolute.getParent();
        Path name = absolute.getFileName();
        if (directory == null || name == null || Files.isDirectory(absolute)) {
            throw new GgufException(
                    Kind.TARGET,
                    target.toString(),
                    "a file cannot be written in the place of a directory",
                    "name a file");
        }
        Path part = directory.resolve(name + ".part");
        if (!Files.isDirectory(directory)) {
            throw new GgufException(
                    Kind.TARGET,
                    target.toString(),
                    "the directory " + directory + " does not exist",
                    "create it or name another place");
        }
        try {
            for (Path input : inputs) {
                refuseInput(target, absolute, input);
                refuseInput(target, part, input);
            }
            long room = Files.getFileStore(directory).getUsableSpace();
            if (sizeBytes > room) {
                throw new GgufException(
                        Kind.SPACE,
                        target.toString(),
                        "the file takes " + sizeBytes + " bytes and " + directory + " has room for " + room,
                        "free some space or write to another disk");
            }
            return open(target, directory.toRealPath().resolve(part.getFileName()));
        } catch (IOException e) {
            throw failed(target, e);
        }
    }

    long position() {
        return position;
    }

    void write(ByteBuffer data) {
        try {
            while (data.hasRemaining()) {
                position += channel.write(data);
            }
        } catch (IOException e) {
            throw failed(target, e);
        }
    }

    /** Writes at a place of its own and leaves the position. Any thread. */
    void writeAt(long place, ByteBuffer data) {
        try {
            long at = place;
            while (data.hasRemaining()) {
                at += channel.write(data, at);
            }
        } catch (IOException e) {
            throw failed(target, e);
        }
    }

    Path commit() {
        if (!open) {
            throw new IllegalStateException("The file " + target + " is already written or given up.");
        }
        try {
            channel.force(true);
            // Still under the lock, as is the removal below: what is called part without it may be somebody else's.
            Files.move(part, target.toAbsolutePath(), StandardCopyOption.ATOMIC_MOVE);
            open = false;
            release();
            syncDirectory(target.toAbsolutePath().getParent());
            return target;
        } catch (IOException e) {
            throw failed(target, e);
        }
    }

    /** Closes and removes the unfinished file. */
    void discard() {
        if (!open) {
            return;
        }
        open = false;
        try {
            try {
                Files.deleteIfExists(part);
            } finally {
                release();
            }
        } catch (IOException e) {
            System.getLogger(PartFile.class.getName())
                    .log(System.Logger.Level.WARNING, "The unfinished file " + part + " could not be removed.", e);
        }
    }

    private void release() throws IOException {
        try {
            channel.close();
        } finally {
            OWN.remove(part);
        }
    }

    private static PartFile open(Path target, Path part) throws IOException {
        if (!OWN.add(part)) {
            throw taken(target, part);
        }
        boolean opened = false;
        try {
            for (int attempt = 0; attempt < MAX_TRIES; attempt++) {
                FileChannel channel = locked(part);
                if (channel != null) {
                    opened = true;
                    return new PartFile(target, part, channel);
                }
            }
            throw taken(target, part);
        } finally {
            if (!opened) {
                OWN.remove(part);
            }
        }
    }

    /**
     * The part, locked and emptied; null if somebody else has it. Between opening and locking another writer may have finished
     * the file and given it its name: then the lock is on that, and what is called part now is another file or none.
     */
    private static @Nullable FileChannel locked(Path part) throws IOException {
        FileChannel channel = null;
        boolean kept = false;
        try {
            createIfMissing(part);
            Object before = identity(part);
            channel = FileChannel.open(part, StandardOpenOption.WRITE);
            if (lock(channel) == null || !Objects.equals(before, identity(part))) {
                return null;
            }
            channel.truncate(0);
            kept = true;
            return channel;
        } catch (NoSuchFileException e) {
            // Its writer took it away just now.
            return null;
        } finally {
            if (channel != null && !kept) {
                channel.close();
            }
        }
    }

    private static void createIfMissing(Path part) throws IOException {
        try {
            Files.createFile(part);
        } catch (FileAlreadyExistsException e) {
            // Left by a crash, or somebody is writing it: the lock tells.
        }
    }

    /** Which file has this name; null where the system does not tell. */
    private static @Nullable Object identity(Path part) throws IOException {
        return Files.readAttributes(part, BasicFileAttributes.class).fileKey();
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static GgufException taken(Path target, Path part) {
        return new GgufException(
                Kind.TARGET, target.toString(), "somebody else is writing " + part, "wait for it to end");
    }

    private static void refuseInput(Path target, Path output, Path input) throws IOException {
        if (Files.exists(output) && Files.exists(input) && Files.isSameFile(output, input)) {
            throw new GgufException(
                    Kind.TARGET,
                    target.toString(),
                    "the output would overwrite the input " + input,
                    "name another file");
        }
    }

    /** So that the new name survives a power cut; not every system can open a directory. */
    private static void syncDirectory(@Nullable Path directory) {
        if (directory == null) {
            return;
        }
        try (FileChannel channel = FileChannel.open(directory)) {
            channel.force(true);
        } catch (IOException e) {
            System.getLogger(PartFile.class.getName())
                    .log(System.Logger.Level.DEBUG, "The directory " + directory + " cannot be synced.", e);
        }
    }

    private static GgufException failed(Path target, IOException cause) {
        return new GgufException(
                Kind.IO,
                target.toString(),
                "the file cannot be written (" + cause + ")",
                "check the disk and the permissions",
                cause);
    }
}
