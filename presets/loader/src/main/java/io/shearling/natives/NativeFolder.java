package io.shearling.natives;

import io.shearling.natives.NativeLoadException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A folder {@code BASE/ID} that holds exactly the files of a set of bundles.
 *
 * <p>A new folder is filled beside its place and renamed, so that other processes see all of it or nothing. A {@link
 * FolderSeal} says that every hash was once right; after that only sizes and times are compared, which takes well under a
 * millisecond. Where the seal does not hold, the hashes are checked and what is damaged is written anew beside its place
 * and renamed: another process may have the old file mapped, and writing into it would kill that process.
 */
final class NativeFolder {
    private final Path base;
    private final BundledFiles bundled;

    NativeFolder(Path base, BundledFiles bundled) {
        this.base = base;
        this.bundled = bundled;
    }

    /**
     * Makes the folder complete. A folder that is complete may lie where nothing can be written.
     *
     * @return the folder
     * @throws IOException when files cannot be written here or code cannot be executed from here
     * @throws NativeLoadException when a bundle is damaged
     */
    Path prepare() throws IOException {
        Path folder = path();
        if (!FolderSeal.holds(folder, bundled)) {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(base);
                create(folder);
            }
            if (!FolderSeal.holds(folder, bundled)) {
                repair(folder);
            }
            FolderCleaning.removeUnused(base, folder);
        }
        FolderCleaning.touch(folder.resolve(FolderSeal.NAME));
        for (BundledFiles.Entry file : bundled.entries()) {
            requireExecutable(folder.resolve(file.name()));
        }
        return folder;
    }

    /** The folder. */
    Path path() {
        return base.resolve(bundled.id());
    }

    /** Compares every hash and writes anew what is damaged or gone; tells whether anything was. */
    boolean restore() {
        try {
            if (!Files.isDirectory(path())) {
                prepare();
                return true;
            }
            return repair(path());
        } catch (IOException e) {
            Log.warn("natives in " + path() + " cannot be unpacked again: " + IoCause.of(e));
            return false;
        }
    }

    /** The names of files that are not as the bundle has them. Reads them all. */
    List<String> damaged() throws IOException {
        List<String> damaged = new ArrayList<>();
        for (BundledFiles.Entry file : bundled.entries()) {
            if (!isIntact(file)) {
                damaged.add(file.name());
            }
        }
        return damaged;
    }

    private boolean isIntact(BundledFiles.Entry file) throws IOException {
        Path path = path().resolve(file.name());
        return Files.isRegularFile(path)
                && Files.size(path) == file.file().sizeBytes()
                && Files.isReadable(path)
                && Sha256.of(path).equals(file.file().sha256());
    }

    /** access(2) says no to regular files on a file system that is mounted noexec, whatever their mode is. */
    private static void requireExecutable(Path file) throws IOException {
        if (!Files.isExecutable(file)) {
            try {
                allowExecution(file);
            } catch (IOException | UnsupportedOperationException e) {
                Log.debug(file + " keeps its permissions: " + e);
            }
            if (!Files.isExecutable(file)) {
                throw new FileSystemException(
                        file.toString(), null, "code cannot be executed from that file system (noexec)");
            }
        }
    }

    private void create(Path folder) throws IOException {
        Path part = Files.createDirectory(base.resolve(bundled.id() + ".part-" + UUID.randomUUID()));
        try {
            for (BundledFiles.Entry file : bundled.entries()) {
                write(file, part.resolve(file.name()));
            }
            FolderSeal.write(part, bundled);
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
            if (!isIntact(file)) {
                damaged = true;
                Path part = folder.resolve("." + file.name() + ".part-" + UUID.randomUUID());
                try {
                    write(file, part);
                    Files.move(
                            part,
                            folder.resolve(file.name()),
                            StandardCopyOption.ATOMIC_MOVE,
                            StandardCopyOption.REPLACE_EXISTING);
                } finally {
                    Files.deleteIfExists(part);
                }
            }
        }
        seal(folder);
        return damaged;
    }

    /** Every file is right now; a cache that cannot be written to is good all the same, and read again the next time. */
    private void seal(Path folder) {
        try {
            FolderSeal.write(folder, bundled);
        } catch (IOException e) {
            Log.debug(folder + " is not sealed: " + e);
        }
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
            allowExecution(target);
        }
    }

    private static void allowExecution(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
