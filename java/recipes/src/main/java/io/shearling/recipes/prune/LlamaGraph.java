package io.shearling.recipes.prune;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.model.ModelShape;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Models that llama.cpp v0.5.0 computes as it does Llama, tensor for tensor, and so does its architecture {@code deci}, whose layers
 * may each have heads and neurons of their own.
 *
 * <p>What {@code deci} reads of a layer: {@code attn_norm}, the queries, keys and values (together or each), {@code attn_output}, all
 * of them unless the layer has no heads; {@code ffn_norm}, {@code ffn_gate}, {@code ffn_up}, {@code ffn_down}; and where they are there
 * the biases of the seven matrices. Outside of the layers it reads what Llama does, {@code rope_freqs} and the other factors of the
 * rotation, too. Experts and the scales of weights in NVFP4 it does not read.
 */
final class LlamaGraph {
    /** The architecture whose layers may differ. */
    static final String UNEVEN = "deci";

    private static final Set<String> SAME = Set.of(UNEVEN, "internlm2", "llama", "xverse");

    private static final Pattern IN_BLOCK = Pattern.compile(
            "blk\\.\\d+\\.(?:(?:attn|ffn)_norm\\.weight|(?:attn_(?:q|k|v|qkv|output)|ffn_(?:gate|up|down))\\.(?:weight|bias))");

    private LlamaGraph() {}

    /**
     * The shape of a model whose layers may become different.
     *
     * @throws RecipeException for a model that is computed in another way
     */
    static ModelShape require(GgufFile model) {
        String name = model.path().toString();
        ModelShape shape = ModelShape.find(model.metadata())
                .orElseThrow(() -> new RecipeException(
                        Kind.MODEL, name, "this is no model with layers", "give the GGUF file of a language model"));
        String supported = String.join(", ", SAME.stream().sorted().toList());
        if (!SAME.contains(shape.architecture())) {
            throw new RecipeException(
                    Kind.MODEL,
                    name,
                    "models of the architecture " + shape.architecture() + " are not computed as Llama is",
                    "give one of " + supported + ", or remove whole layers");
        }
        for (TensorInfo tensor : model.tensors()) {
            if (tensor.name().startsWith("blk.")
                    && !IN_BLOCK.matcher(tensor.name()).matches()) {
                throw new RecipeException(
                        Kind.MODEL,
                        name,
                        "it has " + tensor.name() + ", which Llama's layers have not",
                        "give one of " + supported + " without experts, or remove whole layers");
            }
        }
        return shape;
    }
}
