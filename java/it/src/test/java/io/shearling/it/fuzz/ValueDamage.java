package io.shearling.it.fuzz;

import java.util.List;
import java.util.Random;

/** Metadata with other values: of the keys that are there, and of those that a loader asks for besides. */
final class ValueDamage implements Damage {
    /** Below the architecture's prefix; what llama.cpp v0.5.0 reads and a file of any architecture may have. */
    private static final List<String> NUMBERS = Damage.words("""
            attention.clamp_kqv attention.group_norm_epsilon attention.group_norm_groups attention.head_count
            attention.head_count_kv attention.key_length attention.key_length_mla attention.key_length_swa
            attention.kv_lora_rank attention.layer_norm_epsilon attention.layer_norm_rms_epsilon
            attention.max_alibi_bias attention.output_scale attention.q_lora_rank attention.relative_buckets_count
            attention.scale attention.shared_kv_layers attention.sliding_window attention.sliding_window_pattern
            attention.temperature_length attention.temperature_scale attention.value_length attn_logit_softcapping
            block_count context_length decoder_block_count decoder_start_token_id embedding_length
            embedding_length_out embedding_scale expert_count expert_feed_forward_length expert_gating_func
            expert_group_count expert_group_used_count expert_shared_count expert_used_count expert_weights_scale
            feed_forward_length final_logit_softcapping full_attention_interval interleave_moe_layer_step
            leading_dense_block_count logit_scale n_deepstack_layers nextn_predict_layers pooling_type residual_scale
            rope.dimension_count rope.dimension_count_swa rope.freq_base rope.freq_base_swa rope.scale_linear
            rope.scaling.attn_factor rope.scaling.factor rope.scaling.original_context_length
            rope.scaling.yarn_beta_fast rope.scaling.yarn_beta_slow rope.scaling.yarn_ext_factor
            rope.scaling.yarn_log_multiplier ssm.conv_kernel ssm.group_count ssm.inner_size ssm.state_size
            ssm.time_step_rank token_shift_count vocab_size wkv.head_size
            """);

    private static final List<String> SWITCHES = Damage.words("""
            attention.causal expert_weights_norm rope.scaling.finetuned ssm.dt_b_c_rms swin_norm use_parallel_residual
            """);

    private static final List<String> TEXTS = List.of("rope.scaling.type", "tensor_data_layout", "hidden_activation");

    private static final List<String> ARRAYS = Damage.words("""
            rope.dimension_sections attention.sliding_window_pattern feed_forward_length attention.head_count
            attention.head_count_kv swiglu_clamp_exp attention.recurrent_layers
            """);

    private static final long[] INTEGERS = {
        0,
        1,
        2,
        3,
        5,
        7,
        8,
        16,
        31,
        63,
        65,
        127,
        255,
        256,
        1000,
        4096,
        65_535,
        1 << 20,
        1L << 24,
        (1L << 31) - 1,
        1L << 31,
        0xffff_fffeL,
        0xffff_ffffL,
        -2,
        -1,
        1L << 32,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };

    private static final float[] REALS = {
        0,
        -0f,
        1,
        -1,
        0.5f,
        2,
        -1e-5f,
        1e-30f,
        1e30f,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        Float.MIN_VALUE,
        Float.NaN,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY
    };

    /** One of the keys that the file has. */
    static String present(LooseModel model, Random random) {
        LooseModel.Key key = Damage.pick(random, model.keys);
        switch (random.nextInt(8)) {
            case 0 -> {
                model.keys.remove(key);
                return key.text() + " removed";
            }
            case 1 -> {
                model.keys.add(random.nextInt(model.keys.size() + 1), key.copy());
                return key.text() + " doubled";
            }
            case 2 -> key.value = Damage.pick(random, model.keys).value;
            default -> key.value = other(key.value, random);
        }
        return describe(key.text(), key.value);
    }

    /** A key of the architecture, whether the file has it or not. */
    static String known(LooseModel model, Random random) {
        String prefix = model.architecture() + ".";
        return switch (random.nextInt(16)) {
            case 0 ->
                put(
                        model,
                        prefix + Damage.pick(random, SWITCHES),
                        LooseValue.scalar(LooseValue.BOOL, random.nextInt(2)));
            case 1 -> put(model, prefix + Damage.pick(random, TEXTS), text(random));
            case 2, 3 -> put(model, prefix + Damage.pick(random, ARRAYS), array(random));
            default -> put(model, prefix + Damage.pick(random, NUMBERS), number(random));
        };
    }

    private static String put(LooseModel model, String name, LooseValue value) {
        model.put(name, value);
        return describe(name, value);
    }

    @Override
    public String to(LooseModel model, Random random) {
        return random.nextBoolean() ? present(model, random) : known(model, random);
    }

    static LooseValue number(Random random) {
        return switch (random.nextInt(5)) {
            case 0, 1 -> LooseValue.f32(REALS[random.nextInt(REALS.length)]);
            case 2 -> LooseValue.scalar(random.nextInt(8), INTEGERS[random.nextInt(INTEGERS.length)]);
            default -> LooseValue.scalar(LooseValue.U32, INTEGERS[random.nextInt(INTEGERS.length)]);
        };
    }

    /** A value of the same type most of the time. */
    private static LooseValue other(LooseValue value, Random random) {
        if (random.nextInt(6) == 0) {
            return Damage.pick(random, List.of(number(random), text(random), array(random)));
        }
        return switch (value.type()) {
            case LooseValue.F32 -> LooseValue.f32(REALS[random.nextInt(REALS.length)]);
            case LooseValue.STRING -> text(random);
            case LooseValue.ARRAY -> value.first(random.nextInt(value.count() + 1));
            default -> LooseValue.scalar(value.type(), INTEGERS[random.nextInt(INTEGERS.length)]);
        };
    }

    private static LooseValue text(Random random) {
        return LooseValue.string(Damage.pick(
                random,
                List.of(
                        "",
                        "yarn",
                        "longrope",
                        "linear",
                        "none",
                        "x",
                        "\0",
                        "ÿ".repeat(300),
                        "{{",
                        "llama",
                        "bert",
                        "gpt2",
                        "reference")));
    }

    private static LooseValue array(Random random) {
        int type = Damage.pick(random, List.of(LooseValue.U32, LooseValue.I32, LooseValue.F32, LooseValue.BOOL));
        int count = Damage.pick(random, List.of(0, 1, 2, 3, 4, 5, 512, 513, 2000));
        byte[] elements = new byte[count * LooseValue.size(type)];
        if (random.nextBoolean()) {
            random.nextBytes(elements);
        } else {
            for (int i = 0; i < elements.length; i += LooseValue.size(type)) {
                elements[i] = (byte) random.nextInt(6);
            }
        }
        return LooseValue.array(type, count, elements);
    }

    private static String describe(String name, LooseValue value) {
        byte[] bytes = value.bytes();
        StringBuilder text = new StringBuilder(name + " of type " + value.type() + " =");
        for (int i = 0; i < Math.min(16, bytes.length); i++) {
            text.append(String.format(" %02x", bytes[i]));
        }
        return text.toString();
    }
}
