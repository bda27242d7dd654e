package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.runtime.Device;
import io.shearling.runtime.diagnosis.CpuVariant;
import io.shearling.runtime.diagnosis.Diagnosis;
import io.shearling.runtime.diagnosis.Machine;
import io.shearling.runtime.diagnosis.ModelDiagnosis;
import io.shearling.runtime.diagnosis.Natives;
import io.shearling.runtime.diagnosis.Plugin;
import io.shearling.runtime.diagnosis.Vulkan;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What {@code diagnose} prints of machines that are not this one. */
class DiagnosisPageTest {
    private static final Path CACHE = Path.of("/c/natives");
    private static final Natives.Place REFUSED = new Natives.Place(CACHE, "SHEARLING_CACHE", "Read-only file system");
    private static final Natives.Place TAKEN = new Natives.Place(Path.of("/t/natives"), "java.io.tmpdir", "");
    private static final HubReport HUB = new HubReport(
            "https://hub.example",
            true,
            Optional.of("HTTP @ proxy:3128"),
            true,
            Path.of("/c"),
            2,
            3_000_000,
            -1,
            List.of());

    /** A container with a GPU that works and one that does not. */
    private static final DiagnosisPage CONTAINER = new DiagnosisPage(
            new Diagnosis(
                    machine(Optional.of(new Machine.Limits(
                            3, OptionalInt.of(3), 8_000_000_000L, 1_500_000, OptionalLong.of(2_000_000)))),
                    new Natives(
                            List.of(REFUSED, TAKEN),
                            Optional.of(Path.of("/t/natives/0f")),
                            Optional.of("0.5.0"),
                            true,
                            ""),
                    List.of(
                            variant("x64", 1, ""),
                            variant("zen4", 9, ""),
                            variant("haswell", 0, ""),
                            variant("icelake", 0, "it is torn: fetch it")),
                    Optional.of("zen4"),
                    "AVX2 = 1, REPACK = 1",
                    List.of(
                            new Plugin(Path.of("/p/libggml-cuda.so"), "an add-on jar", List.of("CUDA0: a card"), ""),
                            new Plugin(
                                    Path.of("/p/libggml-vulkan.so"), "SHEARLING_PLUGINS", List.of(), "it hangs: wait")),
                    Optional.of(new Vulkan(Optional.empty(), List.of(Path.of("/v/a.json")), List.of())),
                    List.of(new Device(0, Device.Type.CPU, "CPU", "a processor", "CPU", 1_500_000, 2_000_000)),
                    List.of()),
            HUB,
            Optional.of(new ModelDiagnosis(
                    Path.of("/m/wool.gguf"),
                    Optional.of("llama"),
                    true,
                    Optional.of(new ModelDiagnosis.Memory(4096, 1_000_000, 900_000, 1_500_000)),
                    Optional.of(new ModelDiagnosis.Trial("", "it never ends", true)),
                    List.of())),
            List.of("one: do this", "two: do that", "three \u001b[2J"));

    /** Nothing loads. */
    private static final DiagnosisPage BROKEN = new DiagnosisPage(
            new Diagnosis(
                    machine(Optional.empty()),
                    new Natives(
                            List.of(REFUSED), Optional.empty(), Optional.empty(), false, "x cannot be loaded: do this"),
                    List.of(),
                    Optional.empty(),
                    "",
                    List.of(),
                    Optional.empty(),
                    List.of(),
                    List.of()),
            HUB,
            Optional.empty(),
            List.of("x cannot be loaded: do this"));

