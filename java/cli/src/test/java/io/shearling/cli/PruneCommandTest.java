package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.testkit.TinyModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PruneCommandTest {
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
    void prune_count_writesTheModelAndSaysWhatWent() {
        CliRun run = CliRun.of("prune", model, target, "--count", "1").succeeded();
        assertThat(run.out()).isEqualTo(target + "\n");
        assertThat(run.err()).contains("without layer 1 of 2 layers: ");
        try (GgufFile file = GgufFile.open(Path.of(target))) {
            assertThat(file.metadata().integer("llama.block_count")).isEqualTo(1);
        }
    }

    @Test
    void prune_json_isOneObject() {
        CliRun run = CliRun.of("prune", model, target, "--layers=0", "--json", "-q");
        assertThat(run.succeeded().json())
                .containsEntry("file", target)
                .containsEntry("blockCount", 1)
                .containsEntry("removed", List.of(0));
        assertThat(run.err()).isEmpty();
    }

    @Test
    void prune_blocks_writesAModelWhoseLayersDiffer() {
        CliRun run = CliRun.of("prune", model, target, "--blocks", "1.attn", "--json")
                .succeeded();
        assertThat(run.json()).containsEntry("blockCount", 2).containsEntry("removedBlocks", List.of("1.attn"));
        assertThat(run.err()).contains("without block 1.attn of 2 layers: ");
        try (GgufFile file = GgufFile.open(Path.of(target))) {
            assertThat(file.metadata().string("general.architecture")).isEqualTo("deci");
        }
    }

    @Test
    void prune_dryRun_printsThePlanAndWritesNothing() {
        CliRun run =
                CliRun.of("prune", model, target, "--layers=0", "--dry-run").succeeded();
        assertThat(run.out()).contains("blk.0.attn_q.weight").doesNotContain("blk.1.");
        assertThat(Files.exists(Path.of(target))).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--count 2 | it has 2 layers, of which 2 cannot be removed; remove some of the layers 0 to 1, not all",
                "--layers 0-1 | it has 2 layers, all of which are to be removed",
                "--layers 7 | and none has the number 7",
                "--blocks 2.ffn | it has no block 2.ffn; remove some of its 4 blocks, 0.attn to 1.ffn, not all",
                "--blocks 0-1.attn,0-1.ffn | all of its blocks are to be removed",
            })
    void prune_layersThatCannotGo_failsWithTheSentence(String arguments, String message) {
        assertThat(prune(arguments).failed(ExitCode.FAILED).err()).contains(message);
        assertThat(Files.exists(Path.of(target))).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--count 0 | --count",
                "--layers 3-1 | has the run 3-1, which ends before it begins",
                "--layers 1,,2 | must be numbers of layers, from 0, as 3,12-14",
                "--layers 1 --count 1 | --layers names what goes, and --count would say it again; leave one out",
                "--layers 1 --rule top | --layers names what goes, and --rule would say it again; leave one out",
                "--rule top | say what to remove: --count N, how many layers, --layers LIST, which, or --blocks LIST",
                "--blocks 1.attn --layers 1 | --blocks names what goes, and --layers would say it again; leave one out",
                "--blocks 1.attn --count 1 | --blocks names what goes, and --count would say it again; leave one out",
                "--count 1 --rule influence | --rule influence needs a text; name a file with --text FILE",
                "--count 1 --rule blocks | --rule blocks needs a text; name a file with --text FILE",
                "--layers 1 --text x | --text is about what reads a text, as --repair linear and --rule influence; ask for that, or leave it out",
                "--count 1 --rule even --chunks 2 | --chunks is about what reads a text",
                "--layers 1 --text x | --text is about what reads a text",
                "--blocks 1 | each with .attn or .ffn behind it, as 12.attn,20-22.ffn",
                "--blocks x.attn | each with .attn or .ffn behind it, as 12.attn,20-22.ffn",
                "--blocks 1-0.ffn | has the run 1-0, which ends before it begins",
                "--count 1 --rule best | must be one of top, bottom, middle, even, influence, angular, perplexity, blocks",
            })
    void prune_wrongUse_isRefused(String arguments, String message) {
        assertThat(prune(arguments).failed(ExitCode.USAGE).err()).contains(message);
    }

    private CliRun prune(String arguments) {
        String[] words = (model + " " + target + " " + arguments).split(" ", -1);
        String[] all = new String[words.length + 1];
        all[0] = "prune";
        System.arraycopy(words, 0, all, 1, words.length);
        return CliRun.of(all);
    }
}
