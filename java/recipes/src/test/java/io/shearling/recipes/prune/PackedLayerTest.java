package io.shearling.recipes.prune;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.recipes.prune.ResidualBlock.Part;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackedLayerTest {
    @ParameterizedTest
    @CsvSource({
        "0.attn 0.ffn 1.attn 1.ffn, 0.attn+0.ffn 1.attn+1.ffn",
        "0.attn 1.ffn 2.attn 2.ffn, 0.attn+1.ffn 2.attn+2.ffn",
        "0.attn 0.ffn 1.ffn 2.attn, 0.attn+0.ffn +1.ffn 2.attn+",
        "0.attn 1.attn 1.ffn, 0.attn+ 1.attn+1.ffn",
        "0.ffn, +0.ffn"
    })
    void pack_blocksInOrder_takesTheFewestLayers(String blocks, String layers) {
        List<PackedLayer> packed = PackedLayer.pack(
                Arrays.stream(blocks.split(" ", -1)).map(PackedLayerTest::block).toList());
        assertThat(packed.stream().map(PackedLayerTest::text)).containsExactly(layers.split(" ", -1));
    }

    private static ResidualBlock block(String text) {
        Part part = text.endsWith("attn") ? Part.ATTENTION : Part.FEED_FORWARD;
        return new ResidualBlock(Integer.parseInt(text.substring(0, text.indexOf('.'))), part);
    }

    private static String text(PackedLayer layer) {
        return layer.attention().map(String::valueOf).orElse("")
                + "+"
                + layer.feedForward().map(String::valueOf).orElse("");
    }
}
