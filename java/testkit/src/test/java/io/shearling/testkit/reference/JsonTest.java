package io.shearling.testkit.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void parse_whatWasWritten_isTheSame() {
        Object value = Map.of("a", List.of("x\u0000\ud83d\udc11\"", true, false), "b", Map.of());
        assertThat(Json.parse(Json.write(value))).isEqualTo(value);
    }

    @Test
    void at_aPath_givesWhatLiesThere() {
        Object value = Json.parse("{\"a\": [{\"b\": [1, 2.5, -3e-2]}], \"none\": null}");
        assertThat(Json.floats(value, "a", 0, "b")).containsExactly(1, 2.5f, -0.03f);
        assertThatIllegalArgumentException().isThrownBy(() -> Json.at(value, "none"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Json.at(value, "a", 0, "c"))
                .withMessageContaining("there is no c");
    }
}
