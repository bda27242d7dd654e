package io.shearling.formats.gguf;

import io.shearling.formats.gguf.GgufException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An output that is written beside its target as {@code NAME.part} and takes its place in one step. */
final class PartFile {
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
            return new PartFile(target, part, locked(target, part));
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

    Path commit() {
        if (!open) {
            throw new IllegalStateException("The file " + target + " is already written or given up.");
        }
        try {
            channel.force(true);
            channel.close();
            Files.move(part, target.toAbsolutePath(), StandardCopyOption.ATOMIC_MOVE);
            open = false;
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
            channel.close();
            Files.deleteIfExists(part);
        } catch (IOException e) {
            System.getLogger(PartFile.class.getName())
                    .log(System.Logger.Level.WARNING, "The unfinished file " + part + " could not be removed.", e);
        }
    }

    private static FileChannel locked(Path target, Path part) throws IOException {
        FileChannel channel = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (lock(channel) == null) {
                throw new GgufException(
                        Kind.TARGET, target.toString(), "somebody else is writing " + part, "wait for it to end");
            }
            channel.truncate(0);
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
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
