package io.shearling.it.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.runtime.Embedder;
import io.shearling.runtime.EmbedderOptions;
import io.shearling.runtime.Model;
import io.shearling.runtime.Pooling;
import io.shearling.testkit.NativeLeakCheck;
import io.shearling.testkit.TinyModels;
import io.shearling.testkit.reference.ReferenceServer;
import io.shearling.testkit.reference.ReferenceTools;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Embeddings of a tiny BERT are those of upstream's server. */
@ExtendWith(NativeLeakCheck.class)
class EmbedderReferenceIT {
    /** Relative to the length of the vector. The two differ in how texts are batched, hence in the order of sums. */
    private static final double TOLERANCE = 1e-5;

    private static final List<String> TEXTS = List.of(
            "hello world",
            "a",
            "The sheep, the grass and the river: rain!",
            "Unknown \u4f60\u597d characters \ud83d\udc11 and (brackets) 1234567890",
            "the wool of the sheep is in the river ".repeat(8));

    @TempDir
    static Path folder;

    private static Path file;

    @BeforeAll
    static void write() {
        file = TinyModels.in(folder).bert(20);
    }

    @ParameterizedTest
    @EnumSource(names = {"MEAN", "CLS", "LAST", "RANK"})
    void embed_withAPooling_givesTheServersVector(Pooling pooling) {
        try (ReferenceServer server = server(pooling);
                Model model = Model.load(file)) {
            for (boolean normalize : new boolean[] {false, true}) {
                EmbedderOptions options = options(pooling).withNormalize(normalize);
                try (Embedder embedder = model.newEmbedder(options)) {
                    assertThat(embedder.pooling()).isEqualTo(pooling);
                    List<float[]> together = embedder.embedAll(TEXTS);
                    for (int i = 0; i < TEXTS.size(); i++) {
                        // scores of a reranker are no direction, so normalizing leaves them alone here
                        float[] expected = server.embedding(TEXTS.get(i), normalize && pooling != Pooling.RANK)
                                .get(0);
                        assertClose(embedder.embed(TEXTS.get(i)), expected);
                        assertClose(together.get(i), expected);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = "NONE")
    void embedTokens_ofAText_givesTheServersVectors(Pooling pooling) {
        try (ReferenceServer server = server(pooling);
                Model model = Model.load(file);
                Embedder embedder = model.newEmbedder(options(pooling).withNormalize(false))) {
            for (String text : TEXTS) {
                List<float[]> expected = server.embedding(text, false);
                List<float[]> actual = embedder.embedTokens(text);
                assertThat(actual).hasSameSizeAs(expected);
                for (int i = 0; i < expected.size(); i++) {
                    assertClose(actual.get(i), expected.get(i));
                }
            }
        }
    }

    private static ReferenceServer server(Pooling pooling) {
        String name = pooling.name().toLowerCase(Locale.ROOT);
        return ReferenceServer.start(ReferenceTools.find(), file, "--embedding", "--pooling", name, "--threads", "1");
    }

    private static EmbedderOptions options(Pooling pooling) {
        return EmbedderOptions.DEFAULT.withPooling(pooling).withThreads(1);
    }

    private static void assertClose(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        double difference = 0;
        double length = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += Math.pow(actual[i] - expected[i], 2);
            length += Math.pow(expected[i], 2);
        }
        assertThat(length).isPositive();
        assertThat(Math.sqrt(difference / length)).isLessThan(TOLERANCE);
    }
}
