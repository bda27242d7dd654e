package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.testkit.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code compress} as a process of its own, which is killed. */
@Tag("once")
class CompressProcessIT {
    private static final String PROSE = "The sheep graze on the hill, and the wolf sleeps below it. ";
    private static final int KILLS = 10;

    /** From before the first step to behind the last one. */
    private static final int LATEST_MILLIS = 3000;

    @TempDir
    private Path folder = Path.of("");

    private String[] arguments(String workspace, String target) throws IOException {
        Path model = TinyModels.in(folder.resolve("models")).llama(1);
        Path recipe = folder.resolve("own.yaml");
        if (!Files.exists(recipe)) {
            Files.writeString(recipe, """
                    version: 1
                    name: own
                    texts: {calibration: a.txt, evaluation: b.txt}
                    steps:
                      - prune-layers: {count: 1, rule: middle}
                      - quantize: {type: q4_0, rounding: gptq}
                    """);
            Files.writeString(folder.resolve("a.txt"), PROSE.repeat(200));
            Files.writeString(folder.resolve("b.txt"), (PROSE + "Then it rains. ").repeat(200));
        }
        return new String[] {
            "compress",
            recipe.toString(),
            model.toString(),
            folder.resolve(target).toString(),
            "--workspace",
            folder.resolve(workspace).toString(),
            "--threads",
            "1"
        };
    }

    /** When each thing that is done was done. */
    private Map<Path, Object> done(String workspace) throws IOException {
        Map<Path, Object> done = new HashMap<>();
        if (Files.exists(folder.resolve(workspace))) {
            try (Stream<Path> files = Files.walk(folder.resolve(workspace))) {
                for (Path note :
                        files.filter(file -> file.endsWith("note.json")).toList()) {
                    done.put(note, Files.getLastModifiedTime(note));
                }
            }
        }
        return done;
    }

    @Test
    void jar_killedAtRandomMoments_goesOnAndMakesTheSameBytes() throws Exception {
        Random random = new Random(7);
        Map<Path, Object> done = new HashMap<>();
        for (int kill = 0; kill < KILLS; kill++) {
            try (JarProcess compress = JarProcess.start(folder, arguments("killed", "killed.gguf"))) {
                compress.process().waitFor(random.nextInt(LATEST_MILLIS), TimeUnit.MILLISECONDS);
                compress.process().destroyForcibly().waitFor();
            }
            Map<Path, Object> now = done("killed");
            assertThat(now).containsAllEntriesOf(done);
            done.putAll(now);
        }
        try (JarProcess compress = JarProcess.start(folder, arguments("killed", "killed.gguf"))) {
            assertThat(compress.exitCode()).as(compress.stderr()).isZero();
        }
        assertThat(done("killed")).containsAllEntriesOf(done);
        CliRun.of(arguments("whole", "whole.gguf")).succeeded();
        assertThat(folder.resolve("killed.gguf")).hasSameBinaryContentAs(folder.resolve("whole.gguf"));
        assertThat(folder.resolve("killed.manifest.json"))
                .content()
                .isEqualTo(
                        Files.readString(folder.resolve("whole.manifest.json")).replace("whole.gguf", "killed.gguf"));
    }

    @Test
    void jar_interrupted_exitsWith130AndPublishesNothing() throws Exception {
        try (JarProcess compress = JarProcess.start(folder, arguments("w", "small.gguf"))) {
            compress.awaitOnStderr("pruning");
            compress.interrupt();
            assertThat(compress.exitCode()).isEqualTo(ExitCode.CANCELLED);
        }
        assertThat(folder.resolve("small.gguf")).doesNotExist();
    }
}
