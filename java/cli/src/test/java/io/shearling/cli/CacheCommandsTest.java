package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.hub.ModelCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code list}, {@code rm} and {@code pull} on a cache of their own, without a network. */
class CacheCommandsTest {
    private static final Map<String, String> PROPERTIES = Map.of("shearling.cache", "", "shearling.offline", "1");

    @TempDir
    private Path folder = Path.of("");

    @BeforeEach
    void useFolder() {
        PROPERTIES.forEach((name, value) -> System.setProperty(name, value.isEmpty() ? folder.toString() : value));
    }

    @AfterEach
    void useTheUsersCacheAgain() {
        PROPERTIES.keySet().forEach(System::clearProperty);
    }

    private Path put(String place, int bytes) throws IOException {
        Path file = folder.resolve("models").resolve(place);
        Files.createDirectories(file.getParent());
        return Files.write(file, new byte[bytes]);
    }

    @Test
    void list_emptyCache_saysWhereItIs() {
        CliRun run = CliRun.of("list").succeeded();
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("no models in " + folder).contains("shearling pull");
        assertThat(CliRun.of("list", "--json").succeeded().json()).containsEntry("models", List.of());
    }

    @Test
    void list_models_areATableWithATotal() throws IOException {
        put("gemma3-270m/gemma.gguf", 1_500_000);
        put("hf/owner/repo/main/big-00001-of-00002.gguf", 500_000);
        put("hf/owner/repo/main/big-00002-of-00002.gguf.part", 250_000);
        CliRun run = CliRun.of("list").succeeded();
        assertThat(run.lines()).hasSize(4);
        assertThat(run.lines().get(0)).matches("MODEL +SIZE  LAST USED +STATE");
        assertThat(run.lines().get(1))
                .matches("gemma3-270m +1\\.5 MB  \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d  not checked");
        assertThat(run.lines().get(2)).matches("hf:owner/repo:big-00001-of-00002.gguf +750\\.0 kB  .{16}  unfinished");
        assertThat(run.lines().get(3)).matches(" +2\\.3 MB");
    }

    @Test
    void list_json_hasTheSame() throws IOException {
        Path file = put("gemma3-270m/gemma.gguf", 1000);
        Map<String, Object> json = CliRun.of("list", "--json").succeeded().json();
        assertThat(json).containsEntry("folder", folder.toString());
        assertThat(json.get("models"))
                .asInstanceOf(InstanceOfAssertFactories.list(Map.class))
                .singleElement(InstanceOfAssertFactories.MAP)
                .containsEntry("model", "gemma3-270m")
                .containsEntry("file", file.toString())
                .containsEntry("sizeBytes", 1000)
                .containsEntry("state", "unverified")
                .containsKeys("fetched", "lastUsed");
    }

    @Test
    void rm_models_saysWhatWasFreed() throws IOException {
        put("gemma3-270m/gemma.gguf", 1000);
        put("hf/owner/repo/main/a.gguf", 2000);
        put("hf/owner/repo/main/b.gguf", 3000);
        CliRun run = CliRun.of("rm", "gemma3-270m", "hf:owner/repo").succeeded();
        assertThat(run.lines())
                .containsExactly("removed gemma3-270m, 1.0 kB freed", "removed hf:owner/repo, 5.0 kB freed");
        assertThat(folder.resolve("models")).doesNotExist();
    }

    @Test
    void rm_everyNameOfTheList_isTaken() throws IOException {
        put("no-longer-in-the-catalogue/x.gguf", 1000);
        put("hf/owner/repo/main/a#1.gguf", 1000);
        put("hf/owner/repo/refs%2Fpr%2F1/a b.gguf", 1000);
        List<String> names = new ModelCache(folder)
                .list().stream().map(model -> model.reference().text()).toList();
        assertThat(names)
                .containsExactly(
                        "hf:owner/repo:a#1.gguf#main",
                        "hf:owner/repo:a b.gguf#refs/pr/1",
                        "no-longer-in-the-catalogue");
        for (String name : names) {
            assertThat(CliRun.of("rm", name).succeeded().out()).startsWith("removed " + name);
        }
        assertThat(folder.resolve("models")).doesNotExist();
    }

    @Test
    void rm_modelThatIsNotThere_failsInOneSentence() {
        CliRun run = CliRun.of("rm", "gemma3-270m").failed(ExitCode.FAILED);
        assertThat(run.err())
                .contains("gemma3-270m is not in the cache at " + folder)
                .contains("shearling list");
    }

    @Test
    void rm_oneOfTwoNotThere_removesTheOtherAndFails() throws IOException {
        put("gemma3-270m/gemma.gguf", 1000);
        CliRun run = CliRun.of("rm", "smollm2-135m", "gemma3-270m");
        assertThat(run.code()).isEqualTo(ExitCode.FAILED);
        assertThat(run.lines()).containsExactly("removed gemma3-270m, 1.0 kB freed");
    }

    @Test
    void rm_nameThatIsWrong_removesNothing() throws IOException {
        Path file = put("gemma3-270m/gemma.gguf", 1000);
        CliRun run = CliRun.of("rm", "gemma3-270m", "hf:owner/repo:").failed(ExitCode.FAILED);
        assertThat(run.err()).contains("hf:owner/repo: has no file after its colon");
        assertThat(file).exists();
    }

    @ParameterizedTest
    @CsvSource({"smollm2-135m", "hf:owner/repo:a.gguf", "hf:owner/repo"})
    void pull_offline_failsInOneSentenceAndLeavesNothing(String model) {
        CliRun run = CliRun.of("pull", model).failed(ExitCode.FAILED);
        assertThat(run.err()).contains("-Dshearling.offline");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void pull_splitModel_tellsTheSizeOfAllFiles() throws IOException {
        put("hf/owner/repo/main/big-00001-of-00002.gguf", 500);
        put("hf/owner/repo/main/big-00002-of-00002.gguf", 250);
        Map<String, Object> json = CliRun.of("pull", "--json", "--quiet", "hf:owner/repo:big-00001-of-00002.gguf")
                .succeeded()
                .json();
        assertThat(json).containsEntry("sizeBytes", 750);
    }

    @Test
    void pull_cacheThatIsAFile_failsInOneSentence() throws IOException {
        Path file = Files.write(folder.resolve("file"), new byte[1]);
        System.setProperty("shearling.cache", file.toString());
        System.setProperty("shearling.offline", "0");
        CliRun run = CliRun.of("pull", "smollm2-135m").failed(ExitCode.FAILED);
        assertThat(run.err())
                .contains("The cache at " + file + " cannot be used")
                .doesNotContain("Exception");
    }
}
