package io.shearling.formats.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TensorShapeTest {

    @Test
    void of_extents_countsRowsAndElements() {
        TensorShape shape = TensorShape.of(32, 3, 2);
        assertThat(shape.rank()).isEqualTo(3);
        assertThat(shape.columns()).isEqualTo(32);
        assertThat(shape.rows()).isEqualTo(6);
        assertThat(shape.elements()).isEqualTo(192);
        assertThat(shape.extent(3)).isEqualTo(1);
        assertThat(shape).isEqualTo(TensorShape.of(32, 3, 2)).hasToString("[32, 3, 2]");
        assertThat(shape).isNotEqualTo(TensorShape.of(32, 3, 2, 1));
    }

    @Test
    void of_noExtents_isOneElement() {
        assertThat(TensorShape.of().elements()).isEqualTo(1);
        assertThat(TensorShape.of().columns()).isEqualTo(1);
    }

    @Test
    void of_argument_isCopied() {
        long[] extents = {4, 5};
        TensorShape shape = TensorShape.of(extents);
        extents[0] = 9;
        shape.extents()[1] = 9;
        assertThat(shape).isEqualTo(TensorShape.of(4, 5));
    }

    @Test
    void of_zeroExtent_hasNoElements() {
        assertThat(TensorShape.of(0, 7).elements()).isZero();
        assertThat(TensorShape.of(7, 0).rows()).isZero();
    }

    @Test
    void of_impossibleExtents_isRefused() {
        assertThatThrownBy(() -> TensorShape.of(1, 1, 1, 1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TensorShape.of(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TensorShape.of(2, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TensorShape.of(1L << 32, 1L << 31)).isInstanceOf(ArithmeticException.class);
    }
}
