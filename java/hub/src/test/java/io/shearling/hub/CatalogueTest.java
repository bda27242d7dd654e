package io.shearling.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogueTest {
    @Test
    void standard_always_hasTheDefaultModel() {
        CatalogueEntry entry =
                Catalogue.standard().find(Catalogue.DEFAULT_MODEL).orElseThrow();
        assertThat(entry.sizeBytes()).isEqualTo(98_362_432);
        assertThat(entry.sha256()).isEqualTo("b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53");
        assertThat(entry.licence()).isEqualTo("Apache-2.0");
        assertThat(entry.sources())
                .hasSize(2)
                .first()
                .isEqualTo(new ModelLocation.HubFile(
                        "QuantFactory",
                        "SmolLM2-135M-Instruct-GGUF",
                        "SmolLM2-135M-Instruct.Q4_1.gguf",
                        ModelReference.MAIN));
    }

    @Test
    void standard_gemma_isJoinedFromFourPackages() {
        CatalogueEntry entry = Catalogue.standard().find("gemma3-270m").orElseThrow();
        assertThat(entry.sources())
                .last()
                .isInstanceOfSatisfying(
                        ModelLocation.PackageFile.class,
                        source -> assertThat(source.members())
                                .hasSize(4)
                                .allSatisfy(
                                        member -> assertThat(member.version()).isEqualTo("1.0.0")));
    }

    @Test
    void standard_entries_keepTheirOrder() {
        assertThat(Catalogue.standard().names()).containsExactly("smollm2-135m", "gemma3-270m");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"models\": [1]}",
                "{\"models\": [",
                "{\"models\": [{}]}",
                "{\"models\": [{\"name\": \"x\", \"description\": \"\", \"file\": \"f\", \"sizeBytes\": \"1\"}]}",
            })
    void read_brokenText_isRefusedWithItsName(String json) {
        assertThatThrownBy(() -> Catalogue.read(stream(json), "mine.json"))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("mine.json");
    }

    @Test
    void of_sameNameTwice_isRefused() {
        CatalogueEntry entry = TestModel.catalogue(TestModel.bytes(1), TestModel.ON_HUB)
                .entries()
                .get(0);
        assertThatThrownBy(() -> Catalogue.of(List.of(entry, entry))).hasMessageContaining("tiny twice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "B179", "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110dbzz"})
    void entry_wrongSha256_isRefused(String sha256) {
        assertThatThrownBy(() -> new CatalogueEntry("x", "", "f", 1, sha256, "", List.of(TestModel.ON_HUB)))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("incomplete");
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
