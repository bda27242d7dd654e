package io.shearling.convert.architecture;

import io.shearling.convert.ConvertException;
import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.convert.element.Comparison;
import io.shearling.convert.tokenizer.TokenizerKind;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/**
 * State-space models: Mamba (<a href="https://arxiv.org/abs/2312.00752">paper</a>) and Mamba 2
 * (<a href="https://arxiv.org/abs/2405.21060">paper</a>).
 */
final class Mambas {
    /** The mixer of Mamba 2 below a name. */
    static final String MIXER = """
            model.layers.{b}.mamba.A_log                    blk.{b}.ssm_a               -exp column
            model.layers.{b}.mamba.D                        blk.{b}.ssm_d               column
            model.layers.{b}.mamba.dt_bias                  blk.{b}.ssm_dt.bias
            model.layers.{b}.mamba.conv1d                   blk.{b}.ssm_conv1d          squeeze
            model.layers.{b}.mamba.in_proj                  blk.{b}.ssm_in
            model.layers.{b}.mamba.norm                     blk.{b}.ssm_norm            by-group
            model.layers.{b}.mamba.out_proj                 blk.{b}.ssm_out
            """;

    private static final String BACKBONE = """
            backbone.embeddings                             token_embd
            backbone.embedding                              token_embd
            backbone.layers.{b}.norm                        blk.{b}.attn_norm
            backbone.norm_f                                 output_norm
            lm_head                                         output
            """;

    private static final String MAMBA = BACKBONE + """
            backbone.layers.{b}.mixer.A_log                 blk.{b}.ssm_a               -exp
            backbone.layers.{b}.mixer.D                     blk.{b}.ssm_d
            backbone.layers.{b}.mixer.conv1d                blk.{b}.ssm_conv1d          squeeze
            backbone.layers.{b}.mixer.in_proj               blk.{b}.ssm_in
            backbone.layers.{b}.mixer.x_proj                blk.{b}.ssm_x
            backbone.layers.{b}.mixer.dt_proj               blk.{b}.ssm_dt
            backbone.layers.{b}.mixer.out_proj              blk.{b}.ssm_out
            """;

    private static final String MAMBA_2 =
            BACKBONE + MIXER.replace("model.layers.{b}.mamba", "backbone.layers.{b}.mixer");

    /** Codestral has a prefix more. */
    private static final String PREFIXED =
            MAMBA_2.replace("backbone.", "model.backbone.").replace("lm_head", "model.lm_head");

    private static final String EMBEDDINGS = "token_embd.weight";
    private static final String HEAD = "output.weight";
    private static final String STEP = "pad_vocab_size_multiple";
    private static final double EPSILON = 1e-5;

    /** No position is encoded, so that any length will do. */
    static final int CONTEXT = 1 << 20;

    static final List<Architecture> ALL = List.of(
            Architecture.named("mamba")
                    .models("MambaForCausalLM", "MambaLMHeadModel", "FalconMambaForCausalLM")
                    .keys(Mambas::mamba)
                    .tensors(MAMBA)
                    .tokenizer(
                            config -> has(config, "tokenizer.json") ? TokenizerKind.BPE : TokenizerKind.SENTENCE_PIECE)
                    .vocabularyStep(config -> config.integer(STEP).orElse(8L))
                    .last(Mambas::withoutCopy)
                    .build(),
            Architecture.named("mamba2")
                    .models("Mamba2ForCausalLM")
                    .keys(Mambas::mamba2)
                    .tensors(MAMBA_2 + PREFIXED)
                    .tokenizer(Mambas::tokenizer)
                    .vocabularyStep(config -> config.integer(STEP).orElse(16L))
                    .build());

    private Mambas() {}

    /** SentencePiece where there is its file. */
    static TokenizerKind tokenizer(ModelConfig config) {
        return has(config, "tokenizer.model") ? TokenizerKind.SENTENCE_PIECE : TokenizerKind.BPE;
    }

    private static boolean has(ModelConfig config, String file) {
        return Files.isRegularFile(config.folder().resolve(file));
    }

