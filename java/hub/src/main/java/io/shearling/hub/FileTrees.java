package io.shearling.hub;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Folders and what is in them. Links to folders are not followed: what they lead to is somebody else's. */
final class FileTrees {
    private FileTrees() {}

    /** All files below a folder, links to files included; what vanishes meanwhile is left out. */
    static List<Path> files(Path below) throws IOException {
        List<Path> found = new ArrayList<>();
        if (!Files.isDirectory(below, LinkOption.NOFOLLOW_LINKS)) {
            return found;
        }
        Files.walkFileTree(below, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (Files.isRegularFile(file)) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException cause) throws IOException {
                // Another process may have renamed or removed it since its folder was read.
                if (Files.exists(file)) {
                    throw cause;
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return found;
    }

    /**
     * Deletes a file, a link or a folder with all that is in it; nothing happens if it is not there.
     *
     * @return the bytes of the files that were deleted
     */
    static long delete(Path path) throws IOException {
        long freed = 0;
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            try (Stream<Path> tree = Files.walk(path)) {
                for (Path entry : tree.sorted(Comparator.reverseOrder()).toList()) {
                    BasicFileAttributes attributes =
                            Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                    boolean deleted = Files.deleteIfExists(entry);
                    freed += deleted && attributes.isRegularFile() ? attributes.size() : 0;
                }
            }
        }
        return freed;
    }

    /**
     * Deletes a folder and those above it, up to but not including the top, as long as they are empty. A link to a folder ends
     * it: whoever made that wants it to stay.
     */
    static void deleteEmpty(@Nullable Path folder, Path top) throws IOException {
        for (Path at = folder; at != null && !at.equals(top) && at.startsWith(top); at = at.getParent()) {
            if (Files.isSymbolicLink(at)) {
                return;
            }
            if (Files.isDirectory(at)) {
                try (Stream<Path> children = Files.list(at)) {
                    if (children.findAny().isPresent()) {
                        return;
                    }
                }
                try {
                    Files.deleteIfExists(at);
                } catch (DirectoryNotEmptyException e) {
                    // Somebody put a file into it just now.
                    return;
                }
            }
        }
    }
}
