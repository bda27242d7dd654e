package io.shearling.runtime.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.shearling.formats.tensor.TensorType;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** What native code must not see, because it would read or write past an array: refused before it is loaded. */
class NativeRowsTest {
    private static final TensorType TYPE = TensorType.Q4_K;
    private static final int COLUMNS = TYPE.blockElements();
    private static final int BYTES = (int) TYPE.rowBytes(COLUMNS);

    private final NativeRowEncoder encoder = new NativeRowEncoder();
    private final NativeRowDecoder decoder = new NativeRowDecoder();

    @Test
    void encode_tooFewValues_isRefused() {
        ByteBuffer target = ByteBuffer.allocate(2 * BYTES);
        assertOutOfBounds(() -> encoder.encode(TYPE, new float[COLUMNS], 0, 2, COLUMNS, null, target));
        assertOutOfBounds(() -> encoder.encode(TYPE, new float[COLUMNS], 1, 1, COLUMNS, null, target));
        assertOutOfBounds(() -> encoder.encode(TYPE, new float[COLUMNS], -1, 1, COLUMNS, null, target));
        assertThat(target.position()).isZero();
    }

    @Test
    void encode_importanceOfAnotherLength_isRefused() {
        ByteBuffer target = ByteBuffer.allocate(BYTES);
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> encoder.encode(TYPE, new float[COLUMNS], 0, 1, COLUMNS, new float[COLUMNS - 1], target))
                .withMessage("There are 255 importance values for 256 columns.");
    }

    @Test
    void encode_targetTooSmall_isRefused() {
        ByteBuffer target = ByteBuffer.allocate(BYTES - 1);
        assertOutOfBounds(() -> encoder.encode(TYPE, new float[COLUMNS], 0, 1, COLUMNS, null, target));
    }

    @Test
    void decode_sourceOrTargetTooSmall_isRefused() {
        ByteBuffer source = ByteBuffer.allocate(BYTES);
        assertOutOfBounds(() -> decoder.decode(TYPE, source, new float[COLUMNS], 1, COLUMNS));
        assertOutOfBounds(() -> decoder.decode(TYPE, source, new float[2 * COLUMNS], 0, 2 * COLUMNS));
        assertThat(source.position()).isZero();
    }

    private static void assertOutOfBounds(Runnable call) {
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(call::run);
    }
}
