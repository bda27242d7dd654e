package io.shearling.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;

/** A text file that appears whole, in the place of the one before, or not at all. */
final class WholeFile {
    /** A new file that nobody else may read. */
    static final FileAttribute<Set<PosixFilePermission>> PRIVATE = PosixFilePermissions.asFileAttribute(
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));

    private WholeFile() {}

    /**
     * Writes the file beside its place first, under a name that nobody else has: no other file is touched. One that is there is
     * replaced where it lies, also behind a link, and who may read it stays so.
     *
     * @param whenNew attributes of a file that is not there yet
     */
    static void write(Path file, String text, FileAttribute<?>... whenNew) throws IOException {
        boolean there = Files.exists(file, LinkOption.NOFOLLOW_LINKS);
        Path target = there ? file.toRealPath() : file.toAbsolutePath();
        if (there && !Files.isRegularFile(target)) {
            throw new FileSystemException(target.toString(), null, "it is no regular file");
        }
        Path beside = target.resolveSibling(target.getFileName() + "." + UUID.randomUUID() + ".part");
        try {
            create(beside, text, there ? new FileAttribute<?>[] {PRIVATE} : whenNew);
            if (there) {
                Files.setPosixFilePermissions(beside, Files.getPosixFilePermissions(target));
            }
            Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(beside);
        }
    }

    /** On the disk before it takes its place: else a machine that stops could leave an empty file there. */
    private static void create(Path file, String text, FileAttribute<?>... attributes) throws IOException {
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel channel = FileChannel.open(file, options, attributes)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }
}
