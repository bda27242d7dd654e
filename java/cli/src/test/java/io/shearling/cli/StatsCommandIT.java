package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.recipes.statistics.ImportanceFile;
import io.shearling.testkit.TinyModels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code shearling stats} on a tiny model. */
class StatsCommandIT {
    @TempDir
    private Path folder = Path.of("");

    private Path model = Path.of("");
    private Path text = Path.of("");

    @BeforeEach
    void writeFiles() throws IOException {
        model = TinyModels.in(folder).llama(1);
        text = Files.writeString(folder.resolve("sheep.txt"), "The sheep graze on the hill. ".repeat(40));
    }

    private CliRun stats(String output, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "stats",
                model.toString(),
                "--threads",
                "1",
                "--text",
                text.toString(),
                "-o",
                folder.resolve(output).toString(),
                "--ctx",
                "128"));
        arguments.addAll(List.of(more));
        return CliRun.of(arguments.toArray(String[]::new));
    }

    @Test
    void stats_ofAText_writesWhatFitsTheModel() {
        CliRun run = stats("out.gguf", "--chunks", "3").succeeded();
        Path written = Path.of(run.lines().get(0));
        assertThat(written).isEqualTo(folder.resolve("out.gguf"));
        ImportanceFile file = ImportanceFile.of(written);
        assertThat(file.datasets()).containsExactly(text.toString());
        assertThat(file.chunkCount()).isEqualTo(3);
        assertThat(file.chunkSize()).isEqualTo(128);
        try (GgufFile weights = GgufFile.open(model)) {
            file.requireFits(weights);
        }
        assertThat(run.err()).contains("reading sheep.txt (3 chunks)", "14 weights over 3 chunks of 128 tokens");
    }

    @Test
    void stats_json_tellsTheInfluenceOfBlocks() {
        CliRun run = stats("out.gguf", "--quiet", "--json").succeeded();
        assertThat(run.err()).isEmpty();
        assertThat(run.json())
                .containsEntry("weights", 14)
                .containsEntry("chunkTokens", 128)
                .extracting("blockInfluence", InstanceOfAssertFactories.LIST)
                .hasSize(2);
    }

    @Test
    void stats_badInput_isRefusedInOneSentence() throws IOException {
        assertThat(stats("out.gguf", "--chunks", "900", "--quiet")
                        .failed(ExitCode.FAILED)
                        .err())
                .contains("sheep.txt", "of 900 chunks of 128", "ask for fewer chunks");
        assertThat(stats("sheep.txt").failed(ExitCode.USAGE).err()).contains("is what is read; name another file");
        assertThat(stats(String.valueOf(model.getFileName()), "-q")
                        .failed(ExitCode.USAGE)
                        .err())
                .contains("is what is read; name another file");
        Files.write(text, "gr\u00fcn".repeat(900).getBytes(StandardCharsets.ISO_8859_1));
        assertThat(stats("out.gguf").failed(ExitCode.FAILED).err()).contains("it is no text in UTF-8");
        Files.delete(text);
        assertThat(stats("out.gguf").failed(ExitCode.FAILED).err()).contains("there is no such file");
        assertThat(folder.resolve("out.gguf")).doesNotExist();
    }
}
