package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.testkit.TinyModels;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PruneRepairTest {
    @TempDir
    private Path folder = Path.of("");

    private String model = "";
    private String target = "";

    @BeforeEach
    void write() {
        model = TinyModels.in(folder).llama(1).toString();
        target = folder.resolve("small.gguf").toString();
    }

    @Test
    void prune_merge_writesTheModel() {
        CliRun run = prune("--count 1 --repair merge").succeeded();
        assertThat(run.out()).isEqualTo(target + "\n");
        assertThat(run.err()).contains("without layer 1 of 2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--count 1 --repair linear | --repair linear needs a text; name a file with --text FILE",
                "--count 1 --repair merge --text notes.txt | --text is about what reads a text, as --repair linear and --rule influence; ask",
                "--count 1 --repair merge --chunks 3 | --chunks is about what reads a text, as --repair linear",
                "--blocks 1.attn --repair merge | --repair is about whole layers, and --blocks removes parts",
                "--count 1 --repair glue | --repair",
            })
    void prune_wrongUse_isRefused(String arguments, String message) {
        assertThat(prune(arguments).failed(ExitCode.USAGE).err()).contains(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--layers 0 --repair merge | the layers that go begin with layer 0; keep layer 0",
                "--count 1 --repair linear --text missing.txt | missing.txt: there is no such file; give a file with text",
            })
    void prune_repairThatCannotBe_failsWithTheSentence(String arguments, String message) {
        String error = prune(arguments).failed(ExitCode.FAILED).err();
        assertThat(message.split("; ", -1)).allMatch(error::contains);
        assertThat(Files.exists(Path.of(target))).isFalse();
    }

    private CliRun prune(String arguments) {
        String[] words = (model + " " + target + " " + arguments).split(" ", -1);
        String[] all = new String[words.length + 1];
        all[0] = "prune";
        System.arraycopy(words, 0, all, 1, words.length);
        return CliRun.of(all);
    }
}
