package io.shearling.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The folder of llama.cpp's own tools, from an unpatched build.
 *
 * @param folder has at least {@code llama-bench}; a build of this project adds {@code llama-load}
 */
public record ReferenceTools(Path folder) {
    /** The file in which the build of the tools leaves their folder, from the project's root. */
    public static final Path BUILD_NOTE = Path.of("native", "target", "reference", "bin.txt");

    /**
     * Checks that the tools are there.
     *
     * @throws BenchException when llama-bench is missing
     */
    public ReferenceTools {
        if (!Files.isExecutable(folder.resolve("llama-bench"))) {
            throw new BenchException("the folder " + folder
                    + " has no llama-bench; build the tools with: cmake -S cmake/reference -B native/target/reference");
        }
    }

    /**
     * The tools that the user names, else those of the system property {@code shearling.reference.bin}, else those of the
     * environment variable {@code SHEARLING_REFERENCE}, else those that a build noted below the working directory.
     *
     * @param named what the user names, or null
     * @return nothing when no place is named and no build has left a note
     * @throws BenchException when a named place lacks the tools
     */
    public static Optional<ReferenceTools> find(@Nullable Path named) {
        return find(named, System.getProperty("shearling.reference.bin"), System.getenv(), Path.of(""));
    }

    static Optional<ReferenceTools> find(
            @Nullable Path named, @Nullable String property, Map<String, String> environment, Path workingFolder) {
        if (named != null) {
            return Optional.of(new ReferenceTools(named));
        }
        String text = property == null ? environment.getOrDefault("SHEARLING_REFERENCE", "") : property;
        if (!text.isBlank()) {
            return Optional.of(new ReferenceTools(Path.of(text.strip())));
        }
        Path note = workingFolder.resolve(BUILD_NOTE);
        if (!Files.isReadable(note)) {
            return Optional.empty();
        }
        try {
            Path folder = Path.of(Files.readString(note).strip());
            // A note outlives a cleared cache; that is as good as no note.
            return Files.isDirectory(folder) ? Optional.of(new ReferenceTools(folder)) : Optional.empty();
        } catch (IOException e) {
            throw new BenchException(note + " cannot be read (" + e.getMessage() + "); build the tools again", e);
        }
    }

    Path tool(String name) {
        return folder.resolve(name).toAbsolutePath();
    }
}
