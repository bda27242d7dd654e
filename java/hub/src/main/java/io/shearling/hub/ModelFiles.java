package io.shearling.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * The places of one model file in the cache and of what may lie beside it.
 *
 * @param model the model file itself
 */
record ModelFiles(Path model) {
    private static final String MARKER = ".verified";
    private static final String PART = ".part";
    private static final String NOTE = ".part-of";
    private static final String WORK = ".work";

    /** What a note is called until it is whole. */
    static final String NEW = ".new";

    /** The note that the file was checked. */
    Path marker() {
        return beside(MARKER);
    }

    /** The unfinished file. */
    Path part() {
        return beside(PART);
    }

    /** The note on what is missing in the unfinished file. */
    Path note() {
        return beside(NOTE);
    }

    /** The folder of a source at work. */
    Path work() {
        return beside(WORK);
    }

    private Path beside(String suffix) {
        return model.resolveSibling(model.getFileName() + suffix);
    }

    /** The files that a file in the cache belongs to; empty if it is of a kind that does not stand for a model. */
    static Optional<ModelFiles> ofFile(Path file) {
        String name = file.getFileName().toString();
        if (name.endsWith(PART) && name.length() > PART.length()) {
            return Optional.of(new ModelFiles(file.resolveSibling(name.substring(0, name.length() - PART.length()))));
        }
        boolean other = List.of(MARKER, NOTE, NEW).stream().anyMatch(name::endsWith) || isInWorkFolder(file);
        return other ? Optional.empty() : Optional.of(new ModelFiles(file));
    }

    private static boolean isInWorkFolder(Path file) {
        Path folder = file.getParent();
        return folder != null
                && StreamSupport.stream(folder.spliterator(), false)
                        .anyMatch(name -> name.toString().endsWith(WORK));
    }

    /**
     * Deletes everything. Only the holder of the model's lock may do it.
     *
     * @return the bytes that were freed
     */
    long delete() throws IOException {
        long freed = 0;
        for (Path file : List.of(model, marker(), part(), note(), beside(NOTE + NEW))) {
            // A folder of this name is not ours.
            freed += Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS) ? 0 : FileTrees.delete(file);
        }
        return freed + FileTrees.delete(work());
    }
}
