package io.shearling.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The default model from its real sources into the cache of this user: 93 MB the first time. */
class ModelHubIT {
    @Test
    void resolve_defaultModel_hasTheSizeAndSumOfTheCatalogue() throws IOException, InterruptedException {
        ModelHub hub = ModelHub.standard();
        CatalogueEntry entry = hub.catalogue().find(Catalogue.DEFAULT_MODEL).orElseThrow();
        Path path = hub.resolve(Catalogue.DEFAULT_MODEL, ProgressListener.none());
        assertThat(path).hasFileName(entry.fileName()).hasSize(entry.sizeBytes());
        assertThat(Sha256.of(path, new Progress(ProgressListener.none()))).isEqualTo(entry.sha256());

        List<String> steps = new ArrayList<>();
        assertThat(hub.resolve(Catalogue.DEFAULT_MODEL, (step, done, total) -> steps.add(step)))
                .isEqualTo(path);
        assertThat(steps).isEmpty();
    }
}
