package io.shearling.natives;

import io.shearling.natives.NativeLoadException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The shared libraries that are no JNI libraries, in the order in which they need each other.
 *
 * <p>Each is loaded by its path. A later one names an earlier one by its SONAME, and the system's loader takes the one
 * that is already there, so no search path matters, not even {@code LD_LIBRARY_PATH}.
 */
final class SharedLibraries {
    static final String CORE = "shearling";
    private static final List<String> ORDER = List.of("ggml-base", "ggml", "llama", "llama-common", CORE);

    private SharedLibraries() {}

    /**
     * Loads all of them.
     *
     * @param folders where to look, in this order
     * @return the files, in the order of loading
     */
    static List<Path> load(List<Path> folders) {
        List<Path> files = new ArrayList<>();
        for (String library : ORDER) {
            files.add(require(folders, library));
        }
        for (Path file : files) {
            try {
                System.load(file.toString());
            } catch (UnsatisfiedLinkError | IllegalCallerException e) {
                throw LinkFailure.explain(file, e);
            }
        }
        return files;
    }

    /** The file of a library, absolute. */
    static Path require(List<Path> folders, String library) {
        return find(folders, library)
                .orElseThrow(() -> new NativeLoadException(
                        Reason.INCOMPLETE_FOLDER,
                        "The library " + library + " is not in " + folders
                                + ": let -Dshearling.natives name every folder with natives, or leave it out.",
                        null));
    }

    static Optional<Path> find(List<Path> folders, String library) {
        Pattern name =
                Pattern.compile("(lib)?" + Pattern.quote(library) + "(\\.so(\\.\\d+)*|(\\.\\d+)*\\.dylib|\\.dll)");
        for (Path folder : folders) {
            try (Stream<Path> files = Files.list(folder)) {
                Optional<Path> found = files.filter(file ->
                                name.matcher(file.getFileName().toString()).matches())
                        .sorted()
                        .findFirst();
                if (found.isPresent()) {
                    return Optional.of(found.get().toAbsolutePath());
                }
            } catch (IOException | UncheckedIOException e) {
                throw new NativeLoadException(
                        Reason.INCOMPLETE_FOLDER,
                        folder + " cannot be listed (" + e.getMessage() + "): let -Dshearling.natives name folders.",
                        e);
            }
        }
        return Optional.empty();
    }
}
