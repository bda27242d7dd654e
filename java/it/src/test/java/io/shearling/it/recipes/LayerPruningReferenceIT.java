package io.shearling.it.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.convert.Conversion;
import io.shearling.convert.ConversionListener;
import io.shearling.convert.ConversionOptions;
import io.shearling.convert.OutputType;
import io.shearling.formats.gguf.SplitRule;
import io.shearling.recipes.prune.LayerChoice;
import io.shearling.recipes.prune.LayerPruning;
import io.shearling.testkit.TinyCheckpoint;
import io.shearling.testkit.reference.ReferenceTools;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model without layers, in the reference tools: it computes what it does when these layers add nothing. */
class LayerPruningReferenceIT {
    private static final TinyCheckpoint CHECKPOINT = new TinyCheckpoint(256, 6, 8, 2, 1);

    @TempDir
    private Path folder = Path.of("");

    @Test
    void pruned_isAsGoodAsMasked_andIsQuantized() {
        Path model = model();
        Path pruned = folder.resolve("pruned.gguf");
        try (LayerPruning pruning = LayerPruning.of(model, new LayerChoice.Listed(List.of(0, 3, 4)))) {
            pruning.write(pruned, SplitRule.NONE, 2, (done, all) -> {});
        }
        Path masked = MaskedModel.write(
                model, folder.resolve("masked.gguf"), Pattern.compile("blk\\.[034]\\.(attn_output|ffn_down)\\.weight"));
        Path text = folder.resolve("words-1.txt");
        Prose.words(folder, 1, 1500);
        List<String> expected = perplexity(masked, text);
        assertThat(perplexity(pruned, text)).isEqualTo(expected);
        assertThat(perplexity(model, text)).isNotEqualTo(expected);

        Path small = folder.resolve("small.gguf");
        ReferenceTools.find()
                .run("llama-quantize", Duration.ofMinutes(1), pruned.toString(), small.toString(), "Q4_K_M");
        assertThat(perplexity(small, text)).isNotEmpty();
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
