package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.testkit.NativeLeakCheck;
import io.shearling.testkit.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code shearling quantize} with a budget, on a tiny model. */
@ExtendWith(NativeLeakCheck.class)
class QuantizeBudgetIT {
    @TempDir
    private Path folder = Path.of("");

    private Path model = Path.of("");
    private Path text = Path.of("");
    private Path small = Path.of("");

    @BeforeEach
    void write() throws IOException {
        model = TinyModels.in(folder).llama(1);
        text = Files.writeString(folder.resolve("notes.txt"), "the sheep graze on the hill. ".repeat(40));
        small = folder.resolve("small.gguf");
    }

    private CliRun quantize(String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("quantize", model.toString(), small.toString(), "--threads", "1"));
        arguments.addAll(List.of(more));
        return CliRun.of(arguments.toArray(String[]::new));
    }

    @Test
    void quantize_budget_printsATableAndLeavesWhatMakesTheSameFile() throws IOException {
        CliRun run = quantize("--bpw", "6.5", "--text", text.toString(), "--ctx", "64")
                .succeeded();
        assertThat(run.out())
                .contains("role ", "KL alone", "ffn_down", "token_embd")
                .contains("file            " + small + "\n", "nearest preset  ", "(sha256 ")
                .containsPattern(
                        "KL divergence   \\d\\.\\d{5} \u00b1 \\d\\.\\d{5} over [\\d,]+ tokens of \\d+ chunks of 64");
        assertThat(run.err()).contains("measuring what they do, group by group");
        Path types = folder.resolve("small.types.txt");
        Path importance = folder.resolve("small.imatrix.gguf");
        assertThat(types).content().contains("^blk\\.0\\.attn_q\\.weight$=");
        Path again = folder.resolve("again.gguf");
        String preset = fileType(run);
        CliRun.of(
                        "quantize",
                        model.toString(),
                        again.toString(),
                        preset,
                        "--imatrix",
                        importance.toString(),
                        "--tensor-type-file",
                        types.toString())
                .succeeded();
        assertThat(again).hasSameBinaryContentAs(small);
        assertThat(folder.resolve("small.gguf.search")).doesNotExist();
    }

    @Test
    void quantize_speed_isToldWithWhatWasForetold() {
        String before =
                System.setProperty("shearling.cache", folder.resolve("cache").toString());
        try {
            CliRun run = quantize(
                            "--tg",
                            ">=1",
                            "--pp",
                            "1",
                            "--tensor-type",
                            "ffn|attn_[qk]|embd=q5_0",
                            "--text",
                            text.toString(),
                            "--ctx",
                            "64")
                    .succeeded();
            assertThat(run.err()).contains("timing products, once for this machine");
            assertThat(run.out())
                    .containsPattern(
                            "speed           [\\d.]+ tokens a second generated, [\\d.]+ read; [\\d.]+ and [\\d.]+ foretold;"
                                    + " enough for 1 tokens a second generated and 1 read\n")
                    .containsPattern("measured on     .*llama\\.cpp .*" + Pattern.quote(folder.toString()));
            Map<String, Object> json = quantize(
                            "--tg",
                            "1",
                            "--dry-run",
                            "--json",
                            "--tensor-type",
                            "ffn|attn_[qk]|embd=q5_0",
                            "--text",
                            text.toString(),
                            "--ctx",
                            "64",
                            "-q")
                    .succeeded()
                    .json();
            assertThat(json).containsKeys("speedGoal", "result");
            assertThat(json)
                    .extractingByKey("speedGoal", InstanceOfAssertFactories.MAP)
                    .containsEntry("met", true);
        } finally {
            if (before == null) {
                System.clearProperty("shearling.cache");
            } else {
                System.setProperty("shearling.cache", before);
            }
        }
    }

    /** Times are foretold from a file that promises too much: the model is written, and the promise is seen to be broken. */
    @Test
    void quantize_speedThatIsNotReached_isSaidAndFails() throws IOException {
        String before =
                System.setProperty("shearling.cache", folder.resolve("cache").toString());
        try {
            String[] options = {"--tensor-type", "weight=q5_0", "--text", text.toString(), "--ctx", "64", "-q", "--tg"};
            quantize(with(options, "1", "--dry-run")).succeeded();
            promise(folder.resolve("cache/speed"));
            CliRun run = quantize(with(options, "1000000"));
            assertThat(run.code()).isEqualTo(ExitCode.FAILED);
            assertThat(run.err())
                    .contains("the speed of 1000000 tokens a second generated is not reached: this is the fastest")
                    .hasLineCount(1);
            assertThat(run.out())
                    .contains("; not enough for 1000000 tokens a second generated\n")
                    .contains("note            nothing that was measured is as fast as that");
            assertThat(small).exists();
        } finally {
            if (before == null) {
                System.clearProperty("shearling.cache");
            } else {
                System.setProperty("shearling.cache", before);
            }
        }
    }

    private static String[] with(String[] options, String... more) {
        return Stream.of(options, more).flatMap(Stream::of).toArray(String[]::new);
    }

    /** All types but q8_0, by whose run the rest is known, take no time at all. */
    private static void promise(Path profiles) throws IOException {
        try (Stream<Path> files = Files.list(profiles)) {
            Path file = files.findFirst().orElseThrow();
            List<String> lines = new ArrayList<>();
            for (String line : Files.readAllLines(file)) {
                boolean product = !lines.isEmpty();
                String value = line.startsWith("q8_0 ") ? "1.0" : "1.0E-9";
                lines.add(product ? line.substring(0, line.lastIndexOf(' ') + 1) + value : line);
            }
            Files.write(file, lines);
        }
    }

    /** The mix that the file names: the page says how to make it again. */
    private static String fileType(CliRun run) {
        String line = run.lines().stream()
                .filter(each -> each.startsWith("mix "))
                .findFirst()
                .orElseThrow();
        return line.substring(16).strip();
    }

    @Test
    void quantize_budgetDryRun_writesNoFile() throws IOException {
        Map<String, Object> json = quantize(
                        "--size", "400K", "--text", text.toString(), "--ctx", "64", "--dry-run", "--json", "-q")
                .succeeded()
                .json();
        assertThat(json)
                .containsKeys("result", "groups", "tensors", "text", "textSha256")
                .doesNotContainKey("file");
        assertThat(json.get("result"))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsKeys("sizeBytes", "bitsPerWeight", "kl", "predictedKl");
        assertThat(small).doesNotExist();
        assertThat(folder.resolve("small.types.txt")).doesNotExist();
    }

    @Test
    void quantize_badBudget_isRefusedInOneSentence() {
        assertThat(quantize("--size", "1K", "--text", text.toString())
                        .failed(ExitCode.FAILED)
                        .err())
                .contains("the budget of 1000 bytes is impossible: the smallest that its types make is ")
                .hasLineCount(1);
        assertThat(quantize("--bpw", "6", "--text", text.toString(), "--save-types", text.toString())
                        .failed(ExitCode.USAGE)
                        .err())
                .contains("is what is read; name another file to write");
        Path nowhere = folder.resolve("none/small.txt");
        for (String option : List.of("--save-types", "--sensitivity")) {
            assertThat(quantize("--bpw", "6", "--text", text.toString(), option, nowhere.toString())
                            .failed(ExitCode.FAILED)
                            .err())
                    .contains(nowhere + ": the directory " + nowhere.getParent()
                            + " does not exist; create it or name another place");
        }
        assertThat(small).doesNotExist();
        assertThat(quantize("--bpw", "6", "--text", "none.txt")
                        .failed(ExitCode.FAILED)
                        .err())
                .contains("none.txt: there is no such file");
    }
}
