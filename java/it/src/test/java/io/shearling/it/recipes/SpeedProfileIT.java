package io.shearling.it.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.tensor.TensorType;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.speed.SpeedProfile;
import io.shearling.recipes.speed.TensorTimes;
import io.shearling.testkit.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Profiles of a machine: what is kept, and what becomes of one that cannot be. */
@Tag("once")
class SpeedProfileIT {
    @TempDir
    private Path folder = Path.of("");

    private Path model = Path.of("");

    @BeforeEach
    void make() throws IOException {
        model = TinyModels.in(folder).llama(1);
    }

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    /** Products that had to be measured. */
    private int measure(SpeedProfile profile) {
        int[] measured = {0};
        try (GgufFile file = GgufFile.open(model)) {
            List<TensorInfo> some = file.tensors().stream()
                    .filter(tensor -> tensor.name().endsWith("ffn_up.weight"))
                    .toList();
            TensorTimes.of(file, profile)
                    .measure(some, tensor -> List.of(TensorType.Q8_0), (done, all) -> measured[0] = done);
            assertThat(TensorTimes.of(file, profile).generation(some.get(0), TensorType.Q8_0))
                    .isPositive();
        }
        return measured[0];
    }

    @Test
    void measure_twice_theSecondTimeFromTheFile() {
        Path profiles = folder.resolve("profiles");
        SpeedProfile first = SpeedProfile.open(profiles);
        assertThat(measure(first)).isEqualTo(2);
        assertThat(first.fault()).isEmpty();
        assertThat(measure(SpeedProfile.open(profiles))).isZero();
    }

    @Test
    void open_damagedOrOfAnotherMachine_isMeasuredAgain() throws IOException {
        Path profiles = folder.resolve("profiles");
        SpeedProfile first = SpeedProfile.open(profiles);
        measure(first);
        String kept = Files.readString(first.file());
        for (String broken : List.of(
                "", "\n", kept.substring(0, kept.length() / 2), "other " + kept, kept.replaceAll("\\d\\n", "x\n"))) {
            Files.writeString(first.file(), broken);
            assertThat(measure(SpeedProfile.open(profiles))).as(broken).isPositive();
            assertThat(measure(SpeedProfile.open(profiles))).as(broken).isZero();
        }
        Files.write(first.file(), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThat(measure(SpeedProfile.open(profiles))).isEqualTo(2);
    }

    @Test
    void measure_interrupted_keepsWhatWasMeasured() {
        Path profiles = folder.resolve("profiles");
        SpeedProfile profile = SpeedProfile.open(profiles);
        try (GgufFile file = GgufFile.open(model)) {
            TensorTimes times = TensorTimes.of(file, profile);
            List<TensorInfo> some = file.tensors().stream()
                    .filter(tensor -> tensor.name().endsWith("ffn_up.weight"))
                    .toList();
            assertThatThrownBy(() -> times.measure(some, tensor -> List.of(TensorType.Q8_0), (done, all) -> {
                        if (done == 1) {
                            Thread.currentThread().interrupt();
                        }
                    }))
                    .isInstanceOfSatisfying(
                            RecipeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CANCELLED))
                    .hasMessageContaining("the timing of its products was interrupted");
        }
        assertThat(Thread.interrupted()).isTrue();
        assertThat(profile.fault()).isEmpty();
        assertThat(measure(SpeedProfile.open(profiles))).isEqualTo(1);
    }

    @Test
    void save_thatFails_leavesNothing() throws IOException {
        Path profiles = folder.resolve("profiles");
        Path taken = Files.createDirectories(SpeedProfile.open(profiles).file());
        Files.createFile(taken.resolve("in the way"));
        SpeedProfile profile = SpeedProfile.open(profiles);
        assertThat(measure(profile)).isEqualTo(2);
        assertThat(profile.fault())
                .hasValueSatisfying(fault -> assertThat(fault).startsWith("it cannot be written: "));
        assertThat(profiles).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void measure_whereNothingCanBeWritten_saysSoAndGoesOn() throws IOException {
        Path inTheWay = Files.writeString(folder.resolve("profiles"), "no folder");
        SpeedProfile profile = SpeedProfile.open(inTheWay);
        assertThat(measure(profile)).isEqualTo(2);
        assertThat(profile.fault())
                .hasValueSatisfying(fault -> assertThat(fault).startsWith("it cannot be written: "));
        assertThat(inTheWay).content().isEqualTo("no folder");
    }
}
