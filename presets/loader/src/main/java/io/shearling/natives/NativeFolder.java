package io.shearling.natives;

import io.shearling.natives.NativeLoadException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.util.UUID;

/**
 * A folder {@code BASE/ID} that holds exactly the files of a set of bundles.
 *
 * <p>A new folder is filled beside its place and renamed, so that other processes see all of it or nothing. A marker
 * says that every hash was once right; after that only the sizes are compared, which takes well under a millisecond.
 * Without the marker, or when a size is wrong, the hashes are checked and what is damaged is written anew beside its
 * place and renamed: another process may have the old file mapped, and writing into it would kill that process.
 */
final class NativeFolder {
    /** Its time of change is the time of last use, to the day. */
    static final String MARKER = ".verified";

    private final Path base;
    private final BundledFiles bundled;

    NativeFolder(Path base, BundledFiles bundled) {
        this.base = base;
        this.bundled = bundled;
    }

    /**
     * Makes the folder complete.
     *
     * @return the folder
     * @throws IOException when files cannot be written here or code cannot be executed from here
     * @throws NativeLoadException when a bundle is damaged
     */
    Path prepare() throws IOException {
        Path folder = path();
        if (!isComplete(folder)) {
            Files.createDirectories(base);
            if (!Files.isDirectory(folder)) {
                create(folder);
            }
            if (!isComplete(folder)) {
                repair(folder);
            }
            FolderCleaning.removeUnused(base, folder);
        }
        FolderCleaning.touch(folder.resolve(MARKER));
        for (BundledFiles.Entry file : bundled.entries()) {
            // access(2) says no to regular files on a file system that is mounted noexec, whatever their mode is.
            if (!Files.isExecutable(folder.resolve(file.name()))) {
                throw new FileSystemException(folder.toString(), null, "code cannot be executed from there (noexec)");
            }
        }
        return folder;
    }

    /** The folder. */
    Path path() {
        return base.resolve(bundled.id());
    }

    /** Compares every hash and writes anew what is damaged; tells whether anything was. */
    boolean restore() {
        try {
            return repair(path());
        } catch (IOException e) {
            Log.warn("natives in " + path() + " cannot be unpacked again: " + e);
            return false;
        }
    }

    private boolean isComplete(Path folder) throws IOException {
        if (!Files.isRegularFile(folder.resolve(MARKER))) {
            return false;
        }
        for (BundledFiles.Entry file : bundled.entries()) {
            Path path = folder.resolve(file.name());
            if (!Files.isRegularFile(path) || Files.size(path) != file.file().sizeBytes()) {
                return false;
            }
        }
        return true;
    }

    private void create(Path folder) throws IOException {
        Path part = Files.createDirectory(base.resolve(bundled.id() + ".part-" + UUID.randomUUID()));
        try {
            for (BundledFiles.Entry file : bundled.entries()) {
                write(file, part.resolve(file.name()));
            }
            mark(part);
            Files.move(part, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            // Another process may have been faster; its folder is checked like any other.
            if (!Files.isDirectory(folder)) {
                throw e;
            }
        } finally {
            FolderCleaning.delete(part);
        }
    }

    private boolean repair(Path folder) throws IOException {
        boolean damaged = false;
        for (BundledFiles.Entry file : bundled.entries()) {
            Path path = folder.resolve(file.name());
            boolean good = Files.isRegularFile(path)
                    && Files.size(path) == file.file().sizeBytes()
                    && Sha256.of(path).equals(file.file().sha256());
            if (!good) {
                damaged = true;
                Path part = folder.resolve("." + file.name() + ".part-" + UUID.randomUUID());
                try {
                    write(file, part);
                    Files.move(part, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                } finally {
                    Files.deleteIfExists(part);
                }
            }
        }
        mark(folder);
        return damaged;
    }

    private void mark(Path folder) throws IOException {
        Files.writeString(folder.resolve(MARKER), bundled.index(), StandardCharsets.UTF_8);
    }

    private static void write(BundledFiles.Entry file, Path target) throws IOException {
        String hash;
        try (InputStream in = file.open();
                FileChannel channel =
                        FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            OutputStream plain = Channels.newOutputStream(channel);
            DigestOutputStream out = new DigestOutputStream(plain, Sha256.digest());
            in.transferTo(out);
            hash = Sha256.hex(out.getMessageDigest().digest());
            channel.force(true);
        }
        if (!hash.equals(file.file().sha256())) {
            throw new NativeLoadException(
                    Reason.DAMAGED_BUNDLE,
                    file.name() + " does not match the index of its jar, so the jar is damaged: fetch it again.",
                    null);
        }
        if (target.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }
}
