package io.shearling.formats.output;

import io.shearling.formats.output.OutputFaults.Kind;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
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
public final class PartFile {
    private static final System.Logger LOG = System.getLogger(PartFile.class.getName());
    private static final int MAX_TRIES = 5;
    private static final String PART = ".part";

    /** What is worth a call to the disk, and what one call waits for. */
    private static final long BACK_BYTES = 32L << 20;

    /** How long {@link #writeBack} goes on. */
    private static final long BACK_NANOS = 100_000_000;

    private final Path target;
    private final Path part;
    private final FileChannel channel;
    private final WrittenRanges written;
    private final PartNote note;
    private final OutputFaults faults;
    private long position;
    private long back;
    // On Windows a mapped file keeps its name until the garbage collector has unmapped it.
    private boolean mappable = File.separatorChar == '/';
    private volatile boolean synced;
    private boolean open = true;

    private PartFile(
            Path target, Path part, FileChannel channel, WrittenRanges written, PartNote note, OutputFaults faults) {
        this.target = target;
        this.part = part;
        this.channel = channel;
        this.written = written;
        this.note = note;
        this.faults = faults;
    }

    /**
     * The unfinished files of this process. POSIX drops all locks of a process on a file when any of its channels there is
     * closed, so a second one is never opened.
     */
    private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

    /**
     * Checks the target and creates the unfinished file; it is locked against a second writer.
     *
     * @param inputs files that are being read and must not be overwritten
     * @param content what it will be, so that a later run can go on with it after a crash; null to begin anew each time
     * @param faults makes the exceptions of this and of all other methods
     */
    public static PartFile create(Path target, List<Path> inputs, @Nullable String content, OutputFaults faults) {
        Path absolute = target.toAbsolutePath();
        Path directory = absolute.getParent();
        Path name = absolute.getFileName();
        if (directory == null || name == null || Files.isDirectory(absolute)) {
            throw faults.fault(
                    Kind.TARGET,
                    target.toString(),
                    "a file cannot be written in the place of a directory",
                    "name a file");
        }
        Path part = directory.resolve(name + PART);
        if (!Files.isDirectory(directory)) {
            throw faults.fault(
                    Kind.TARGET,
                    target.toString(),
                    "the directory " + directory + " does not exist",
                    "create it or name another place");
        }
        try {
            for (Path input : inputs) {
                refuseInput(target, absolute, input, faults);
                refuseInput(target, part, input, faults);
            }
            return open(target, directory.toRealPath().resolve(part.getFileName()), content, faults);
        } catch (IOException e) {
            throw failed(target, e, faults);
        }
    }

