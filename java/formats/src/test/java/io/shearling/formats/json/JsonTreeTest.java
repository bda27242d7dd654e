package io.shearling.formats.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTreeTest {
    private static final StrictJson JSON = StrictJson.within(8, 100);

    @Test
    void read_allKinds_keepsThemApart() throws IOException {
        JsonValue value =
                read("{\"a\":[1,1.0,-1e3,true,null,\"x\"],\"b\":{},\"c\":Infinity,\"d\":92233720368547758070}");
        assertThat(value)
                .isEqualTo(new JsonValue.Fields(Map.of(
                        "a",
                        new JsonValue.Items(List.of(
                                new JsonValue.Int(1),
                                new JsonValue.Real(1),
                                new JsonValue.Real(-1000),
                                new JsonValue.Bool(true),
                                new JsonValue.Null(),
                                new JsonValue.Text("x"))),
                        "b",
                        new JsonValue.Fields(Map.of()),
                        "c",
                        new JsonValue.Real(Double.POSITIVE_INFINITY),
                        "d",
                        new JsonValue.Real(9.223372036854776E+19))));
    }

    @Test
    void find_nullField_isAsNone() throws IOException {
        JsonValue.Fields fields = read("{\"a\":null,\"b\":1}").fields().orElseThrow();
        assertThat(fields.find("a")).isEmpty();
        assertThat(fields.find("b").flatMap(JsonValue::integer)).contains(1L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1 2", "{\"a\":1,\"a\":2}", "[[[[[[[[[1]]]]]]]]]", "[1", "{\"a\"}", "nul"})
    void read_noSingleValue_isRefused(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(IOException.class);
    }

    private static JsonValue read(String text) throws IOException {
        return JsonTree.read(JSON, new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }
}
