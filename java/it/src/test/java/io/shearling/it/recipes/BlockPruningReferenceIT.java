package io.shearling.it.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.shearling.convert.Conversion;
import io.shearling.convert.ConversionListener;
import io.shearling.convert.ConversionOptions;
import io.shearling.convert.OutputType;
import io.shearling.formats.gguf.SplitRule;
import io.shearling.recipes.prune.BlockPruning;
import io.shearling.recipes.prune.ResidualBlock;
import io.shearling.recipes.prune.ResidualBlock.Part;
import io.shearling.testkit.TinyCheckpoint;
import io.shearling.testkit.reference.ReferenceTools;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model without some of its blocks, in the reference tools: it computes what it does when these blocks add nothing. */
class BlockPruningReferenceIT {
    private static final TinyCheckpoint CHECKPOINT = new TinyCheckpoint(256, 6, 8, 2, 1);

    @TempDir
    private Path folder = Path.of("");

    @Test
    void pruned_isAsGoodAsMasked_andIsQuantized() {
        Path model = model();
        Path pruned = folder.resolve("pruned.gguf");
        List<ResidualBlock> removed = List.of(
                new ResidualBlock(0, Part.ATTENTION),
                new ResidualBlock(1, Part.ATTENTION),
                new ResidualBlock(2, Part.FEED_FORWARD),
                new ResidualBlock(4, Part.FEED_FORWARD),
                new ResidualBlock(5, Part.ATTENTION));
        try (BlockPruning pruning = BlockPruning.of(model, removed)) {
            assertThat(pruning.layers()).isEqualTo(5);
            pruning.write(pruned, SplitRule.NONE, 2, (done, all) -> {});
        }
        Path masked = MaskedModel.write(
                model,
                folder.resolve("masked.gguf"),
                Pattern.compile("blk\\.([015]\\.attn_output|[24]\\.ffn_down)\\.weight"));
        Path text = folder.resolve("words-1.txt");
        Prose.words(folder, 1, 1500);
        List<String> expected = perplexity(masked, text);
        assertThat(value(perplexity(pruned, text))).isCloseTo(value(expected), withinPercentage(0.1));
        assertThat(perplexity(model, text)).isNotEqualTo(expected);

        Path small = folder.resolve("small.gguf");
        ReferenceTools.find()
                .run("llama-quantize", Duration.ofMinutes(1), pruned.toString(), small.toString(), "Q4_K_M");
        assertThat(perplexity(small, text)).isNotEmpty();
    }

    private static double value(List<String> estimate) {
        return Double.parseDouble(estimate.get(0));
    }

    private static List<String> perplexity(Path model, Path text) {
        return LlamaPerplexity.run(model, text, 2, "-c", "128").numbers("Final estimate: PPL");
    }

    private Path model() {
        Path source = CHECKPOINT.write(folder.resolve("checkpoint"));
        try (Conversion conversion = Conversion.of(source, ConversionOptions.DEFAULT.withType(OutputType.F32))) {
            return conversion.write(folder.resolve("model.gguf"), ConversionListener.NONE);
        }
    }
}
