package io.shearling.recipes.budget;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.formats.tensor.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SensitivityKeyTest {
    private static final ChosenTensor MEASURED = TinyTensors.of("a", TensorType.Q4_0, TensorType.Q5_0, TensorType.Q8_0);

    @TempDir
    private Path folder = Path.of("");

    private String key(String base, ChosenTensor other, double bits) throws IOException {
        Path file = Files.writeString(folder.resolve("base"), base);
        TypeTable reference = TinyTensors.model(MEASURED, other).table(ChosenTensor::reference);
        return SensitivityKey.of(file, Optional.empty(), reference, Map.of("a", MEASURED), bits);
    }

    /** A type that is given leaves nothing to measure, and the others are measured beside it. */
    @Test
    void of_anotherTypeOfATensorThatIsNotMeasured_isAnother() throws IOException {
        ChosenTensor given = TinyTensors.of("b", TensorType.Q4_0);
        String key = key("base", given, 4.5);
        assertThat(key("base", given, 4.5)).isEqualTo(key);
        assertThat(key("base", TinyTensors.of("b", TensorType.Q8_0), 4.5)).isNotEqualTo(key);
        assertThat(key("other base", given, 4.5)).isNotEqualTo(key);
        assertThat(key("base", given, 5.5)).isNotEqualTo(key);
    }
}
