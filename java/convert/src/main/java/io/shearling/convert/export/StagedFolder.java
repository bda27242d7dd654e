package io.shearling.convert.export;

import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder that is filled beside its place, as {@code NAME.part}, and takes its name in one step. */
final class StagedFolder implements AutoCloseable {
    private final Path target;
    private final Path part;
    private boolean open = true;

    private StagedFolder(Path target, Path part) {
        this.target = target;
        this.part = part;
    }

    /**
     * Creates the unfinished folder.
     *
     * @param inputs files that are being read, which no folder may take the place of
     */
    static StagedFolder create(Path target, List<Path> inputs) {
        Path absolute = target.toAbsolutePath().normalize();
        Path parent = absolute.getParent();
        Path name = absolute.getFileName();
        if (parent == null || name == null || !Files.isDirectory(parent)) {
            throw fault(target, "there is no folder to put it in", "name a new folder in one that exists", null);
        }
        Path part = parent.resolve(name + ".part");
        try {
            if (Files.exists(absolute) && !empty(absolute)) {
                throw fault(target, "there is something already", "name a new folder, or remove what is there", null);
            }
            for (Path input : inputs) {
                if (input.toAbsolutePath().normalize().equals(part)) {
                    throw fault(target, "the input " + input + " is in its way", "name another folder", null);
                }
            }
            return new StagedFolder(absolute, Files.createDirectory(part));
        } catch (FileAlreadyExistsException e) {
            throw fault(
                    target,
                    "the folder " + part + " is left of an export that was cut off, or somebody is writing it",
                    "remove it if nobody is",
                    e);
        } catch (IOException e) {
            throw fault(target, "it cannot be written (" + e + ")", "check the disk and the permissions", e);
        }
    }

    private static boolean empty(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.findAny().isEmpty();
        }
    }

    /** Where the files go for now. */
    Path path() {
        return part;
    }

    /** Gives the folder its name. */
    Path commit() {
        try {
            // Empty, or it was not there; the rename would not replace it on every system.
            Files.deleteIfExists(target);
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
            open = false;
            return target;
        } catch (IOException e) {
            throw fault(target, "it cannot be written (" + e + ")", "check the disk and the permissions", e);
        }
    }

    /** Removes the unfinished folder unless there was a commit. */
    @Override
    public void close() {
        if (!open) {
            return;
        }
        open = false;
        try (Stream<Path> files = Files.walk(part)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            System.getLogger(StagedFolder.class.getName())
                    .log(System.Logger.Level.WARNING, "The unfinished folder " + part + " could not be removed.", e);
        }
    }

    private static ConvertException fault(
            Path target, String cause, String remedy, @org.jspecify.annotations.Nullable Throwable origin) {
        return new ConvertException(Kind.IO, target.toString(), cause, remedy, origin);
    }
}