    @Test
    void text_ofAContainer_tellsEveryChoiceAndRefusal() {
        assertThat(DiagnosisText.of(CONTAINER).lines())
                .contains(
                        "system         Wool 7, sheep64, glibc 2.36",
                        "cores          3 compute; a container or service allows 3",
                        "memory         1.5 MB can be had of 8000.0 MB; a container or service allows 2.0 MB",
                        "natives        /t/natives/0f",
                        "  place        /c/natives (SHEARLING_CACHE): passed over: Read-only file system",
                        "  place        /t/natives (java.io.tmpdir): taken",
                        "  hashes       every file has the hash it was built with",
                        "CPU variant    zen4",
                        "  x64          score 1",
                        "  zen4         score 9, chosen",
                        "  haswell      not for this CPU",
                        "  icelake      it is torn: fetch it",
                        "  features     AVX2, REPACK",
                        "plug-in        /p/libggml-cuda.so (an add-on jar)",
                        "               loaded: CUDA0: a card",
                        "               left out: it hangs: wait",
                        "  Vulkan       no loader",
                        "               [/v/a.json]",
                        "device         CPU, a processor, 1.5 MB free of 2.0 MB",
                        "hub            https://hub.example, not asked: offline",
                        "  proxy        HTTP @ proxy:3128",
                        "  token        yes",
                        "  models       2 in /c, 3.0 MB; unknown free",
                        "model          /m/wool.gguf",
                        "  kind         llama, supported",
                        "  weights      1.0 MB, more than can be had: they are read from the disk again and again",
                        "  context      900.0 kB for 4,096 tokens, does not fit",
                        "  trial        it loads and computes, but its chat template: it never ends (tried earlier)",
                        "problem        one: do this",
                        "problem        two: do that",
                        "problem        three \\u001b[2J");
    }

    @Test
    void text_ofNativesThatDoNotLoad_isShorter() {
        assertThat(DiagnosisText.of(BROKEN))
                .contains(
                        "natives        not loaded\n",
                        "CPU variant    none\n",
                        "problem        x cannot be loaded: do this\n")
                .doesNotContain("cores ", "memory ", "features", "device ");
    }

    @Test
    void json_ofAContainer_hasTheSame() {
        Map<String, Object> json = JsonReader.object(DiagnosisJson.of(CONTAINER));

        assertThat(json)
                .containsEntry("cpuVariant", "zen4")
                .containsEntry("problems", List.of("one: do this", "two: do that", "three \u001b[2J"))
                .containsEntry("vulkan", Map.of("drivers", List.of("/v/a.json")));
        assertThat(json.get("natives"))
                .isEqualTo(Map.of(
                        "directory",
                        "/t/natives/0f",
                        "llamaCpp",
                        "0.5.0",
                        "hashesChecked",
                        true,
                        "places",
                        List.of(
                                Map.of(
                                        "folder",
                                        "/c/natives",
                                        "origin",
                                        "SHEARLING_CACHE",
                                        "fault",
                                        "Read-only file system"),
                                Map.of("folder", "/t/natives", "origin", "java.io.tmpdir"))));
        assertThat(json.get("plugins"))
                .isEqualTo(List.of(
                        Map.of(
                                "file",
                                "/p/libggml-cuda.so",
                                "origin",
                                "an add-on jar",
                                "devices",
                                List.of("CUDA0: a card")),
                        Map.of(
                                "file",
                                "/p/libggml-vulkan.so",
                                "origin",
                                "SHEARLING_PLUGINS",
                                "devices",
                                List.of(),
                                "fault",
                                "it hangs: wait")));
        assertThat(String.valueOf(json.get("hub"))).contains("token=true", "offline=true");
        assertThat(String.valueOf(json.get("model"))).contains("contextFits=false", "templateFault=it never ends");
    }

    @Test
    void json_ofNativesThatDoNotLoad_leavesOutWhatIsNotKnown() {
        Map<String, Object> json = JsonReader.object(DiagnosisJson.of(BROKEN));

        assertThat(json).doesNotContainKeys("cpuVariant", "model", "vulkan");
        assertThat(String.valueOf(json.get("machine"))).doesNotContain("memory");
        assertThat(String.valueOf(json.get("natives"))).contains("fault=x cannot be loaded");
    }

    private static Machine machine(Optional<Machine.Limits> limits) {
        return new Machine("Wool 7", "sheep64", "glibc 2.36", "17 (a JVM)", Path.of("/j"), 4, limits);
    }

    private static CpuVariant variant(String name, int score, String fault) {
        return new CpuVariant(name, CACHE.resolve("libggml-cpu-" + name + ".so"), score, fault);
    }
}
