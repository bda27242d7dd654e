package io.shearling.recipes.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufWriter;
import io.shearling.formats.tensor.TensorShape;
import io.shearling.formats.tensor.TensorType;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.budget.ErrorTable.Question;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ErrorTableTest {
    private static final TensorShape SHAPE = TensorShape.of(256, 256);

    @TempDir
    private Path folder = Path.of("");

    private Path model() {
        return model("model.gguf", 0);
    }

    private Path model(String name, float step) {
        Path path = folder.resolve(name);
        try (GgufWriter writer = GgufWriter.to(path)
                .metadata(GgufMetadata.builder().build())
                .tensor("a", TensorType.F32, SHAPE)
                .open()) {
            ByteBuffer data =
                    ByteBuffer.allocate((int) TensorType.F32.bytes(SHAPE)).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; data.hasRemaining(); i++) {
                data.putFloat(step * (i * 37 % 101 - 50));
            }
            writer.write("a", data.flip());
            return writer.commit();
        }
    }

    private static List<ChosenTensor> errors(GgufFile file) {
        return errors(file, TensorType.F16);
    }

    private static List<ChosenTensor> errors(GgufFile file, TensorType type) {
        List<Question> questions = List.of(new Question(file.tensors().get(0), List.of(type), 32));
        return ErrorTable.of(file, questions, Optional.empty(), 1, done -> {});
    }

    @Test
    void of_zeroes_isNothing() {
        try (GgufFile file = GgufFile.open(model())) {
            assertThat(errors(file).get(0).smallest().error()).isZero();
        }
    }

    @Test
    void of_aTensorThatIsFourTimesAsLarge_hasTheSameShareOfSixteenTimesTheEnergy() {
        try (GgufFile file = GgufFile.open(model("one.gguf", 1 / 256f));
                GgufFile larger = GgufFile.open(model("four.gguf", 4 / 256f))) {
            ChosenTensor one = errors(file, TensorType.Q8_0).get(0);
            ChosenTensor four = errors(larger, TensorType.Q8_0).get(0);
            // Steps of 50 / 127 make a twelfth of their square, beside a mean square of 850.
            assertThat(one.smallest().error()).isBetween(1e-5, 1e-4);
            assertThat(four.smallest().error()).isCloseTo(one.smallest().error(), withinPercentage(1));
            assertThat(one.energy()).isCloseTo(SHAPE.elements() * 850 / 65536.0, withinPercentage(1));
            assertThat(four.energy()).isCloseTo(16 * one.energy(), withinPercentage(0.001));
        }
    }

    @Test
    void of_modelCutShortMeanwhile_saysSo() throws IOException {
        try (GgufFile file = GgufFile.open(model())) {
            try (RandomAccessFile access = new RandomAccessFile(file.path().toFile(), "rw")) {
                access.setLength(access.length() / 4);
            }
            assertThatThrownBy(() -> errors(file))
                    .isInstanceOfSatisfying(
                            RecipeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.IO))
                    .hasMessageContaining("the data of a cannot be read any more; leave the file alone");
        }
    }
}
