package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.testkit.TinyModels;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PruneWidthTest {
    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--ffn 0.8 | --ffn needs a text; name a file with --text FILE",
                "--heads 0.5 | --heads needs a text; name a file with --text FILE",
                "--hidden 0.5 | --hidden needs a text; name a file with --text FILE",
                "--ffn 1 | must be a number from 0 to 1, neither of them: the share that stays, as 0.8",
                "--ffn much | must be a number from 0 to 1",
                "--ffn 0.8 --score best | must be flap, wanda or minitron",
                "--layerwise --count 1 | --layerwise is about --ffn, --heads and --hidden; give one of them, or leave it out",
                "--no-bias --count 1 | --no-bias is about --ffn, --heads and --hidden",
                "--ffn 0.8 --text TEXT --count 1 | make a model narrower, and --count removes some; do one after the other",
                "--ffn 0.8 --text TEXT --repair merge | make a model narrower, and --repair is about layers that go",
            })
    void prune_wrongUse_isRefused(String arguments, String message) throws Exception {
        Path text = Files.writeString(folder.resolve("text.txt"), "the quiet river");
        String model = TinyModels.in(folder).llama(1).toString();
        String target = folder.resolve("small.gguf").toString();
        String words = "prune " + model + " " + target + " " + arguments.replace("TEXT", text.toString());
        assertThat(CliRun.of(words.split(" ", -1)).failed(ExitCode.USAGE).err()).contains(message);
        assertThat(Files.exists(Path.of(target))).isFalse();
    }
}
