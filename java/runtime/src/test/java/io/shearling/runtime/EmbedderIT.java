package io.shearling.runtime;

import static io.shearling.runtime.SessionIT.assertCode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.shearling.runtime.error.ErrorCode;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class EmbedderIT {
    private static final EmbedderOptions MEAN =
            EmbedderOptions.DEFAULT.withPooling(Pooling.MEAN).withMaxTokens(256).withThreads(1);

    @Test
    void embedAll_likeTexts_areNearer() {
        try (Embedder embedder = SmolLm2.model().newEmbedder(MEAN)) {
            List<float[]> vectors = embedder.embedAll(
                    List.of("A sheep eats grass.", "The sheep is eating grass.", "int main(void) {}"));
            assertThat(vectors).allSatisfy(vector -> {
                assertThat(vector).hasSize(576);
                assertThat(dot(vector, vector)).isCloseTo(1, within(1e-5));
            });
            assertThat(dot(vectors.get(0), vectors.get(1))).isGreaterThan(dot(vectors.get(0), vectors.get(2)));
            assertThat(embedder.embed("A sheep eats grass.")).isEqualTo(vectors.get(0));
        }
    }

    @Test
    void embedTokens_noPooling_givesOneATokenAndTheirMean() {
        String text = "A sheep eats grass.";
        try (Embedder each = SmolLm2.model()
                        .newEmbedder(MEAN.withPooling(Pooling.NONE).withNormalize(false));
                Embedder mean = SmolLm2.model().newEmbedder(MEAN.withNormalize(false))) {
            List<float[]> vectors = each.embedTokens(text);
            assertThat(vectors).hasSameSizeAs(SmolLm2.model().tokenizer().encode(text));
            float[] pooled = mean.embed(text);
            for (int i = 0; i < pooled.length; i += 37) {
                int column = i;
                double average =
                        vectors.stream().mapToDouble(v -> v[column]).average().orElseThrow();
                assertThat((double) pooled[i]).isCloseTo(average, within(1e-3 + 1e-3 * Math.abs(average)));
            }
            assertCode(ErrorCode.UNSUPPORTED, () -> each.embed(text));
            assertCode(ErrorCode.UNSUPPORTED, () -> mean.embedTokens(text));
        }
    }

    @Test
    void embed_modelThatNamesNoPooling_takesTheMean() {
        try (Embedder unsaid = SmolLm2.model().newEmbedder(MEAN.withPooling(Pooling.MODEL));
                Embedder mean = SmolLm2.model().newEmbedder(MEAN)) {
            assertThat(unsaid.pooling()).isEqualTo(Pooling.MEAN);
            assertThat(unsaid.embed("A sheep eats grass.")).isEqualTo(mean.embed("A sheep eats grass."));
        }
    }

    @Test
    void embed_tooLong_saysSo() {
        try (Embedder embedder = SmolLm2.model().newEmbedder(MEAN)) {
            assertCode(ErrorCode.CONTEXT_FULL, () -> embedder.embed("sheep ".repeat(400)));
            assertThat(embedder.embed("sheep")).hasSize(576);
        }
    }

    @Test
    void embedAll_interrupted_isCancelledAndGoesOn() {
        try (Embedder embedder = SmolLm2.model().newEmbedder(MEAN)) {
            float[] before = embedder.embed("sheep");
            Thread.currentThread().interrupt();
            assertCode(ErrorCode.CANCELLED, () -> embedder.embedAll(Collections.nCopies(200, "sheep ".repeat(200))));
            assertThat(Thread.interrupted()).isTrue();
            assertThat(embedder.embed("sheep")).isEqualTo(before);
        }
    }

    @Test
    void newEmbedder_rankWithoutAHead_isRefused() {
        assertCode(ErrorCode.UNSUPPORTED, () -> SmolLm2.model().newEmbedder(MEAN.withPooling(Pooling.RANK)));
        assertThatThrownBy(() -> SmolLm2.model().newEmbedder(MEAN.withPooling(Pooling.RANK)))
                .hasMessageEndingWith(" has no classifier head to rank with; choose another pooling");
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
