package io.shearling.recipes.prune;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.recipes.prune.ResidualBlock.Part;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
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

    @Test
    void parse_readsWhatIsWritten() {
        for (String written : List.of("3.attn+4.ffn", "0.attn", "12.ffn")) {
            assertThat(PackedLayer.parse(written).map(PackedLayer::toString)).contains(written);
        }
        for (String other : List.of("", "3.ffn+4.attn", "3.attn+4.attn", "3.attn+4.ffn+", "3.head", "layer")) {
            assertThat(PackedLayer.parse(other)).isEmpty();
        }
    }

    /** Without 0.ffn and 1.attn, then without the layer that these two have become: what is left is that of layer 2. */
    @Test
    void through_severalSteps_namesTheOriginal() {
        List<PackedLayer> packed = PackedLayer.pack(List.of(
                new ResidualBlock(0, Part.ATTENTION),
                new ResidualBlock(1, Part.FEED_FORWARD),
                new ResidualBlock(2, Part.ATTENTION),
                new ResidualBlock(2, Part.FEED_FORWARD)));
        assertThat(packed).extracting(PackedLayer::toString).containsExactly("0.attn+1.ffn", "2.attn+2.ffn");
        assertThat(PackedLayer.whole(1).through(packed)).isEqualTo(PackedLayer.whole(2));
        PackedLayer half = new PackedLayer(Optional.empty(), Optional.of(new ResidualBlock(0, Part.FEED_FORWARD)));
        assertThat(half.through(packed)).hasToString("1.ffn");
    }
}
