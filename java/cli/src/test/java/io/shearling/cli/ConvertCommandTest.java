package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.tensor.TensorType;
import io.shearling.testkit.TinyCheckpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConvertCommandTest {
    @TempDir
    private Path folder = Path.of("");

    private String checkpoint = "";
    private Path target = Path.of("");

    @BeforeEach
    void write() {
        checkpoint =
                TinyCheckpoint.SMALLEST.write(folder.resolve("small-model")).toString();
        target = folder.resolve("out.gguf");
    }

    @Test
    void convert_checkpoint_writesTheFileAndPrintsItsPath() {
        CliRun run = CliRun.of("convert", checkpoint, "-o", target.toString()).succeeded();
        assertThat(run.lines()).containsExactly(target.toString());
        assertThat(run.err())
                .contains("converting " + checkpoint)
                .containsPattern("llama, 53,632 parameters in 11 tensors, BF16, 1\\d\\d\\.\\d kB in \\d+\\.\\d s \\(");
        try (GgufFile file = GgufFile.open(target)) {
            assertThat(file.metadata().string("general.name")).isEqualTo("Small Model");
            assertThat(file.tensors()).hasSize(11);
        }
    }

    @Test
    void convert_options_areKept() {
        CliRun run = CliRun.of(
                        "convert",
                        checkpoint,
                        "-o",
                        target.toString(),
                        "--type",
                        "Q8_0",
                        "--name",
                        "Wool",
                        "-q",
                        "--json")
                .succeeded();
        assertThat(run.err()).isEmpty();
        assertThat(run.json())
                .containsEntry("file", target.toString())
                .containsEntry("files", List.of(target.toString()))
                .containsEntry("architecture", "llama")
                .containsEntry("fileType", "Q8_0");
        try (GgufFile file = GgufFile.open(target)) {
            assertThat(file.metadata().string("general.name")).isEqualTo("Wool");
            assertThat(file.tensors()).extracting(tensor -> tensor.type()).contains(TensorType.Q8_0);
        }
    }

    @Test
    void convert_compatible_hasUpstreamsScores() {
        CliRun.of("convert", checkpoint, "-o", target.toString(), "--compat", "upstream", "-q")
                .succeeded();
        try (GgufFile file = GgufFile.open(target)) {
            assertThat(file.metadata().array("tokenizer.ggml.scores").number(3)).isEqualTo(-1000);
        }
    }

    @Test
    void convert_split_printsTheFirstFile() throws IOException {
        CliRun run = CliRun.of("convert", checkpoint, "-o", target.toString(), "--split-max-size", "40K")
                .succeeded();
        assertThat(run.lines()).singleElement().asString().matches(".*out-00001-of-0000\\d\\.gguf");
        assertThat(names()).doesNotContain("out.gguf").contains("out-00001-of-00004.gguf", "out-00004-of-00004.gguf");
    }

    @Test
    void dryRun_text_printsKeysAndTensorsAndWritesNothing() throws IOException {
        CliRun run =
                CliRun.of("convert", checkpoint, "--dry-run", "--type", "f16").succeeded();
        assertThat(run.out())
                .contains("architecture  llama")
                .containsPattern("llama.block_count +u32 +1\\n")
                .containsPattern("blk.0.attn_q.weight +f16 +64 x 64 +8,192 bytes");
        assertThat(names()).containsExactly("small-model");
    }

    @Test
    void dryRun_json_hasTheSame() {
        Map<String, Object> json = CliRun.of("convert", checkpoint, "--dry-run", "--json")
                .succeeded()
                .json();
        assertThat(json).containsEntry("files", 1).containsEntry("parameters", 53632);
        assertThat(json.get("tensors"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .hasSize(11);
    }

    @Test
    void convert_badInput_isOneSentence() throws IOException {
        assertThat(CliRun.of("convert", checkpoint).failed(ExitCode.USAGE).err())
                .contains("-o FILE");
        assertThat(CliRun.of("convert", checkpoint, "-o", "x", "--type", "q9")
                        .failed(ExitCode.USAGE)
                        .err())
                .contains("must be one of f32, f16, bf16, q8_0");
        assertThat(CliRun.of("convert", checkpoint, "-o", "x", "--compat", "me")
                        .failed(ExitCode.USAGE)
                        .err())
                .contains("must be upstream");
        assertThat(CliRun.of("convert", checkpoint, "-o", "x", "--split-max-size", "0")
                        .failed(ExitCode.USAGE)
                        .err())
                .contains("as 1.5GB");
        assertThat(CliRun.of("convert", folder.toString(), "-o", target.toString())
                        .failed(ExitCode.FAILED)
                        .err())
                .contains("config.json");
        assertThat(CliRun.of("convert", folder.resolve("none").toString(), "-o", target.toString())
                        .failed(ExitCode.FAILED)
                        .err())
                .contains("none");
        assertThat(CliRun.of(
                                "convert",
                                checkpoint,
                                "-o",
                                folder.resolve("no/out.gguf").toString())
                        .failed(ExitCode.FAILED)
                        .err())
                .contains("does not exist");
        assertThat(CliRun.of("convert", checkpoint, "-o", checkpoint + "/model.safetensors")
                        .failed(ExitCode.FAILED)
                        .err())
                .contains("would overwrite the input");
        assertThat(names()).containsExactly("small-model");
    }

    @Test
    void convert_interruptedWhileItWrites_isCancelledAndLeavesNothing() throws IOException {
        assertThat(interruptedAt(
                        "converting", "convert", checkpoint, "-o", target.toString(), "--split-max-size", "40K"))
                .isEqualTo(ExitCode.CANCELLED);
        assertThat(names()).containsExactly("small-model");
    }

    @Test
    void export_interruptedWhileItWrites_isCancelledAndLeavesNothing() throws IOException {
        CliRun.of("convert", checkpoint, "-o", target.toString(), "-q").succeeded();
        assertThat(interruptedAt(
                        "exporting",
                        "export",
                        target.toString(),
                        "-o",
                        folder.resolve("back").toString()))
                .isEqualTo(ExitCode.CANCELLED);
        assertThat(names()).containsExactly("out.gguf", "small-model");
    }

    /** The exit code of a command that is interrupted as soon as it says this. */
    private static int interruptedAt(String word, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<String> said = new ArrayList<>();
        PrintStream messages = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8) {
            @Override
            public void println(String line) {
                said.add(line);
                if (line.contains(word)) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        int code = Shearling.execute(Streams.of(InputStream.nullInputStream(), out, messages, false), arguments);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(out.size()).isZero();
        assertThat(said).singleElement().asString().contains(word);
        return code;
    }

    @Test
    void convert_interruptedWhileItPlans_isCancelled() throws IOException {
        Thread.currentThread().interrupt();
        CliRun run = CliRun.of("convert", checkpoint, "-o", target.toString());
        assertThat(Thread.interrupted()).isTrue();
        assertThat(run).isEqualTo(new CliRun(ExitCode.CANCELLED, "", ""));
        assertThat(names()).containsExactly("small-model");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
