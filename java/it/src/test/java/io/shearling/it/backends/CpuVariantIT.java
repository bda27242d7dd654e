package io.shearling.it.backends;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.testkit.ChildJvm;
import io.shearling.testkit.ProgramRun;
import io.shearling.testkit.TinyModels;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CPU variants that somebody insists on. */
class CpuVariantIT {
    @TempDir
    private static Path cache = Path.of("");

    @TempDir
    private Path folder = Path.of("");

    @BeforeAll
    static void fill() {
        assertThat(CommandRun.of(cache, "devices").run().exitCode()).isZero();
    }

    /** What a machine without AVX computes with. */
    @Test
    void plainVariant_insistedOn_computes() {
        Path model = TinyModels.in(folder).llama(1);

        ProgramRun run = ChildJvm.of(CompleteAndReturn.class)
                .property("shearling.cache", cache.toString())
                .property("shearling.cpu", "x64")
                .arguments(model.toString())
                .run();

        assertThat(run.exitCode()).as(run.stderr()).isZero();
        assertThat(run.stdout()).isEqualTo("4 tokens" + System.lineSeparator());
    }

    @Test
    void variant_thatIsNotThere_isRefusedWithThoseThatAre() {
        assertRefused("wool", "", "there is no CPU variant wool in ", "x64");
    }

    @Test
    void variant_thatThisCpuCannotRun_isRefusedBeforeItIsRun() {
        assertRefused(
                "unfit",
                FaultyPlugins.of("cpu-unfit").toString(),
                "this CPU lacks the instructions",
                "-Dshearling.cpu");
    }

    @Test
    void variant_ofTheUsersThatAborts_isRefused() {
        FaultyPlugins.copy("abort", folder, "cpu-mine");

        assertRefused("mine", folder.toString(), "it ends the process (abort)", "-Dshearling.cpu");
    }

    @Test
    void variant_ofTheUsersThatIsGood_isTaken() {
        FaultyPlugins.good(cache, folder, "cpu-mine");

        ProgramRun run = devices("mine", folder.toString());

        assertThat(run.exitCode()).as(run.stderr()).isZero();
        assertThat(run.stdout()).contains("CPU variant: mine");
    }

    @Test
    void diagnose_ofAVariantThatIsNotThere_showsThoseThatAre() {
        ProgramRun run = CommandRun.of(cache, "diagnose")
                .property("shearling.cpu", "wool")
                .run();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.stdout())
                .containsPattern("CPU variant +none")
                .containsPattern("  x64 +score 1")
                .containsPattern("problem +there is no CPU variant wool");
    }

    private static void assertRefused(String variant, String plugins, String... words) {
        ProgramRun run = devices(variant, plugins);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.stdout()).isEmpty();
        assertThat(run.stderr().lines()).singleElement().asString().contains(words);
    }

    private static ProgramRun devices(String variant, String plugins) {
        return CommandRun.of(cache, "devices")
                .property("shearling.cpu", variant)
                .property("shearling.plugins", plugins)
                .run();
    }
}
