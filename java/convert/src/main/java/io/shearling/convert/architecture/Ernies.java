package io.shearling.convert.architecture;

import io.shearling.convert.checkpoint.JsonFile;
import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.convert.tokenizer.TokenizerKind;
import io.shearling.formats.gguf.GgufBool;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.json.JsonValue;
import java.util.List;

/** Baidu's ERNIE 4.5, dense. */
final class Ernies {
    static final List<Architecture> ALL = List.of(Architecture.named("ernie4_5")
            .models("Ernie4_5ForCausalLM", "Ernie4_5_ForCausalLM")
            .byDefault("rms_norm_eps", 1e-5)
            .byDefault("rope_theta", 500_000.0)
            .unlessNamed("num_key_value_heads", new JsonValue.Int(2))
            .derived("num_key_value_heads", DecoderKeys::heads)
            .unlessNamed("head_dim", new JsonValue.Int(128))
            .derived("head_dim", DecoderKeys::headLength)
            .byDefault("max_position_embeddings", 131_072)
            .keys(DecoderKeys.COMMON)
            .tensors(DecoderTensors.BLOCKS)
            .tensors(DecoderTensors.BLOCKS.replace("model.", "ernie."))
            .tokenizer(TokenizerKind.SENTENCE_PIECE)
            .late(Ernies::spacePrefix)
            .build());

    private Ernies() {}

    private static void spacePrefix(ModelConfig config, GgufMetadata.Builder metadata) {
        JsonFile.readIfSound(config.folder().resolve("tokenizer_config.json"))
                .flatMap(file -> file.find("add_prefix_space"))
                .flatMap(JsonValue::bool)
                .ifPresent(value -> metadata.put("tokenizer.ggml.add_space_prefix", new GgufBool(value)));
    }
}
