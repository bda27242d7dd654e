package io.shearling.convert.architecture;

import io.shearling.convert.tokenizer.TokenizerKind;
import java.util.List;

/** Jina's embedding models, whose classes come with the checkpoints. */
final class JinaBerts {
    static final List<Architecture> ALL = List.of(
            Berts.sized(Architecture.named("jina-bert-v2"))
                    .models("JinaBertModel", "JinaBertForMaskedLM")
                    .byDefault("vocab_size", 30_522)
                    .keys(EncoderKeys::bert)
                    .names(EncoderTensors::plain)
                    .tensors(EncoderTensors.BERT + """
                            encoder.layer.{b}.attention.self.layer_norm_q   blk.{b}.attn_q_norm
                            encoder.layer.{b}.attention.self.layer_norm_k   blk.{b}.attn_k_norm
                            encoder.layer.{b}.layer_norm_1                  blk.{b}.attn_norm_2
                            encoder.layer.{b}.layer_norm_2                  blk.{b}.layer_output_norm
                            encoder.layer.{b}.mlp.layernorm                 blk.{b}.layer_output_norm
                            encoder.layer.{b}.mlp.gated_layers              blk.{b}.ffn_up
                            encoder.layer.{b}.mlp.gated_layers_v            blk.{b}.ffn_up
                            encoder.layer.{b}.mlp.gated_layers_w            blk.{b}.ffn_gate
                            encoder.layer.{b}.mlp.up_gated_layer            blk.{b}.ffn_up
                            encoder.layer.{b}.mlp.wo                        blk.{b}.ffn_down
                            encoder.layer.{b}.mlp.down_layer                blk.{b}.ffn_down
                            """)
                    .tensor("classifier", "cls", EncoderTensors::classifier)
                    .tokenizer(TokenizerKind.AS_FILED)
                    .late(EncoderKeys::tokenTypeCount)
                    .build(),
            Berts.sized(Architecture.named("jina-bert-v3"))
                    .models("XLMRobertaModel")
                    .when(LoraAdapter::expected)
                    .byDefault("vocab_size", 30_522)
                    .byDefault("pad_token_id", 1)
                    .keys(EncoderKeys::bert, EncoderKeys::positionsBehindPadding)
                    .names(JinaBerts::withoutParametrizations)
                    .tensors(LoraAdapter.LEFT_TO_THEM + EncoderTensors.FLASH + """
                            encoder.layers.{b}.mixer.Wqkv                   blk.{b}.attn_qkv
                            encoder.layers.{b}.mixer.out_proj               blk.{b}.attn_output
                            """)
                    .tokenizer(TokenizerKind.UNIGRAM)
                    .build());

    private JinaBerts() {}

    /** PyTorch keeps a weight that another module changes under a longer name. */
    private static String withoutParametrizations(String name) {
        String plain = EncoderTensors.plain(name, "roberta.").replace(".parametrizations.", ".");
        return plain.endsWith(".original") ? plain.substring(0, plain.length() - ".original".length()) : plain;
    }
}
