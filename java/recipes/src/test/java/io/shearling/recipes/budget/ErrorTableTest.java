package io.shearling.recipes.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
        Path path = folder.resolve("model.gguf");
        try (GgufWriter writer = GgufWriter.to(path)
                .metadata(GgufMetadata.builder().build())
                .tensor("a", TensorType.F32, SHAPE)
                .open()) {
            writer.write("a", ByteBuffer.allocate((int) TensorType.F32.bytes(SHAPE)));
            return writer.commit();
        }
    }

    private static List<ChosenTensor> errors(GgufFile file) {
        List<Question> questions = List.of(new Question(file.tensors().get(0), List.of(TensorType.F16), 32));
        return ErrorTable.of(file, questions, Optional.empty(), 1, done -> {});
    }

    @Test
    void of_zeroes_isNothing() {
        try (GgufFile file = GgufFile.open(model())) {
            assertThat(errors(file).get(0).smallest().error()).isZero();
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
