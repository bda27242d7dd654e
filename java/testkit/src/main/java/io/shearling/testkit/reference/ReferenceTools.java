package io.shearling.testkit.reference;

import io.shearling.testkit.ProgramRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The folder with the tools of an unpatched llama.cpp of the same version: llama-server, llama-completion, llama-tokenize and
 * others.
 *
 * @param folder holds the programs
 */
public record ReferenceTools(Path folder) {
    static final String PROPERTY = "shearling.reference.bin";
    static final String VARIABLE = "SHEARLING_REFERENCE";
    private static final Path NOTE = Path.of("native", "target", "reference", "bin.txt");

    public ReferenceTools {
        if (!Files.isExecutable(folder.resolve("llama-server"))) {
            throw new IllegalStateException("there is no program llama-server in " + folder
                    + "; build the reference tools with: ./shearling reference");
        }
    }

    /**
     * Finds them: the system property {@code shearling.reference.bin}, else the environment variable {@code
     * SHEARLING_REFERENCE}, else what the build noted in this checkout.
     *
     * @throws IllegalStateException when there are none
     */
    public static ReferenceTools find() {
        return find(
                System.getProperty(PROPERTY),
                System.getenv(VARIABLE),
                Path.of(System.getProperty("user.dir")).toAbsolutePath());
    }

    static ReferenceTools find(@Nullable String property, @Nullable String variable, Path from) {
        // Maven leaves an unset property as it stands in the pom
        if (property != null && !property.isBlank() && !property.startsWith("${")) {
            return new ReferenceTools(Path.of(property));
        }
        if (variable != null && !variable.isBlank()) {
            return new ReferenceTools(Path.of(variable));
        }
        for (Path place = from; place != null; place = place.getParent()) {
            Path note = place.resolve(NOTE);
            if (Files.exists(note)) {
                return new ReferenceTools(noted(note));
            }
        }
        throw new IllegalStateException("the reference tools are not built and neither -D" + PROPERTY + " nor "
                + VARIABLE + " names their folder; build them with: ./shearling reference");
    }

    private static Path noted(Path note) {
        try {
            return Path.of(Files.readString(note).strip());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + note, e);
        }
    }

    /** A program's path. */
    public Path program(String name) {
        return folder.resolve(name);
    }

    /**
     * Runs a program to its end.
     *
     * @throws AssertionError when it fails or takes longer than the limit
     */
    public ProgramRun run(String name, Duration limit, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(program(name).toString());
        command.addAll(List.of(arguments));
        ProgramRun run = ProgramRun.of(command, limit);
        if (run.exitCode() != 0) {
            throw new AssertionError(name + " ended with exit code " + run.exitCode() + ":\n" + run.stderr());
        }
        return run;
    }
}
