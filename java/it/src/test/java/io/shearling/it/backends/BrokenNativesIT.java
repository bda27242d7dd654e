package io.shearling.it.backends;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.cli.Shearling;
import io.shearling.testkit.ChildJvm;
import io.shearling.testkit.ProgramRun;
import io.shearling.testkit.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code diagnose} works where nothing else does, and conversions to types that plain Java writes. */
class BrokenNativesIT {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void diagnose_nativesThatAreNotThere_saysWhyAndFails() {
        ProgramRun run = ChildJvm.of(Shearling.class)
                .property("shearling.natives", folder.toString())
                .arguments("diagnose", "--json")
                .run();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.stderr()).isEmpty();
        assertThat(run.stdout())
                .contains("The library ggml-base is not in [" + folder + "]", "-Dshearling.natives")
                .contains("\"problems\"", System.getProperty("java.home"))
                .doesNotContain("Exception", "UnsatisfiedLinkError");
    }

    @Test
    void convert_nativesThatAreNotThere_writesTheSame() throws IOException {
        Path checkpoint = new TinyCheckpoint(64, 1, 2, 2, 1).write(folder.resolve("checkpoint"));
        Path without = folder.resolve("without.gguf");
        Path with = folder.resolve("with.gguf");
        String[] arguments = {"convert", checkpoint.toString(), "--type", "q8_0", "-q", "-o"};

        ProgramRun run = ChildJvm.of(Shearling.class)
                .property("shearling.natives", folder.toString())
                .arguments(join(arguments, without))
                .run();
        ProgramRun other =
                ChildJvm.of(Shearling.class).arguments(join(arguments, with)).run();

        assertThat(run.exitCode()).as(run.stderr()).isZero();
        assertThat(run.stderr()).isEmpty();
        assertThat(other.exitCode()).as(other.stderr()).isZero();
        assertThat(without).hasSameBinaryContentAs(with);
    }

    private static String[] join(String[] arguments, Path last) {
        return Stream.concat(Stream.of(arguments), Stream.of(last.toString())).toArray(String[]::new);
    }

    /** The libraries load, what connects them with Java does not. */
    @Test
    void diagnose_aBindingThatIsNoLibrary_saysWhyAndFails() throws IOException {
        ProgramRun filled = CommandRun.of(folder, "devices").run();
        assertThat(filled.exitCode()).as(filled.stderr()).isZero();
        Path natives;
        try (Stream<Path> files = Files.walk(folder)) {
            Path glue = files.filter(file -> file.endsWith("libjnishearlingcore.so"))
                    .findFirst()
                    .orElseThrow();
            natives = Objects.requireNonNull(glue.getParent());
            Files.delete(glue);
            Files.writeString(glue, "no library, and long enough for a header of one: this takes a few words more");
        }

        ProgramRun run = ChildJvm.of(Shearling.class)
                .property("shearling.natives", natives.toString())
                .arguments("diagnose", "--json")
                .run();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.stdout())
                .contains("libjnishearlingcore.so cannot be loaded because the file is damaged")
                .doesNotContain("Exception", "UnsatisfiedLinkError", "NoClassDefFoundError");
    }
}
