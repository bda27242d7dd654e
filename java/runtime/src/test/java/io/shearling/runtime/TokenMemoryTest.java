package io.shearling.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokenMemoryTest {
    private final TokenMemory memory = new TokenMemory();

    @Test
    void commonPrefix_partlyEqual_countsEqualTokens() {
        memory.add(new int[] {1, 2, 3, 4}, 0, 4);
        assertThat(memory.commonPrefix(new int[] {1, 2, 9})).isEqualTo(2);
        assertThat(memory.commonPrefix(new int[] {1, 2, 3, 4, 5})).isEqualTo(4);
        assertThat(memory.commonPrefix(new int[] {1})).isEqualTo(1);
        assertThat(memory.commonPrefix(new int[0])).isZero();
    }

    @Test
    void add_beyondTheArray_grows() {
        int[] many = IntStream.range(0, 1000).toArray();
        memory.add(many, 0, 10);
        memory.add(many, 10, 990);
        assertThat(memory.copy()).isEqualTo(many);
    }

    @Test
    void remove_middle_closesTheGap() {
        memory.add(new int[] {1, 2, 3, 4, 5}, 0, 5);
        memory.remove(1, 3);
        assertThat(memory.copy()).containsExactly(1, 4, 5);
        memory.truncate(1);
        assertThat(memory.copy()).containsExactly(1);
    }
}
