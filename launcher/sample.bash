# A checkpoint for the first conversion, from which the JVM learns. Sourced by setup.bash.

# sample_checkpoint FOLDER: a llama of one layer, whose weights are zeros, with the tokenizer of a test.
sample_checkpoint() {
    local folder=$1 tokens=512 width=64 header='' offset=0 name shape bytes length
    mkdir -p "$folder" || return
    cp "$root"/java/convert/src/test/resources/io/shearling/convert/tokenizers/bpe-llama3/*.json "$folder" || return
    cat >"$folder/config.json" <<JSON
{"architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": $tokens, "hidden_size": $width,
 "intermediate_size": $width, "num_hidden_layers": 1, "num_attention_heads": 4, "num_key_value_heads": 2,
 "max_position_embeddings": 128, "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "torch_dtype": "bfloat16"}
JSON
    while read -r name shape; do
        bytes=$((2 * ${shape/,/*}))
        header+="${header:+,}\"model.$name.weight\":{\"dtype\":\"BF16\",\"shape\":[$shape],\"data_offsets\":[$offset,$((offset + bytes))]}"
        offset=$((offset + bytes))
    done <<TENSORS
embed_tokens $tokens,$width
layers.0.self_attn.q_proj $width,$width
layers.0.self_attn.k_proj $((width / 2)),$width
layers.0.self_attn.v_proj $((width / 2)),$width
layers.0.self_attn.o_proj $width,$width
layers.0.mlp.gate_proj $width,$width
layers.0.mlp.up_proj $width,$width
layers.0.mlp.down_proj $width,$width
layers.0.input_layernorm $width
layers.0.post_attention_layernorm $width
norm $width
TENSORS
    header="{$header}"
    length=${#header}
    # Its length first, in eight bytes, the least one first.
    # shellcheck disable=SC2059 # the format is the bytes
    printf "\\x$(printf %02x $((length & 255)))\\x$(printf %02x $((length >> 8)))\\0\\0\\0\\0\\0\\0%s" "$header" >"$folder/model.safetensors"
    truncate -s $((8 + length + offset)) "$folder/model.safetensors"
}
