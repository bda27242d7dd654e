package io.shearling.recipes.prune;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.model.ModelShape;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import java.util.Optional;

/** How wide a model of Llama's kind is, whose tensors have been looked at: they are as wide as its keys say. Immutable. */
record SourceWidths(ModelShape shape) {
    /**
     * Of a model.
     *
     * @throws RecipeException for one that is computed in another way, or whose tensors are not what its keys say
     */
    static SourceWidths of(GgufFile model) {
        SourceWidths widths = new SourceWidths(LlamaGraph.require(model));
        widths.requireLayers(model);
        for (TensorInfo tensor : model.tensors()) {
            CutTensor.of(tensor.name()).ifPresent(how -> widths.requireSides(model, tensor, how));
        }
        return widths;
    }

    /** What cannot be told from tensors that are there. */
    private void requireLayers(GgufFile model) {
        for (int layer = 0; layer < shape.blockCount(); layer++) {
            int heads = shape.headCount().layer(layer);
            int headsKv = shape.headCountKv().layer(layer);
            if (heads > 0 && headsKv == 0) {
                throw refused(
                        model,
                        "its layer " + layer + " has a matrix in the place of attention",
                        "remove whole layers of it");
            }
            if (headsKv > 0 && heads % headsKv != 0) {
                throw refused(
                        model,
                        "its layer " + layer + " has " + heads + " heads for " + headsKv + " of keys and values",
                        "get the model again, or convert it again");
            }
            require(model, layer, headsKv > 0, "attn_output");
            require(model, layer, computed(layer), "ffn_down");
        }
    }

    private void require(GgufFile model, int layer, boolean needed, String name) {
        String tensor = "blk." + layer + "." + name + ".weight";
        if (needed && model.tensor(tensor).isEmpty()) {
            throw refused(model, "it has no " + tensor, "get the model again, or convert it again");
        }
    }

    private void requireSides(GgufFile model, TensorInfo tensor, CutTensor how) {
        if (how.layer() >= shape.blockCount()) {
            throw refused(
                    model,
                    "it has " + tensor.name() + " and " + shape.blockCount() + " layers",
                    "get the model again, or convert it again");
        }
        require(model, tensor, how, how.columns(), tensor.shape().columns());
        require(model, tensor, how, how.rows(), tensor.shape().rows());
    }

    private void require(GgufFile model, TensorInfo tensor, CutTensor how, Optional<Side> side, long length) {
        side.filter(each -> size(how.layer(), each) != length).ifPresent(each -> {
            throw refused(
                    model,
                    "its " + tensor.name() + " is " + length + " wide where its keys say " + size(how.layer(), each),
                    "get the model again, or convert it again");
        });
    }

    private static RecipeException refused(GgufFile model, String cause, String remedy) {
        return new RecipeException(Kind.MODEL, model.path().toString(), cause, remedy);
    }

    /** Whether a layer is computed: without neurons llama.cpp leaves all of it out. */
    boolean computed(int layer) {
        return shape.feedForwardLength().layer(layer) > 0;
    }

    /** The query heads that belong to a key/value head; 0 where a layer has no attention. */
    int group(int layer) {
        int headsKv = shape.headCountKv().layer(layer);
        return headsKv == 0 ? 0 : shape.headCount().layer(layer) / headsKv;
    }

    /** Elements of a side that belong to one of its units: to a neuron, to a key/value head, to an element of the state. */
    int unit(int layer, Side side) {
        return switch (side) {
            case NEURONS, HIDDEN -> 1;
            case QUERIES -> group(layer) * shape.keyLength();
            case KEYS -> shape.keyLength();
            case VALUES -> shape.valueLength();
            case RESULTS -> group(layer) * shape.valueLength();
        };
    }

    /** Units of a side. */
    int units(int layer, Side side) {
        return switch (side) {
            case NEURONS -> shape.feedForwardLength().layer(layer);
            case HIDDEN -> shape.embeddingLength();
            default -> shape.headCountKv().layer(layer);
        };
    }

    private long size(int layer, Side side) {
        return (long) units(layer, side) * unit(layer, side);
    }
}