    /** Checks that a directory has room for what is still to be written there. */
    public static void requireRoom(Path target, long bytes, OutputFaults faults) {
        Path directory = target.toAbsolutePath().getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            return; // creating the file says so better
        }
        try {
            long room = Files.getFileStore(directory).getUsableSpace();
            if (bytes > room) {
                throw faults.fault(
                        Kind.SPACE,
                        target.toString(),
                        "the file takes " + bytes + " bytes and " + directory + " has room for " + room,
                        "free some space or write to another disk");
            }
        } catch (IOException e) {
            throw failed(target, e, faults);
        }
    }

    /** Where it is until it is committed, for native code that writes to it too. */
    public Path unfinished() {
        return part;
    }

    /** Bytes written in order so far. */
    public long position() {
        return position;
    }

    /** What it has so far, holes included. */
    public long sizeBytes() {
        try {
            return channel.size();
        } catch (IOException e) {
            throw failed(target, e, faults);
        }
    }

    /** Makes it this long; what is not written is a hole. */
    public void extend(long sizeBytes) {
        try {
            channel.write(ByteBuffer.allocate(1), sizeBytes - 1);
        } catch (IOException e) {
            throw failed(target, e, faults);
        }
    }

    /** Appends what remains of a buffer. */
    public void write(ByteBuffer data) {
        synced = false;
        try {
            while (data.hasRemaining()) {
                position += channel.write(data);
            }
        } catch (IOException e) {
            throw failed(target, e, faults);
        }
    }

    /** Writes at a place of its own and leaves the position. Any thread. */
    public void writeAt(long place, ByteBuffer data) {
        synced = false;
        try {
            long at = place;
            while (data.hasRemaining()) {
                at += channel.write(data, at);
            }
            written.add(place, at);
        } catch (IOException e) {
            throw failed(target, e, faults);
        }
    }

    /** Fills what remains of a buffer with what was written at a place. Any thread. */
    public void readAt(long place, ByteBuffer target) {
        try {
            long at = place;
            while (target.hasRemaining()) {
                int count = channel.read(target, at);
                if (count < 0) {
                    throw new EOFException("it ends at " + at);
                }
                at += count;
            }
        } catch (IOException e) {
            throw failed(this.target, e, faults);
        }
    }

    /**
     * Has the disk take what {@link #writeAt} has written since the last call, if that is much, so that less is left for
     * {@link #sync}: the system would begin with it when a tenth of its memory waits. Others may write meanwhile; a sync of the
     * whole file would hold them up, one of a range does not. Promises nothing. One thread, which it keeps for a tenth of a second.
     */
    public void writeBack() {
        long until = System.nanoTime() + BACK_NANOS;
        while (mappable && written.end() - back >= BACK_BYTES && System.nanoTime() < until) {
            MappedByteBuffer range = map(back);
            if (range != null) {
                try {
                    range.force();
                } catch (UncheckedIOException e) {
                    // To be told, since the system tells it once: the sync at the end would not hear of it.
                    throw failed(target, Objects.requireNonNull(e.getCause()), faults);
                }
                back += BACK_BYTES;
            }
        }
    }

    /**
     * Only a mapping can be synced by ranges; its pages are never touched, so it takes no memory. Null where the system has no
     * mappings of this file, from then on.
     */
    private @Nullable MappedByteBuffer map(long from) {
        try {
            return channel.map(FileChannel.MapMode.READ_WRITE, from, BACK_BYTES);
        } catch (ClosedChannelException e) {
            throw failed(target, e, faults);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "Ranges of " + part + " cannot be synced.", e);
            mappable = false;
            return null;
        }
    }

    /** What is written of it by {@link #writeAt}, in this run and, as the note says, in earlier ones. */
    public WrittenRanges written() {
        return written;
    }

    /** Syncs what is written and notes it, so that a run after a crash need not write it again. One thread. */
    public void note() {
        if (!note.resumable()) {
            return;
        }
        try {
            List<WrittenRanges.Range> ranges = written.ranges();
            channel.force(false);
            note.replace(ranges);
        } catch (IOException e) {
            throw failed(target, e, faults);
        }
    }

    /**
     * Syncs the file, all of which is written: {@link #commit} then only renames it, which an interrupt does not disturb.
     */
    public void sync() {
        if (synced) {
            return;
        }
        try {
            channel.force(true);
            synced = true;
        } catch (IOException e) {
            throw failed(target, e, faults);
        }
    }

    /** Syncs the file and gives it its name. */
    public Path commit() {
        if (!open) {
            throw new IllegalStateException("The file " + target + " is already written or given up.");
        }
        sync();
        try {
            // Still under the lock, as is the removal below: what is called part without it may be somebody else's.
            Files.move(part, target.toAbsolutePath(), StandardCopyOption.ATOMIC_MOVE);
            open = false;
            note.remove();
            release();
            syncDirectory(target.toAbsolutePath().getParent());
            return target;
        } catch (IOException e) {
            throw failed(target, e, faults);
        }
    }

    /** Closes the unfinished file, and removes it unless an earlier run has written a part of it. */
    public void giveUp() {
        if (written.bytes() == 0) {
            discard();
        } else if (open) {
            open = false;
            try {
                release();
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, "The unfinished file " + part + " could not be closed.", e);
            }
        }
    }

    /** Closes and removes the unfinished file; after a commit does nothing. */
    public void discard() {
        if (!open) {
            return;
        }
        open = false;
        // An interrupt has closed the channel, and with it the lock is gone: without it the part may be somebody
        // else's. One that waits would close the next too.
        boolean interrupted = Thread.interrupted();
        try (FileChannel held = channel.isOpen() ? channel : locked(part)) {
            if (held != null) {
                note.remove();
                // What is mapped of it would keep its place on the disk until the garbage collector has unmapped it.
                held.truncate(0);
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "The unfinished file " + part + " could not be removed.", e);
        } finally {
            OWN.remove(part);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void release() throws IOException {
        try {
            channel.close();
        } finally {
            OWN.remove(part);
        }
    }

    private static PartFile open(Path target, Path part, @Nullable String content, OutputFaults faults)
            throws IOException {
        if (!OWN.add(part)) {
            throw taken(target, part, faults);
        }
        boolean opened = false;
        try {
            for (int attempt = 0; attempt < MAX_TRIES; attempt++) {
                FileChannel channel = locked(part);
                if (channel != null) {
                    opened = true;
                    return begun(target, part, channel, content, faults);
                }
            }
            throw taken(target, part, faults);
        } finally {
            if (!opened) {
                OWN.remove(part);
            }
        }
    }

    /** Goes on with what the note says is there of the content; without one the part is emptied. */
    private static PartFile begun(
            Path target, Path part, FileChannel channel, @Nullable String content, OutputFaults faults)
            throws IOException {
        PartNote note = new PartNote(part, content);
        try {
            WrittenRanges written = new WrittenRanges(note.read());
            if (written.bytes() > 0 && written.end() <= channel.size()) {
                return new PartFile(target, part, channel, written, note, faults);
            }
        } catch (IOException | RuntimeException e) {
            OWN.remove(part);
            channel.close();
            throw e;
        }
        PartFile empty = new PartFile(target, part, channel, new WrittenRanges(), note, faults);
        try {
            // A note of something else goes first: it would vouch for bytes of this run if that is cut off before its
            // own note.
            if (note.remove()) {
                syncDirectory(part.getParent());
            }
            channel.truncate(0);
            return empty;
        } catch (IOException e) {
            empty.discard();
            throw e;
        }
    }

    /**
     * The part, locked; null if somebody else has it. Between opening and locking another writer may have finished
     * the file and given it its name: then the lock is on that, and what is called part now is another file or none.
     */
    private static @Nullable FileChannel locked(Path part) throws IOException {
        FileChannel channel = null;
        boolean kept = false;
        try {
            createIfMissing(part);
            Object before = identity(part);
            channel = FileChannel.open(part, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (lock(channel) == null || !Objects.equals(before, identity(part))) {
                return null;
            }
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

    private static RuntimeException taken(Path target, Path part, OutputFaults faults) {
        return faults.fault(Kind.TARGET, target.toString(), "somebody else is writing " + part, "wait for it to end");
    }

    private static void refuseInput(Path target, Path output, Path input, OutputFaults faults) throws IOException {
        if (Files.exists(output) && Files.exists(input) && Files.isSameFile(output, input)) {
            throw faults.fault(
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
            LOG.log(System.Logger.Level.DEBUG, "The directory " + directory + " cannot be synced.", e);
        }
    }

    private static RuntimeException failed(Path target, IOException cause, OutputFaults faults) {
        return faults.fault(
                Kind.IO,
                target.toString(),
                "the file cannot be written (" + cause + ")",
                "check the disk and the permissions",
                cause);
    }
}
