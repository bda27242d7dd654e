"""Writes the checkpoint of the comparison: a llama of 1.07 B parameters with SmolLM2's tokenizer and weights from a seed.

    python make_checkpoint.py MODEL.gguf FOLDER
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import AutoTokenizer

WIDTH, FEED_FORWARD, BLOCKS, HEADS, HEADS_KV, VOCABULARY = 2048, 8192, 16, 32, 8, 49152
SEED = 20260101


def shapes():
    kv = WIDTH // HEADS * HEADS_KV
    yield "model.embed_tokens.weight", (VOCABULARY, WIDTH)
    for block in range(BLOCKS):
        at = f"model.layers.{block}."
        yield at + "input_layernorm.weight", (WIDTH,)
        yield at + "self_attn.q_proj.weight", (WIDTH, WIDTH)
        yield at + "self_attn.k_proj.weight", (kv, WIDTH)
        yield at + "self_attn.v_proj.weight", (kv, WIDTH)
        yield at + "self_attn.o_proj.weight", (WIDTH, WIDTH)
        yield at + "post_attention_layernorm.weight", (WIDTH,)
        yield at + "mlp.gate_proj.weight", (FEED_FORWARD, WIDTH)
        yield at + "mlp.up_proj.weight", (FEED_FORWARD, WIDTH)
        yield at + "mlp.down_proj.weight", (WIDTH, FEED_FORWARD)
    yield "model.norm.weight", (WIDTH,)


def main(model, folder):
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = AutoTokenizer.from_pretrained(str(model.parent), gguf_file=model.name)
    tokenizer.save_pretrained(folder)
    (folder / "tokenizer.model").unlink(missing_ok=True)  # transformers takes the GGUF file for it
    config = {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "torch_dtype": "bfloat16",
        "hidden_size": WIDTH, "intermediate_size": FEED_FORWARD, "num_hidden_layers": BLOCKS,
        "num_attention_heads": HEADS, "num_key_value_heads": HEADS_KV, "vocab_size": VOCABULARY,
        "max_position_embeddings": 8192, "rms_norm_eps": 1e-5, "rope_theta": 100000.0,
        "tie_word_embeddings": True, "hidden_act": "silu", "bos_token_id": 1, "eos_token_id": 2,
    }
    (folder / "config.json").write_text(json.dumps(config, indent=2))
    generator = torch.Generator().manual_seed(SEED)
    tensors = {
        name: (torch.randn(shape, generator=generator) * 0.02 + (1.0 if len(shape) == 1 else 0.0)).to(torch.bfloat16)
        for name, shape in shapes()
    }
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
