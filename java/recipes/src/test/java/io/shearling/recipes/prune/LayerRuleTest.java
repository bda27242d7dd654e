package io.shearling.recipes.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LayerRuleTest {
    @ParameterizedTest
    @CsvSource({
        "TOP, 27 28 29",
        "BOTTOM, 0 1 2",
        "MIDDLE, 14 15 16",
        "EVEN, 7 15 22",
    })
    void layers_threeOfThirty_areThese(LayerRule rule, String layers) {
        List<Integer> expected =
                List.of(layers.split(" ")).stream().map(Integer::valueOf).toList();
        assertThat(rule.layers(30, 3)).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource
    void layers_anyCount_areAscendingAndThere(LayerRule rule) {
        for (int blocks = 1; blocks <= 64; blocks++) {
            for (int count = 0; count < blocks; count++) {
                List<Integer> layers = rule.layers(blocks, count);
                assertThat(layers).hasSize(count).doesNotHaveDuplicates().isSorted();
                int all = blocks;
                assertThat(layers).allMatch(layer -> layer >= 0 && layer < all);
            }
        }
    }

    @Test
    void middle_leavesAsManyOnEitherSide() {
        for (int blocks = 2; blocks <= 64; blocks++) {
            for (int count = 1; count < blocks; count++) {
                List<Integer> layers = LayerRule.MIDDLE.layers(blocks, count);
                int before = layers.get(0);
                int behind = blocks - 1 - layers.get(count - 1);
                assertThat(before - behind).isBetween(0, 1);
            }
        }
    }

    @Test
    void even_keepsBothEnds_whileItCan() {
        for (int blocks = 3; blocks <= 64; blocks++) {
            for (int count = 1; count <= blocks - 2; count++) {
                assertThat(LayerRule.EVEN.layers(blocks, count)).doesNotContain(0, blocks - 1);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void layers_all_isRefused(LayerRule rule) {
        assertThatThrownBy(() -> rule.layers(3, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Of 3 layers 3 cannot be removed.");
    }
}
