package io.shearling.it.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufWriter;
import io.shearling.formats.gguf.SplitRule;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.recipes.Text;
import io.shearling.recipes.evaluate.Evaluation;
import io.shearling.recipes.evaluate.EvaluationListener;
import io.shearling.recipes.evaluate.EvaluationOptions;
import io.shearling.recipes.prune.BlockPruning;
import io.shearling.recipes.prune.ResidualBlock;
import io.shearling.recipes.prune.ResidualBlock.Part;
import io.shearling.runtime.Model;
import io.shearling.testkit.NativeLeakCheck;
import io.shearling.testkit.TinyModels;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a model without a block says is what it says when that block adds nothing. */
@ExtendWith(NativeLeakCheck.class)
class BlockPruningIT {
    private static final EvaluationOptions OPTIONS =
            EvaluationOptions.DEFAULT.withContextTokens(64).withChunks(4).withThreads(1);

    @TempDir
    private Path folder = Path.of("");

    /** The last but one leaves one whole layer, made of two; the last one leaves none. */
    @ParameterizedTest
    @CsvSource({
        "1.attn, blk.1.attn_output.weight",
        "0.attn, blk.0.attn_output.weight",
        "0.ffn, blk.0.ffn_down.weight",
        "1.ffn, blk.1.ffn_down.weight",
        "0.ffn 1.attn, blk.(0.ffn_down|1.attn_output).weight",
        "0.ffn 1.ffn, blk.[01].ffn_down.weight",
    })
    void pruned_isAsGoodAsMasked(String removed, String zeroed) {
        requireAsGood(TinyModels.in(folder).llama(1), removed, zeroed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"internlm2", "xverse"})
    void pruned_ofAnArchitectureWithLlamasGraph_isAsGoodAsMasked(String architecture) {
        Path model = renamed(TinyModels.in(folder).llama(1), architecture);
        requireAsGood(model, "1.attn", "blk.1.attn_output.weight");
    }

    private void requireAsGood(Path model, String removed, String zeroed) {
        Text text = Prose.words(folder, 1, 400);
        double masked =
                perplexity(MaskedModel.write(model, folder.resolve("masked.gguf"), Pattern.compile(zeroed)), text);
        List<ResidualBlock> blocks = new ArrayList<>();
        for (String block : removed.split(" ", -1)) {
            Part part = block.endsWith("attn") ? Part.ATTENTION : Part.FEED_FORWARD;
            blocks.add(new ResidualBlock(block.charAt(0) - '0', part));
        }
        Path pruned;
        try (BlockPruning pruning = BlockPruning.of(model, blocks)) {
            pruned = pruning.write(folder.resolve("pruned.gguf"), SplitRule.NONE, 1, (done, all) -> {});
        }
        assertThat(perplexity(pruned, text)).isCloseTo(masked, within(1e-5 * masked));
        assertThat(perplexity(model, text)).isNotCloseTo(masked, within(1e-3 * masked));
    }

    /** The same weights under the keys of another architecture. */
    private Path renamed(Path model, String architecture) {
        try (GgufFile file = GgufFile.open(model)) {
            GgufMetadata.Builder keys = GgufMetadata.builder();
            for (String key : file.metadata().keys()) {
                keys.put(
                        key.replaceFirst("^llama\\.", architecture + "."),
                        file.metadata().value(key));
            }
            keys.put("general.architecture", architecture);
            GgufWriter.Builder builder =
                    GgufWriter.to(folder.resolve(architecture + ".gguf")).metadata(keys.build());
            file.tensors().forEach(tensor -> builder.tensor(tensor.name(), tensor.type(), tensor.shape()));
            try (GgufWriter writer = builder.open()) {
                for (TensorInfo tensor : file.tensors()) {
                    ByteBuffer data = ByteBuffer.allocate(Math.toIntExact(tensor.sizeBytes()));
                    file.read(tensor, 0, data);
                    writer.write(tensor.name(), data.clear());
                }
                return writer.commit();
            }
        }
    }

    private static double perplexity(Path model, Text text) {
        try (Model loaded = Model.load(model)) {
            return Evaluation.of(loaded, text, OPTIONS, EvaluationListener.NONE)
                    .perplexity()
                    .value();
        }
    }
}
