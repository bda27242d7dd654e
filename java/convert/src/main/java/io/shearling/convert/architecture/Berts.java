package io.shearling.convert.architecture;

import io.shearling.convert.tokenizer.TokenizerKind;
import java.util.List;

/** BERT and what has its tensors: embedding models, rerankers, classifiers. */
final class Berts {
    /** The pooler is the classifier's first layer, which llama.cpp can compute; upstream leaves it out, and scores are others. */
    private static final String POOLER = "pooler.dense  cls";

    static final List<Architecture> ALL = List.of(
            bert("BertModel", "BertForMaskedLM").build(),
            bert("BertForSequenceClassification").repairedTensors(POOLER).build(),
            Architecture.named("bert")
                    .models("DistilBertModel", "DistilBertForMaskedLM", "DistilBertForSequenceClassification")
                    .byDefault("vocab_size", 30_522)
                    .byDefault("max_position_embeddings", 512)
                    .byDefault("n_layers", 6)
                    .byDefault("n_heads", 12)
                    .byDefault("dim", 768)
                    .byDefault("hidden_dim", 3072)
                    .keys((config, keys) -> keys.f32("attention.layer_norm_epsilon", 1e-12), EncoderKeys::bert)
                    .names(name -> EncoderTensors.plain(name, "distilbert."))
                    .tensors("""
                            embeddings.word_embeddings                      token_embd
                            embeddings.position_embeddings                  position_embd
                            embeddings.LayerNorm                            token_embd_norm
                            embeddings.position_ids                         -
                            vocab_{any}                                     -
                            pre_classifier                                  cls
                            transformer.layer.{b}.attention.q_lin           blk.{b}.attn_q
                            transformer.layer.{b}.attention.k_lin           blk.{b}.attn_k
                            transformer.layer.{b}.attention.v_lin           blk.{b}.attn_v
                            transformer.layer.{b}.attention.out_lin         blk.{b}.attn_output
                            transformer.layer.{b}.sa_layer_norm             blk.{b}.attn_output_norm
                            transformer.layer.{b}.ffn.lin1                  blk.{b}.ffn_up
                            transformer.layer.{b}.ffn.lin2                  blk.{b}.ffn_down
                            transformer.layer.{b}.output_layer_norm         blk.{b}.layer_output_norm
                            """)
                    .tensor("classifier", "cls", EncoderTensors::classifier)
                    .tokenizer(TokenizerKind.WORD_PIECE)
                    .build(),
            roberta("RobertaModel", "RobertaForSequenceClassification")
                    .byDefault("vocab_size", 50_265)
                    .tokenizer(TokenizerKind.BPE)
                    .late(EncoderKeys::tokenTypeCount)
                    .build(),
            roberta("XLMRobertaModel", "XLMRobertaForSequenceClassification")
                    .when(config -> !LoraAdapter.expected(config))
                    .byDefault("vocab_size", 30_522)
                    .tokenizer(TokenizerKind.UNIGRAM)
                    .build());

    private Berts() {}

    private static ArchitectureBuilder bert(String... models) {
        return sized(Architecture.named("bert").models(models))
                .byDefault("vocab_size", 30_522)
                .keys(EncoderKeys::bert)
                .names(EncoderTensors::plain)
                .tensors(EncoderTensors.BERT + EncoderTensors.CLASSIFIER)
                .tensor("classifier", "cls", EncoderTensors::classifier)
                .tokenizer(TokenizerKind.WORD_PIECE);
    }

    /** Positions are counted from the one behind the padding's. */
    private static ArchitectureBuilder roberta(String... models) {
        return sized(Architecture.named("bert").models(models))
                .byDefault("pad_token_id", 1)
                .keys(EncoderKeys::bert, EncoderKeys::positionsBehindPadding)
                .names(name -> EncoderTensors.plain(name, "roberta."))
                .tensor("embeddings.position_embeddings", "position_embd", EncoderTensors::behindPadding)
                .tensors(EncoderTensors.BERT + EncoderTensors.CLASSIFIER)
                .tensor("classifier", "cls", EncoderTensors::classifier);
    }

    /** The size that all these classes have by default. */
    static ArchitectureBuilder sized(ArchitectureBuilder architecture) {
        return architecture
                .byDefault("hidden_size", 768)
                .byDefault("num_hidden_layers", 12)
                .byDefault("num_attention_heads", 12)
                .byDefault("intermediate_size", 3072)
                .byDefault("max_position_embeddings", 512)
                .byDefault("type_vocab_size", 2)
                .byDefault("layer_norm_eps", 1e-12);
    }
}
