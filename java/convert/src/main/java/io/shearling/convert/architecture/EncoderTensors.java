package io.shearling.convert.architecture;

import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.convert.element.Join;
import io.shearling.convert.element.Slice;
import io.shearling.convert.element.Transposed;
import java.util.List;
import java.util.stream.LongStream;

/** Names of tensors that encoders share, and what is done with some of them. */
final class EncoderTensors {
    /** Those of BERT itself. What it was trained with is left out: llama.cpp takes encoders for embeddings and scores. */
    static final String BERT = """
            embeddings.word_embeddings                          token_embd
            embeddings.token_type_embeddings                    token_types
            embeddings.position_embeddings                      position_embd
            embeddings.LayerNorm                                token_embd_norm
            embeddings.position_ids                             -
            pooler.dense                                        -
            cls.predictions.{any}                               -
            cls.seq_relationship                                -
            encoder.layer.{b}.attention.self.query              blk.{b}.attn_q
            encoder.layer.{b}.attention.self.key                blk.{b}.attn_k
            encoder.layer.{b}.attention.self.value              blk.{b}.attn_v
            encoder.layer.{b}.attention.output.dense            blk.{b}.attn_output
            encoder.layer.{b}.attention.output.LayerNorm        blk.{b}.attn_output_norm
            encoder.layer.{b}.intermediate.dense                blk.{b}.ffn_up
            encoder.layer.{b}.output.dense                      blk.{b}.ffn_down
            encoder.layer.{b}.output.LayerNorm                  blk.{b}.layer_output_norm
            """;

    /** A classifier of two layers. */
    static final String CLASSIFIER = """
            classifier.dense                                    cls
            classifier.out_proj                                 cls.output
            """;

    /** Those of encoders that were written for flash attention. */
    static final String FLASH = """
            embeddings.word_embeddings                          token_embd
            embeddings.token_type_embeddings                    token_types
            emb_ln                                              token_embd_norm
            pooler.dense                                        -
            encoder.layers.{b}.norm1                            blk.{b}.attn_output_norm
            encoder.layers.{b}.norm2                            blk.{b}.layer_output_norm
            encoder.layers.{b}.mlp.fc1                          blk.{b}.ffn_up
            encoder.layers.{b}.mlp.fc2                          blk.{b}.ffn_down
            """;

    private EncoderTensors() {}

    /** The name without what a class puts before it, and with the ends of today. */
    static String plain(String name, String... prefixes) {
        String plain = name;
        for (String prefix : prefixes) {
            plain = without(prefix, plain);
        }
        plain = without("bert.", plain);
        if (plain.endsWith(".gamma")) {
            return plain.substring(0, plain.length() - "gamma".length()) + "weight";
        }
        return plain.endsWith(".beta") ? plain.substring(0, plain.length() - "beta".length()) + "bias" : plain;
    }

    private static String without(String prefix, String name) {
        return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
    }

    /** A classifier of one layer is the last layer where its outputs have names, and the first one else. */
    static Draft classifier(Draft tensor, ModelConfig config) {
        return EncoderKeys.labels(config).isEmpty()
                ? tensor
                : new Draft(tensor.name().replace("cls.", "cls.output."), tensor.shape(), tensor.source());
    }

    /** Drops the rows of the positions that RoBERTa keeps for padding. */
    static Draft behindPadding(Draft tensor, ModelConfig config) {
        long first = EncoderKeys.paddingPositions(config);
        if (tensor.shape().size() != 2 || tensor.rows() <= first) {
            throw new ConvertException(
                    Kind.TENSORS,
                    config.file(),
                    "its pad_token_id leaves none of the " + tensor.rows() + " positions that there are",
                    "fetch the checkpoint again");
        }
        long width = tensor.rowElements();
        long rows = tensor.rows() - first;
        return new Draft(tensor.name(), List.of(rows, width), new Slice(tensor.source(), first * width, rows * width));
    }

    /** Experts below each other, taken apart: [experts, inner, width]. */
    static Draft experts(Draft tensor, ModelConfig config) {
        long experts = config.count("num_local_experts", "num_experts");
        long inner = config.count("n_inner");
        if (tensor.shape().size() != 2 || tensor.rows() != experts * inner) {
            throw new ConvertException(
                    Kind.TENSORS,
                    config.file(),
                    "it says " + experts + " experts of " + inner + " rows, and " + tensor.name() + " has the shape "
                            + tensor.shape(),
                    "fetch the checkpoint again");
        }
        return new Draft(tensor.name(), List.of(experts, inner, tensor.rowElements()), tensor.source());
    }

    /** The same with rows and columns of each exchanged: [experts, width, inner]. */
    static Draft transposedExperts(Draft tensor, ModelConfig config) {
        Draft stacked = experts(tensor, config);
        long inner = stacked.shape().get(1);
        long width = stacked.shape().get(2);
        List<Transposed> each = LongStream.range(0, stacked.rows())
                .mapToObj(expert ->
                        new Transposed(new Slice(tensor.source(), expert * inner * width, inner * width), inner, width))
                .toList();
        return new Draft(tensor.name(), List.of(stacked.rows(), width, inner), new Join(each));
    }
}
