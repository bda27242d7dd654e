package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.testkit.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint becomes a file, a checkpoint again, and the same file. */
class ExportAndDiffTest {
    @TempDir
    private Path folder = Path.of("");

    private String file = "";

    @BeforeEach
    void convert() {
        Path checkpoint = TinyCheckpoint.SMALLEST.write(folder.resolve("small-model"));
        file = converted(checkpoint, "one.gguf");
    }

    private String converted(Path checkpoint, String name) {
        String target = folder.resolve(name).toString();
        CliRun.of("convert", checkpoint.toString(), "-o", target, "--name", "Wool", "-q")
                .succeeded();
        return target;
    }

    @Test
    void export_andConvert_isTheSameFile() {
        Path checkpoint = folder.resolve("back");
        CliRun run = CliRun.of("export", file, "-o", checkpoint.toString()).succeeded();
        assertThat(run.lines()).containsExactly(checkpoint.toString());
        assertThat(run.err()).contains("LlamaForCausalLM, 11 tensors, ");
        String other = converted(checkpoint, "other.gguf");
        assertThat(CliRun.of("diff", file, other).succeeded().lines()).containsExactly("no difference");
        assertThat(CliRun.of("diff", "--json", file, other).succeeded().json())
                .containsEntry("same", true)
                .containsEntry("differences", List.of());
    }

    @Test
    void export_folderWithFiles_isRefused() throws IOException {
        Path checkpoint = Files.createDirectory(folder.resolve("full"));
        Files.writeString(checkpoint.resolve("mine.txt"), "mine");
        assertThat(CliRun.of("export", file, "-o", checkpoint.toString(), "-q")
                        .failed(ExitCode.FAILED)
                        .err())
                .contains(checkpoint.toString());
        assertThat(checkpoint).isDirectoryContaining(path -> path.endsWith("mine.txt"));
    }

    @Test
    void export_quantized_saysSo() {
        String small = folder.resolve("small.gguf").toString();
        CliRun.of("convert", folder.resolve("small-model").toString(), "-o", small, "--type", "q8_0", "-q")
                .succeeded();
        CliRun run = CliRun.of(
                        "export", small, "-o", folder.resolve("back").toString(), "--dequantize", "f32", "--json")
                .succeeded();
        assertThat(run.err()).contains("8 of them dequantized to f32");
        assertThat(run.json()).containsEntry("class", "LlamaForCausalLM").containsEntry("dequantized", 8);
    }

    @Test
    void diff_otherTypes_areListedAndFail() {
        String other = folder.resolve("other.gguf").toString();
        CliRun.of("convert", folder.resolve("small-model").toString(), "-o", other, "--type", "f16", "-q")
                .succeeded();
        CliRun run = CliRun.of("diff", file, other);
        assertThat(run.code()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("general.file_type").contains("blk.0.attn_q.weight");
    }
}
