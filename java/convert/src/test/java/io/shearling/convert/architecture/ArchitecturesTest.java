package io.shearling.convert.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.convert.golden.Golden;
import io.shearling.formats.json.JsonTree;
import io.shearling.formats.json.JsonValue;
import io.shearling.formats.json.StrictJson;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ArchitecturesTest {
    private static final StrictJson JSON = StrictJson.within(32, 1 << 20);

    /** The search ends with the first that does. */
    @Test
    void all_goldenConfiguration_isDescribedByOne() throws IOException {
        for (String name : Golden.names()) {
            for (JsonValue text : Golden.named(name).object("configs").values().values()) {
                byte[] bytes = text.text().orElseThrow().getBytes(StandardCharsets.UTF_8);
                JsonValue.Fields fields = JsonTree.read(JSON, new ByteArrayInputStream(bytes))
                        .fields()
                        .orElseThrow();
                ModelConfig config = ModelConfig.of("config.json", fields);
                assertThat(Architectures.all()
                                .filter(architecture -> architecture.models().contains(config.architecture())
                                        && architecture.describes(config)))
                        .as(name)
                        .hasSize(1);
            }
        }
    }
}
