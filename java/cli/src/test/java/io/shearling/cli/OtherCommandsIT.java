package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands besides {@code run}, on the default model. */
class OtherCommandsIT {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void tokenize_text_showsIdsAndPiecesThatJoinToTheText() {
        String text = "Sheep graze on gr\u00fcn hills.";
        CliRun run = CliRun.of("tokenize", "--quiet", text).succeeded();
        String joined = run.lines().stream().map(line -> line.substring(8)).reduce("", String::concat);
        assertThat(joined).isEqualTo(text);
        List<String> ids =
                run.lines().stream().map(line -> line.substring(0, 6).strip()).toList();
        assertThat(CliRun.of("tokenize", "--quiet", "--ids", text).succeeded().out())
                .isEqualTo(String.join(" ", ids) + "\n");
        Map<String, Object> json = CliRun.withInput(text, "tokenize", "--quiet", "--json", "-")
                .succeeded()
                .json();
        assertThat(json).containsEntry("count", ids.size());
    }

    @Test
    void embed_texts_givesOneUnitVectorEach() {
        CliRun run = CliRun.of("embed", "--threads", "1", "--quiet", "--pooling", "mean", "A sheep.", "A goat.")
                .succeeded();
        assertThat(run.lines()).hasSize(2).allSatisfy(line -> {
            double[] vector = Arrays.stream(line.split(" "))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
            assertThat(vector).hasSize(576);
            assertThat(Arrays.stream(vector).map(x -> x * x).sum()).isCloseTo(1, within(1e-4));
        });
    }

    @Test
    void embed_json_hasPoolingLengthAndVectors() {
        Map<String, Object> json = CliRun.withInput(
                        "A sheep.\n\nA goat.\n",
                        "embed",
                        "--quiet",
                        "--pooling",
                        "LAST",
                        "--no-normalize",
                        "--json",
                        "-")
                .succeeded()
                .json();
        assertThat(json)
                .containsEntry("pooling", "last")
                .containsEntry("normalized", false)
                .containsEntry("length", 576);
        assertThat(json.get("embeddings"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .hasSize(2);
    }

    @Test
    void embed_withoutPooling_givesOneVectorAToken() {
        List<String> tokens =
                CliRun.of("tokenize", "--quiet", "A sheep grazes.").succeeded().lines();
        assertThat(CliRun.of("embed", "--threads", "1", "--quiet", "--pooling", "none", "A sheep grazes.")
                        .succeeded()
                        .lines())
                .hasSameSizeAs(tokens);
    }

    @Test
    void embed_modelThatNamesNoPooling_takesTheMeanAndSaysSo() {
        CliRun mean = CliRun.of("embed", "--threads", "1", "--quiet", "--pooling", "mean", "A sheep.")
                .succeeded();
        CliRun unsaid =
                CliRun.of("embed", "--threads", "1", "--quiet", "A sheep.").succeeded();
        assertThat(unsaid.out()).isEqualTo(mean.out());
        assertThat(mean.err()).isEmpty();
        assertThat(unsaid.err()).contains("the mean of its tokens", "--pooling");
    }

    @Test
    void embed_rankWithoutAClassifier_namesTheRemedy() {
        CliRun run =
                CliRun.of("embed", "--quiet", "--pooling", "rank", "A sheep.").failed(ExitCode.FAILED);
        assertThat(run.err()).contains("has no classifier head to rank with; choose another pooling");
    }

    @Test
    void embed_textThatDoesNotFit_isNamed() {
        CliRun run = CliRun.of(
                "embed", "--threads", "1", "--quiet", "--pooling", "mean", "--ctx", "64", "short", "word ".repeat(70));
        assertThat(run.err())
                .containsPattern("text 2 of 2 \\(\"word word.*\\) has \\d+ tokens and at most 64 tokens fit; .*--ctx");
        assertThat(run.code()).isEqualTo(ExitCode.FAILED);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void devices_always_showsTheCpuAndItsVariant() {
        CliRun run = CliRun.of("devices").succeeded();
        assertThat(run.out()).containsPattern("(?m)^CPU +CPU ").contains("CPU variant: ", "CPU features: ");
        Map<String, Object> json = CliRun.of("devices", "--json").succeeded().json();
        assertThat(run.out()).contains("CPU variant: " + json.get("cpuVariant"));
        assertThat(json.get("devices"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .isNotEmpty();
    }

    @Test
    void pull_defaultModel_printsAFileThatInspectReads() {
        String file = CliRun.of("pull", "smollm2-135m").succeeded().lines().get(0);
        assertThat(Path.of(file)).exists().hasSize(98_362_432);
        assertThat(CliRun.of("pull", "--json", "smollm2-135m").succeeded().json())
                .containsEntry("file", file)
                .containsEntry("sizeBytes", 98_362_432);
        assertThat(CliRun.of("inspect", file).succeeded().out())
                .contains("30 layers, 576 wide", "5.74 bits each", "vocabulary    49,152 tokens");
    }

    @Test
    void pull_unknownModel_failsWithTheKnownNames() {
        CliRun run = CliRun.of("pull", "no-such-model").failed(ExitCode.FAILED);
        assertThat(run.err()).contains("no-such-model", "smollm2-135m");
    }

    @Test
    void version_showsBoth() {
        CliRun run = CliRun.of("--version").succeeded();
        assertThat(run.lines()).hasSize(2);
        assertThat(run.lines().get(0)).matches("shearling \\d+\\.\\d+\\.\\d+.*");
        assertThat(run.lines().get(1)).matches("llama\\.cpp v\\d+\\.\\d+\\.\\d+.*");
    }

    @Test
    void bench_withoutReference_measuresJavaAndItsMemory() throws IOException {
        Path json = folder.resolve("bench.json");
        CliRun run = CliRun.of(
                        "bench",
                        "--threads",
                        "1",
                        "--rounds",
                        "2",
                        "--pp",
                        "32",
                        "--tg",
                        "4",
                        "--depth",
                        "16",
                        "--json",
                        json.toString())
                .succeeded();
        assertThat(run.out()).contains("pp32 tokens/s", "tg4 @ d16 tokens/s", "load ms", "RssAnon MB", "Java alone");
        assertThat(run.err()).contains("no reference tools").contains("measuring pp32");
        Map<String, Object> result = JsonReader.object(Files.readString(json));
        assertThat(result).containsKeys("machine", "build", "model", "memory");
        assertThat(result.get("comparisons"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .hasSize(3);
    }
}
