package io.shearling.recipes.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.formats.preset.QuantizationPreset;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.budget.Budget;
import io.shearling.recipes.prune.LayerChoice;
import io.shearling.recipes.prune.LayerRule;
import io.shearling.recipes.prune.MeasuredRule;
import io.shearling.recipes.prune.ResidualBlock;
import io.shearling.recipes.prune.WidthScore;
import io.shearling.recipes.prune.WidthShares;
import io.shearling.recipes.recipe.PruneLayers.Which;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipeReaderTest {
    private static final String HEAD = "version: 1\nname: own\n";

    @TempDir
    private Path folder = Path.of("");

    private static Recipe read(String text) {
        return RecipeReader.read("own.yaml", text, Map.of());
    }

    @Test
    void read_everything_isWhatItSays() {
        Recipe recipe = read(HEAD + """
                description: All that a recipe can say.
                parameters: {count: 2, size: 90MB}
                steps:
                  - prune-layers: {count: "${count}", rule: even}
                    name: thin
                  - prune-layers: {layers: [3, 1]}
                  - quantize: {size: "${size}", rounding: gptq, chunks: 0}
                measure: {chunks: 8, context: 256}
                baseline: [q8_0, q4_k_m, q8_0]
                gate: {max-kl: 0.5, max-perplexity-ratio: 2, min-same-top: 0.7, max-size: 1GiB}
                """);
        assertThat(recipe.steps().get(0).name()).isEqualTo("thin");
        assertThat(recipe.steps().get(0).step())
                .isEqualTo(new PruneLayers(
                        new Which.Chosen(new LayerChoice.Ruled(LayerRule.EVEN, 2)), PruneLayers.Method.NONE, 32));
        assertThat(recipe.steps().get(1).step())
                .isEqualTo(new PruneLayers(
                        new Which.Chosen(new LayerChoice.Listed(List.of(3, 1))), PruneLayers.Method.NONE, 32));
        QuantizeWeights quantize = (QuantizeWeights) recipe.steps().get(2).step();
        assertThat(quantize.budget()).contains(new Budget.Size(90_000_000));
        assertThat(quantize.gptq()).isTrue();
        assertThat(quantize.importance()).isTrue();
        assertThat(quantize.chunks()).isZero();
        assertThat(recipe.measure()).isEqualTo(new MeasureSettings(8, 256));
        assertThat(recipe.baseline()).containsExactly(QuantizationPreset.Q8_0, QuantizationPreset.Q4_K_M);
        assertThat(recipe.gate())
                .isEqualTo(new Gate(
                        OptionalDouble.of(0.5),
                        OptionalDouble.of(2),
                        OptionalDouble.of(0.7),
                        OptionalLong.of(1L << 30)));
        assertThat(recipe.parameters()).isEqualTo(Map.of("count", "2", "size", "90MB"));
    }

    @Test
    void read_parameterThatIsSet_hasThatValue() {
        String text = HEAD + "parameters: {count: }\nsteps: [prune-layers: {count: '${count}'}]\n";
        assertThat(RecipeReader.read("own.yaml", text, Map.of("count", "4"))
                        .steps()
                        .get(0)
                        .step())
                .isEqualTo(
                        new PruneLayers(new Which.Measured(MeasuredRule.PERPLEXITY, 4), PruneLayers.Method.NONE, 32));
        assertThat(read(HEAD + "steps: [prune-layers: {count: 4, repair: linear}]\n")
                        .steps()
                        .get(0)
                        .step())
                .isEqualTo(new PruneLayers(
                        new Which.Chosen(new LayerChoice.Ruled(LayerRule.MIDDLE, 4)), PruneLayers.Method.LINEAR, 32));
        assertThatThrownBy(() -> RecipeReader.read("own.yaml", text, Map.of()))
                .hasMessage("own.yaml:4:31: the parameter \"count\" has no value; set it with --set count=VALUE");
        assertThatThrownBy(() -> RecipeReader.read("own.yaml", text, Map.of("counts", "4")))
                .hasMessage("own.yaml: it has no parameter \"counts\"; set one of count");
    }

    @Test
    void read_partsOfLayers_areNamedOrCounted() {
        Recipe recipe = read(HEAD
                + "steps: [prune-blocks: {blocks: [3.attn, 12.ffn]}, {prune-blocks: {count: 4}, name: more},"
                + " prune-layers: {count: 2, rule: influence, repair: merge, chunks: 8}]\n");
        assertThat(recipe.steps().get(0).step())
                .isEqualTo(new PruneBlocks(
                        List.of(
                                new ResidualBlock(3, ResidualBlock.Part.ATTENTION),
                                new ResidualBlock(12, ResidualBlock.Part.FEED_FORWARD)),
                        0,
                        16));
        assertThat(recipe.steps().get(1).step()).isEqualTo(new PruneBlocks(List.of(), 4, 16));
        assertThat(recipe.steps().get(2).step())
                .isEqualTo(new PruneLayers(new Which.Measured(MeasuredRule.INFLUENCE, 2), PruneLayers.Method.MERGE, 8));
        assertThat(recipe.readsText()).isTrue();
    }

    @Test
    void read_widths_haveDefaults() {
        Recipe recipe = read(HEAD
                + "steps: [prune-width: {feed-forward: 0.8}, {prune-width: {hidden: 0.5, score: wanda, bias: false,"
                + " layerwise: true, multiple: 64, chunks: 8}, name: more}]\n");
        assertThat(recipe.steps().get(0).step())
                .isEqualTo(new PruneWidth(WidthShares.ofFeedForward(0.8), WidthScore.FLAP, true, false, 0, 64));
        assertThat(recipe.steps().get(1).step())
                .isEqualTo(new PruneWidth(new WidthShares(1, 1, 0.5), WidthScore.WANDA, false, true, 64, 8));
    }

    @Test
    void read_file_findsTextsFromItsFolderOn() throws IOException {
        Path file = Files.writeString(
                folder.resolve("own.yaml"),
                HEAD + "texts: {calibration: a.txt, evaluation: /b.txt}\nsteps: [prune-layers: {count: 1}]\n");
        Recipe recipe = RecipeReader.read(file, Map.of());
        assertThat(recipe.calibration()).contains(folder.resolve("a.txt"));
        assertThat(recipe.evaluation()).contains(Path.of("/b.txt"));
    }

    /** Behind version and name, in line 3. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'steps: [polish: {}]' | 3:17 | there is no step \"polish\"; write one of ",
                "'steps: [prune-layers: {count: many}]' | 3:31 | \"many\" is no whole number from 1 to 511; write one",
                "'steps: [prune-layers: {count: 0}]' | 3:31 | \"0\" is no whole number from 1 to 511; write one",
                "'steps: [prune-layers: {count: 1, rule: best}]' | 3:40 | \"best\" is none of ",
                "'steps: [prune-layers: {cuont: 1}]' | 3:31 | \"cuont\" is not known here; known are count, ",
                "'steps: [prune-layers: {}]' | 3:23 | \"count\" is missing; write it",
                "'steps: [prune-layers: 3]' | 3:23 | here belong names with values",
                "'steps: [prune-layers: {count: 1, layers: [2]}]' | 3:23 | \"layers\" names the layers",
                "'steps: [prune-layers: {count: 1}, prune-layers: {count: 1}]' | 3:35 | two steps have the name",
                "'steps: [quantize: {type: q8_0}, prune-layers: {count: 1}]' | 3:33 | prune-layers cannot follow quantize",
                "'steps: [prune-blocks: {blocks: [3.head]}]' | 3:33 | \"3.head\" is no part of a layer; write one, as 12.attn",
                "'steps: [prune-layers: {count: 2, rule: influence, repair: linear}]' | 3:23 | is for a run of layers",
                "'steps: [prune-width: {score: flap}]' | 3:22 | all neurons, heads and elements of the state stay; write",
                "'steps: [prune-width: {heads: 1.5}]' | 3:30 | \"1.5\" is no number above 0 and up to 1",
                "'steps: [quantize: {max-kl: 1, prompt-speed: 9}]' | 3:19 | \"max-kl\" and a speed are two goals; leave one out",
                "'steps: [quantize: {size: 9MB, importance: false}]' | 3:19 | types are searched by importance",
                "'steps: [quantize: {}]' | 3:19 | it has no goal; write one of type, size, bits-per-weight, max-kl",
                "'steps: [quantize: {type: q9}]' | 3:26 | \"q9\" is none of ",
                "'steps: [quantize: {type: q8_0, size: 5MB}]' | 3:19 | \"type\" and \"size\" are two goals; leave one out",
                "'steps: [quantize: {size: 16KB}]' | 3:26 | 16000 bytes are no room for a model: 16384 of them tell",
                "'steps: [quantize: {type: \"\\uD83D\"}]' | 3:26 | this text has half of a character; write the whole one",
                "'steps: [quantize: {size: huge}]' | 3:26 | \"huge\" is no number from 1, of bytes or with KB",
                "'steps: [quantize: {max-kl: 0}]' | 3:28 | \"0\" is no number above 0",
                "'steps: [quantize: {max-kl: NaN}]' | 3:28 | \"NaN\" is no number above 0",
                "'steps: []' | 3:8 | there is no step",
                "'steps: [{name: a}]' | 3:9 | this item has no step",
                "'steps: prune' | 3:8 | here belongs a list",
                "'name: twice' | 3:1 | \"name\" is here twice; leave one of them out",
                "'steps: [prune-layers: {count: \"${n}\"}]' | 3:31 | there is no parameter \"n\"",
                "'texts: {evaluation: [a]}' | 3:21 | here belongs one value",
                "'a: &x [1]' | 3:4 | ",
                "'a: *x' | 3:4 | ",
                "'steps: [' | 4:1 | this is no YAML",
                "'\tsteps: 1' | 3:1 | this is no YAML"
            })
    void read_whatCannotBe_isToldWithItsPlace(String line, String place, String cause) {
        assertThatThrownBy(() -> read(HEAD + line + "\n"))
                .isInstanceOfSatisfying(
                        RecipeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.RECIPE))
                .hasMessageStartingWith("own.yaml:" + place)
                .hasMessageContaining(cause == null ? "" : cause)
                .message()
                .doesNotContain("\n");
    }

    @Test
    void read_aliases_areRefusedBeforeTheyGrow() {
        StringBuilder bomb = new StringBuilder(HEAD + "a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 12; i++) {
            bomb.append("a").append(i).append(": &a").append(i).append(" [");
            bomb.append(("*a" + (i - 1) + ", ").repeat(9)).append("]\n");
        }
        assertThatThrownBy(() -> read(bomb.toString()))
                .hasMessageStartingWith("own.yaml:4:10: a recipe has no aliases; write the value out");
    }

    @Test
    void read_deepNesting_isRefused() {
        assertThatThrownBy(() -> read(HEAD + "steps: " + "[".repeat(100_000)))
                .isInstanceOf(RecipeException.class)
                .message()
                .hasSizeLessThan(300);
    }

    @Test
    void read_whatIsNoRecipe_isOneSentence() throws IOException {
        assertThatThrownBy(() -> read("")).hasMessage("own.yaml: it is empty; see docs/recipes.md");
        assertThatThrownBy(() -> read("version: 2\nname: a\nsteps: []\n"))
                .hasMessageStartingWith("own.yaml:1:10: \"2\" is no whole number from 1 to 1");
        assertThatThrownBy(() -> RecipeReader.read(folder.resolve("none.yaml"), Map.of()))
                .hasMessageContaining("there is no such file, and no recipe of this name is shipped");
        Path bytes = Files.write(folder.resolve("bytes"), new byte[] {(byte) 0xff, (byte) 0xfe, 1});
        assertThatThrownBy(() -> RecipeReader.read(bytes, Map.of())).hasMessageContaining("it is no text in UTF-8");
        Path large =
                Files.write(folder.resolve("large"), "# long\n".repeat(200_000).getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> RecipeReader.read(large, Map.of())).hasMessageContaining("more than a megabyte");
        assertThatThrownBy(() -> RecipeReader.read(folder, Map.of())).isInstanceOf(RecipeException.class);
    }
}
