package io.shearling.convert.element;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufWriter;
import io.shearling.formats.row.RowDecoder;
import io.shearling.formats.safetensors.SafetensorsType;
import io.shearling.formats.tensor.TensorShape;
import io.shearling.formats.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GgufElementsTest {
    private static final int COLUMNS = 256;
    private static final int ROWS = 150;

    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "Q8_0", "Q4_0", "Q5_1", "Q6_K"})
    void floats_anyRange_areThoseOfTheWholeTensor(TensorType type) {
        byte[] bytes = new byte[(int) type.rowBytes((long) COLUMNS * ROWS)];
        new Random(5).nextBytes(bytes);
        float[] all = new float[COLUMNS * ROWS];
        RowDecoder.forType(type).decode(type, ByteBuffer.wrap(bytes), all, 0, all.length);
        try (GgufFile file = GgufFile.open(write(type, bytes))) {
            GgufElements elements = new GgufElements(file, file.tensors().get(0));
            assertThat(elements.elements()).isEqualTo(all.length);
            assertThat(elements.floats()).isEqualTo(all);
            Random random = new Random(6);
            for (int i = 0; i < 50; i++) {
                int from = random.nextInt(all.length);
                int count = random.nextInt(all.length - from);
                assertThat(elements.floats(from, count)).isEqualTo(Arrays.copyOfRange(all, from, from + count));
            }
        }
    }

    private Path write(TensorType type, byte[] bytes) {
        try (GgufWriter writer = GgufWriter.to(folder.resolve("t.gguf"))
                .tensor("t", type, TensorShape.of(COLUMNS, ROWS))
                .open()) {
            writer.write("t", ByteBuffer.wrap(bytes));
            return writer.commit();
        }
    }

    @Test
    void type_ofQuantized_isFloat() {
        try (GgufFile file = GgufFile.open(write(TensorType.Q8_0, new byte[34 * 8 * ROWS]))) {
            assertThat(new GgufElements(file, file.tensors().get(0)).type()).isEqualTo(SafetensorsType.F32);
        }
    }

    @Test
    void separateHalves_undoesInterleaving() {
        float[] values = new float[48];
        IntStream.range(0, values.length).forEach(i -> values[i] = i);
        ElementSource there = new GatheredRows(new Literal(values), 2, 24, RowOrder.interleaveHalves(8));
        ElementSource back = new GatheredRows(there, 2, 24, RowOrder.separateHalves(8));
        assertThat(there.floats()).isNotEqualTo(values);
        assertThat(back.floats()).isEqualTo(values);
        ByteBuffer piece = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        back.read(7, piece);
        assertThat(piece.flip().getFloat()).isEqualTo(7);
    }
}
