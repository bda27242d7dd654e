package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code diagnose} on this machine, where everything works but what a test brings. */
class DiagnoseCommandIT {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void diagnose_aMachineThatWorks_hasNoProblem() {
        CliRun run = CliRun.of("diagnose").succeeded();

        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .contains("every file has the hash it was built with", "): taken\n", "chosen\n", "plug-ins       none")
                .containsPattern("cores +\\d+ compute; ")
                .containsPattern("memory +[\\d.]+ .B can be had of ")
                .endsWith("problems       none\n");
    }

    @Test
    void diagnose_theDefaultModel_wasTriedAndFits() {
        CliRun.of("pull", "smollm2-135m").succeeded();

        Map<String, Object> json =
                CliRun.of("diagnose", "--json", "smollm2-135m").succeeded().json();

        assertThat(json).containsEntry("problems", List.of()).containsKey("cpuVariant");
        assertThat(String.valueOf(json.get("model")))
                .contains(
                        "architecture=llama",
                        "supported=true",
                        "contextTokens=4096",
                        "contextFits=true",
                        "trial={kept=");
        Map<String, Object> again =
                CliRun.of("diagnose", "--json", "smollm2-135m").succeeded().json();
        assertThat(String.valueOf(again.get("model"))).contains("trial={kept=true}");
    }

    @Test
    void diagnose_aFileThatIsNoModel_saysWhyAndFails() throws IOException {
        Path file = Files.writeString(folder.resolve("text.gguf"), "no model");

        CliRun run = CliRun.of("diagnose", file.toString());

        assertThat(run.code()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).containsPattern("problem +" + file).contains("trial        none");
    }

    @Test
    void diagnose_aModelThatDoesNotCompute_saysSoAndFails() {
        Path file = SmallGguf.write(folder.resolve("other.gguf"));

        CliRun run = CliRun.of("diagnose", "--json", file.toString());

        assertThat(run.code()).isEqualTo(ExitCode.FAILED);
        assertThat(String.valueOf(run.json().get("model"))).contains("supported=true", "fault=");
    }

    @Test
    void diagnose_aModelThatIsNotHere_fetchesNothing() {
        CliRun run = CliRun.of("diagnose", "hf:nobody/nothing:none.gguf");

        assertThat(run.code()).isEqualTo(ExitCode.FAILED);
        assertThat(run.out()).containsPattern("problem +.*none.gguf");
    }
}