    /** llama.cpp computes no other function between convolution and state. */
    static void requireSilu(ModelConfig config, Keys keys) {
        String act = config.text("hidden_act").orElse("silu");
        if (!act.equals("silu")) {
            throw fault(config, "its activation is " + act + ", and llama.cpp has SiLU alone there");
        }
    }

    private static ConvertException fault(ModelConfig config, String cause) {
        return new ConvertException(
                ConvertException.Kind.CONFIG, config.file(), cause, "this model cannot be converted");
    }

    /** Without a head that repeats the embeddings. */
    static List<Draft> withoutCopy(List<Draft> all) {
        Optional<Draft> embeddings = find(all, EMBEDDINGS);
        boolean copy = embeddings.isPresent()
                && find(all, HEAD)
                        .filter(head -> Comparison.equal(embeddings.get().source(), head.source()))
                        .isPresent();
        return copy ? all.stream().filter(tensor -> !tensor.name().equals(HEAD)).toList() : all;
    }

    private static Optional<Draft> find(List<Draft> all, String name) {
        return all.stream().filter(tensor -> tensor.name().equals(name)).findFirst();
    }

    private static void mamba(ModelConfig config, Keys keys) {
        long width = config.count("hidden_size", "d_model");
        long inner = config.integer("intermediate_size", "d_inner").orElse(2 * width);
        if (inner != 2 * width) {
            throw fault(config, "its state space has " + inner + " channels, and llama.cpp only knows " + 2 * width);
        }
        keys.u32("context_length", CONTEXT)
                .u32("embedding_length", width)
                .u32("feed_forward_length", 0)
                .u32("attention.head_count", 0)
                .u32("block_count", config.blockCount())
                .u32("ssm.conv_kernel", config.integer("conv_kernel", "d_conv").orElse(4L))
                .u32("ssm.inner_size", inner)
                .u32("ssm.state_size", config.integer("state_size", "d_state").orElse(16L))
                .u32(
                        "ssm.time_step_rank",
                        config.integer("time_step_rank", "dt_rank").orElse((width + 15) / 16))
                .f32(
                        "attention.layer_norm_rms_epsilon",
                        config.number("layer_norm_epsilon", "rms_norm_eps").orElse(EPSILON))
                // Falcon Mamba has norms without weights before the time step, B and C.
                .bool(
                        "ssm.dt_b_c_rms",
                        config.text("model_type").filter("falcon_mamba"::equals).isPresent())
                .fileType();
    }

    /** The keys of Mamba 2, which models have that mix it with something else. */
    static void mamba2(ModelConfig config, Keys keys) {
        long width = config.count("hidden_size", "d_model", "dim");
        long inner = config.integer("mamba_d_ssm", "intermediate_size", "d_inner")
                .orElseGet(() -> config.integer("mamba_expand", "expand").orElse(2L) * width);
        long head = config.integer("mamba_d_head", "head_dim").orElse(64L);
        if (head <= 0 || inner % head != 0) {
            throw fault(
                    config, "its state space has " + inner + " channels, no multiple of " + head + " for each head");
        }
        keys.u32("context_length", CONTEXT)
                .u32("embedding_length", width)
                .u32("feed_forward_length", 0)
                .u32("attention.head_count", 0)
                .u32("block_count", config.blockCount())
                .u32(
                        "ssm.conv_kernel",
                        config.integer("conv_kernel", "d_conv", "mamba_d_conv").orElse(4L))
                .u32("ssm.inner_size", inner)
                .u32(
                        "ssm.state_size",
                        config.integer("state_size", "d_state", "mamba_d_state").orElse(128L))
                .u32("ssm.time_step_rank", inner / head)
                .u32(
                        "ssm.group_count",
                        config.integer("n_groups", "mamba_n_groups").orElse(1L))
                .f32(
                        "attention.layer_norm_rms_epsilon",
                        config.number("layer_norm_epsilon", "rms_norm_eps").orElse(EPSILON))
                .fileType();
    }
}
