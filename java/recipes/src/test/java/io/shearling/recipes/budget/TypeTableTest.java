package io.shearling.recipes.budget;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.formats.preset.TypeRequest;
import io.shearling.formats.tensor.TensorType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TypeTableTest {
    @Test
    void text_hasAnAnchoredPatternALine() {
        assertThat(new TypeTable(Map.of("blk.1.ffn_up.weight", TensorType.Q4_K)).text())
                .isEqualTo("^blk\\.1\\.ffn_up\\.weight$=q4_k\n");
    }

    @Test
    void requests_anyName_fitThatNameAlone() {
        List<String> names =
                List.of("blk.1.ffn_up.weight", "blk.11.ffn_up.weight", "a+b[c]{2}(d)^$|?*\\e", "xblk.1.ffn_up.weight");
        for (String name : names) {
            TypeRequest request =
                    new TypeTable(Map.of(name, TensorType.Q8_0)).requests().get(0);
            assertThat(names)
                    .filteredOn(other -> request.pattern().matcher(other).find())
                    .containsExactly(name);
        }
    }
}
