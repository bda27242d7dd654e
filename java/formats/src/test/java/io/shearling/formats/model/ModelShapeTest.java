package io.shearling.formats.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.gguf.GgufException;
import io.shearling.formats.gguf.GgufException.Kind;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufValue;
import io.shearling.formats.gguf.GgufValueType;
import io.shearling.formats.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelShapeTest {

    /** The numbers of SmolLM2 135M. */
    private static GgufMetadata.Builder small() {
        return GgufMetadata.builder()
                .put("general.architecture", "llama")
                .put("llama.block_count", GgufValue.u32(30))
                .put("llama.context_length", GgufValue.u32(8192))
                .put("llama.embedding_length", GgufValue.u32(576))
                .put("llama.feed_forward_length", GgufValue.u32(1536))
                .put("llama.attention.head_count", GgufValue.u32(9))
                .put("llama.attention.head_count_kv", GgufValue.u32(3))
                .put("llama.vocab_size", GgufValue.u32(49152));
    }

    @Test
    void of_llama_derivesHeadLengths() {
        ModelShape shape = ModelShape.of(small().build());
        assertThat(shape.architecture()).isEqualTo("llama");
        assertThat(shape.blockCount()).isEqualTo(30);
        assertThat(shape.contextLength()).isEqualTo(8192);
        assertThat(shape.keyLength()).isEqualTo(64);
        assertThat(shape.valueLength()).isEqualTo(64);
        assertThat(shape.headCountKv()).isEqualTo(LayerCounts.uniform(30, 3)).hasToString("3");
        assertThat(shape.vocabularySize()).hasValue(49152);
        assertThat(shape.slidingWindow()).isEmpty();
        assertThat(shape.expertCount()).isEmpty();
        assertThat(shape.poolingType()).isEmpty();
    }

    @Test
    void of_optionalKeys_areRead() {
        ModelShape shape = ModelShape.of(small().put("llama.attention.key_length", GgufValue.u32(128))
                .put("llama.attention.value_length", GgufValue.u32(96))
                .put("llama.attention.sliding_window", GgufValue.u32(512))
                .put("llama.expert_count", GgufValue.u32(8))
                .put("llama.expert_used_count", GgufValue.u32(2))
                .put("llama.pooling_type", GgufValue.u32(2))
                .put("tokenizer.ggml.tokens", GgufArray.ofStrings(List.of("a", "b")))
                .build());
        assertThat(shape.keyLength()).isEqualTo(128);
        assertThat(shape.valueLength()).isEqualTo(96);
        assertThat(shape.slidingWindow()).hasValue(512);
        assertThat(shape.expertCount()).hasValue(8);
        assertThat(shape.poolingType()).contains(PoolingType.CLS);
        assertThat(shape.vocabularySize()).hasValue(2);
    }

    @Test
    void of_countsByLayer_areRead() {
        ModelShape shape = ModelShape.of(small().put("llama.block_count", GgufValue.u32(3))
                .put("llama.attention.head_count_kv", GgufArray.ofInts(0, 3, 1))
                .put("llama.feed_forward_length", GgufArray.ofIntegers(GgufValueType.U32, 10, 20, 30))
                .build());
        assertThat(shape.headCountKv()).isEqualTo(LayerCounts.of(0, 3, 1)).hasToString("[0, 3, 1]");
        assertThat(shape.feedForwardLength().layer(2)).isEqualTo(30);
        assertThat(shape.kvCacheBytes(1, TensorType.F16, TensorType.F16)).isEqualTo(2 * 4 * 64 * 2);
    }

    @Test
    void of_noAttention_hasNoCache() {
        ModelShape shape = ModelShape.of(small().remove("llama.attention.head_count")
                .remove("llama.attention.head_count_kv")
                .build());
        assertThat(shape.keyLength()).isZero();
        assertThat(shape.kvCacheBytes(1000, TensorType.F16, TensorType.F16)).isZero();
    }

    @Test
    void kvCacheBytes_types_areCounted() {
        ModelShape shape = ModelShape.of(small().build());
        assertThat(shape.kvCacheBytes(8192, TensorType.F16, TensorType.F16)).isEqualTo(8192L * 30 * 3 * 64 * 2 * 2);
        assertThat(shape.kvCacheBytes(256, TensorType.Q8_0, TensorType.Q4_0)).isEqualTo(256L * 30 * 3 * 2 * (34 + 18));
        assertThatThrownBy(() -> shape.kvCacheBytes(1, TensorType.Q4_K, TensorType.F16))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> shape.kvCacheBytes(-1, TensorType.F16, TensorType.F16))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void kvCacheBytes_moreThanALongCounts_isTheMostThatOneDoes() {
        ModelShape shape = ModelShape.of(small().put("llama.attention.head_count_kv", GgufValue.u32(Integer.MAX_VALUE))
                .put("llama.attention.key_length", GgufValue.u32(1 << 20))
                .put("llama.attention.value_length", GgufValue.u32(1 << 20))
                .build());
        assertThat(shape.kvCacheBytes(Integer.MAX_VALUE, TensorType.F16, TensorType.F16))
                .isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void find_withoutLayers_isEmpty() {
        assertThat(ModelShape.find(GgufMetadata.builder().build())).isEmpty();
        assertThat(ModelShape.find(small().remove("llama.block_count").build())).isEmpty();
        assertThat(ModelShape.find(small().build())).isPresent();
    }

    @Test
    void of_missingKeys_areRefused() {
        for (String key : List.of(
                "general.architecture", "llama.block_count", "llama.context_length", "llama.embedding_length")) {
            refused(Kind.MISSING_KEY, small().remove(key));
        }
    }

    @Test
    void of_impossibleNumbers_areRefused() {
        assertThat(refused(Kind.VALUE, small().put("llama.block_count", GgufValue.u32(513))))
                .hasMessageContaining("llama.block_count is 513 where 1 to 512 is allowed");
        refused(Kind.VALUE, small().put("llama.block_count", GgufValue.u32(0)));
        refused(Kind.VALUE, small().put("llama.block_count", "30"));
        refused(Kind.VALUE, small().put("llama.context_length", GgufValue.u32(4_000_000_000L)));
        refused(Kind.VALUE, small().put("llama.embedding_length", GgufValue.i32(-1)));
        refused(Kind.VALUE, small().put("llama.attention.head_count", GgufArray.ofInts(1, 2)));
        refused(Kind.VALUE, small().put("llama.attention.head_count", GgufArray.ofFloats(new float[30])));
        refused(Kind.VALUE, small().put("llama.attention.head_count", GgufValue.i32(-9)));
        refused(Kind.VALUE, small().put("llama.nextn_predict_layers", GgufValue.u32(31)));
        refused(Kind.VALUE, small().put("llama.pooling_type", GgufValue.u32(9)));
    }

    @Test
    void of_expertsThatWouldAbort_areRefused() {
        refused(Kind.VALUE, small().put("llama.expert_count", GgufValue.u32(1025)));
        refused(Kind.VALUE, small().put("llama.expert_count", GgufValue.u32(8)));
        refused(Kind.VALUE, small().put("llama.expert_used_count", GgufValue.u32(1)));
        GgufMetadata mixture = small().put("llama.expert_count", GgufValue.u32(8))
                .put("llama.expert_used_count", GgufValue.u32(2))
                .build();
        refused(Kind.VALUE, mixture.toBuilder().put("llama.expert_used_count", GgufValue.u32(9)));
        refused(Kind.VALUE, mixture.toBuilder().put("llama.expert_group_count", GgufValue.u32(8)));
        refused(Kind.VALUE, mixture.toBuilder().put("llama.expert_group_count", GgufValue.u32(3)));
        refused(Kind.MISSING_KEY, mixture.toBuilder().put("llama.expert_group_count", GgufValue.u32(4)));
        assertThat(ModelShape.of(mixture).expertCount()).hasValue(8);
    }

    private static GgufException refused(Kind kind, GgufMetadata.Builder builder) {
        GgufException e = catchThrowableOfType(GgufException.class, () -> ModelShape.of(builder.build()));
        assertThat(e).isNotNull();
        assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind);
        return e;
    }
}
