"""Writes the golden data of the conversion tests: what the converter of the pinned llama.cpp makes of tiny models.

    python3 -m venv venv && venv/bin/pip install -r java/convert/src/test/golden/requirements.txt
    PYTHONHASHSEED=0 venv/bin/python java/convert/src/test/golden/make_goldens.py LLAMA_CPP_SOURCE \
        java/convert/src/test/resources/io/shearling/convert [NAME ...]

The converter is used as it is, except that the name of the pre-tokenizer, which it only knows for published
vocabularies, is set for the tokenizers of these tests. Every conversion runs in a process of its own.

The weights come from the name of the tensor, so that the test can make the same checkpoint. Element i (from 0, in row
major order) of a tensor with the init class [base, m, e] is

    h = FNV-1a, 64 bit, of the UTF-8 bytes of the name      h = 0xcbf29ce484222325; each byte: h = (h ^ byte) * 0x100000001b3
    z = h + (i + 1) * 0x9e3779b97f4a7c15                    all modulo 2^64, >>> shifts in zeros
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9
    z = (z ^ (z >>> 27)) * 0x94d049bb133111eb
    z = z ^ (z >>> 31)                                      so z is output i of SplitMix64 with the seed h
    k = (((z >>> 32) * (2 * m + 1)) >>> 32) - m             an integer from -m to m
    value = base + k * 2^-e                                 exact in the type of the tensor and in double

and with the class [base, m, e, d] that value plus floor(i / d). A class [[...]] has the values themselves.

Where the converter cannot read how a checkpoint is quantized, it is given the floats that a plain implementation here makes of it.

A golden is an object of

    name, architecture, directory   the last is the name of the folder to make, for general.name comes from it
    versions                        of what made the golden
    configs                         config.json, by the name of the variant: "full", and "minimal" with the defaults left out
    files                           other text files of the checkpoint, by name
    tokenizer                       the folder below tokenizers/ whose files belong to the checkpoint; several, with + between
                                    them, a later one's files over those of an earlier
    pre                             {"name", "hash", "known", "count"}: tokenizer.ggml.pre, the sha256 and the count of the
                                    token ids of the converter's check text, and whether the converter itself knew the hash;
                                    null where it did not ask
    shards                          1: model.safetensors; more: model-00001-of-0000N.safetensors and the index
    init                            the classes, by letter
    tensors                         [name, dtype, shape, shard from 0, letter] of the checkpoint; one whose name has a slash is in
                                    model.safetensors of the folder before it
    outputs                         one for each conversion: "outtype"; "config", the variant; "args", further options, if
                                    any; "sha256" of the whole file; "keys", in the order of the file; "tensors", in the
                                    order of the file, which is the order of the offsets, left out where they are those of
                                    the first output. A split output has "parts", each with these three; one with LoRA
                                    adapters in files of their own has "adapters", each with these three by its name
    logits                          of transformers in f32 with eager attention, see below; null where it has no such model

A key is [name, type, value]; the type of an array is arr:TYPE. An array of more than 16 elements, or of strings of more
than 4, has {"count", "sha256"} for a value: of the bytes of its elements as they are in the file, that is little endian,
and for a string the u64 length before its UTF-8 bytes. A float that JSON has no number for is "inf", "-inf" or "nan". A tensor is [name, type,
dimensions, sha256], with the dimensions in the order of the file, the row length first. Those of -exp(x), which torch
does not compute alike on all processors, have their values behind it: base64 of f32, little endian.

Beside the goldens, goldens/tokenizers/NAME.json has "rows" of [text, ids, ids with the special tokens] by the tokenizer
of transformers for the files of tokenizers/NAME, for the texts that llama.cpp tests tokenizers with and for the added
tokens. Its "random" has twenty SHA-256, each of the ids without special tokens of a hundred random texts, written as
Python writes a list, a line each. Draw i from 0 on is output i of SplitMix64 with the FNV-1a of "random texts" as seed, shifted
right by 33 and taken modulo what is asked for. A text begins with a draw of its length below 48. Each letter draws a
range of LETTERS, where a space or an added token may come out, and then its place in it.

Logits: "tokens", the input; "argmax" of each position; "last", the f32 logits of the last position, base64 of little
endian. For an encoder: "tokens" and "first", the last hidden state of the first position.
"""

import ast
import base64
import copy
import hashlib
import inspect
import json
import logging
import math
import os
import shutil
import struct
import sys
import tempfile
import textwrap
import traceback
from pathlib import Path

sys.dont_write_bytecode = True
SOURCE = Path(sys.argv[1]).resolve()
OUT = Path(sys.argv[2]).resolve()
sys.path[0:0] = [str(SOURCE / "gguf-py"), str(SOURCE)]

import gguf
import numpy as np
import safetensors.torch
import tokenizers
import torch
import transformers

import convert_hf_to_gguf
from conversion.base import TextModel
import conversion

torch.set_num_threads(1)
transformers.logging.set_verbosity_error()
DTYPES = {"BF16": torch.bfloat16, "F16": torch.float16, "F32": torch.float32, "U8": torch.uint8, "I32": torch.int32,
          "I8": torch.int8, "I64": torch.int64, "F8_E4M3": torch.float8_e4m3fn}


# ---- the fixtures ----

INIT = {
    "BF16": {"w": [0, 127, 9], "n": [1, 31, 7], "z": [0, 127, 11], "b": [0, 127, 10]},
    "F16": {"w": [0, 2047, 13], "n": [1, 255, 10], "z": [0, 2047, 15], "b": [0, 2047, 14]},
    "F32": {"w": [0, 8388607, 25], "n": [1, 2097151, 23], "z": [0, 8388607, 27], "b": [0, 8388607, 26]},
}
PRE = {"bpe-llama3": "llama-bpe", "bpe-gpt2": "gpt-2", "bpe-qwen2": "qwen2", "wordpiece": "jina-v2-en", "bpe-roberta": "roberta-bpe",
       "bpe-whitespace": "jina-v1-en"}
LLAMA_IDS = dict(bos_token_id=1, eos_token_id=2)
LLAMA3_IDS = dict(bos_token_id=500, eos_token_id=[501, 504])
QWEN_IDS = dict(bos_token_id=500, eos_token_id=502)
GEMMA_IDS = dict(pad_token_id=0, eos_token_id=1, bos_token_id=2)
GPT2_IDS = dict(bos_token_id=511, eos_token_id=511)
BASE = dict(vocab_size=512, hidden_size=64, intermediate_size=128, num_hidden_layers=2, num_attention_heads=4,
            num_key_value_heads=2, max_position_embeddings=256)

FIXTURES = {}


def fixture(name, architecture, tokenizer, dtype="BF16", shards=1, split="chunk", outtypes=("f16",), minimal=True,
            norm="n", files=None, directory=None, logits=True, edit=None, special=None, dtypes=None, raw=None, more=(), args=(),
            dequantize=None, behind=False, **config):
    """special: init classes by a part of the tensor name; dtypes: likewise; edit: changes the dict of config.json;
    args: options of all conversions; more: those of further ones; dequantize: makes floats of quantized tensors, for a
    converter that cannot; behind: whether these are to come behind the others."""
    FIXTURES[name] = dict(name=name, architecture=architecture, tokenizer=tokenizer, dtype=dtype, shards=shards,
                          split=split, outtypes=outtypes, minimal=minimal, norm=norm, files=files or {},
                          directory=directory or "tiny-" + name, logits=logits, edit=edit, special=special or {},
                          dtypes=dtypes or {}, raw=raw, more=more, args=list(args), dequantize=dequantize,
                          behind=behind, config=config)


def base(**changes):
    return {key: value for key, value in {**BASE, **changes}.items() if value is not ...}


def rope_parameters(config):
    """The style of transformers 5: the base and the scaling of the rope in one object."""
    rope = {"rope_theta": config.pop("rope_theta"), "rope_type": "default", **(config.pop("rope_scaling", None) or {})}
    config["rope_parameters"] = rope


def torch_dtype(config):
    config["torch_dtype"] = config.pop("dtype")


GENERATION = json.dumps({"_from_model_config": True, "bos_token_id": 500, "do_sample": True, "eos_token_id": [501, 504],
                         "temperature": 0.6, "top_k": 20, "top_p": 0.95, "min_p": 0.05, "repetition_penalty": 1.1,
                         "transformers_version": "4.57.6"}, indent=2)
CARD = """---
license: apache-2.0
language:
- en
- no
tags:
- text-generation
- tiny
base_model:
- example-org/Tiny-Llama-3-0.1B
- example-org/Other-Model-7B-Instruct
datasets:
- example-org/wool
pipeline_tag: text-generation
---
# Tiny
"""
MODULES = json.dumps([
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
    {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}])


def pooling(**changes):
    return json.dumps({"word_embedding_dimension": 64, "pooling_mode_cls_token": False, "pooling_mode_mean_tokens": False,
                       "pooling_mode_max_tokens": False, "pooling_mode_lasttoken": False, **changes})


def dense(inputs, outputs):
    return json.dumps({"in_features": inputs, "out_features": outputs, "bias": False,
                       "activation_function": "torch.nn.modules.linear.Identity"})


POOLING_MEAN = pooling(pooling_mode_mean_tokens=True)
POOLING_CLS = pooling(pooling_mode_cls_token=True)
POOLING_LAST = pooling(pooling_mode_lasttoken=True)
LLAMA3_ROPE = {"factor": 32.0, "high_freq_factor": 4.0, "low_freq_factor": 1.0, "original_max_position_embeddings": 64,
               "rope_type": "llama3"}

fixture("llama", "LlamaForCausalLM", "bpe-llama3", outtypes=("f16", "bf16", "f32", "q8_0", "auto"), edit=torch_dtype,
        **base(rope_theta=500000.0, **LLAMA3_IDS))
fixture("qwen2", "Qwen2ForCausalLM", "bpe-qwen2", **base(**QWEN_IDS))
fixture("qwen3", "Qwen3ForCausalLM", "bpe-qwen2", **base(head_dim=16, **QWEN_IDS))
fixture("gemma3", "Gemma3ForCausalLM", "spm-gemma", norm="z",
        **base(num_hidden_layers=6, head_dim=16, query_pre_attn_scalar=16, sliding_window=16, **GEMMA_IDS))
# The runtime takes a model whose name has phi3 in it for the published one and asks for its tokens.
fixture("phi3", "Phi3ForCausalLM", "spm-llama", directory="tiny-three",
        **base(original_max_position_embeddings=256, pad_token_id=0, sliding_window=None, **LLAMA_IDS))
fixture("smollm3", "SmolLM3ForCausalLM", "bpe-llama3", **base(num_hidden_layers=4, no_rope_layer_interval=4, pad_token_id=501, **LLAMA3_IDS))
fixture("mistral", "MistralForCausalLM", "spm-llama", shards=3, **base(sliding_window=None, head_dim=16, **LLAMA_IDS))
fixture("mixtral", "MixtralForCausalLM", "spm-llama", shards=3, split="mod",
        **base(num_local_experts=4, num_experts_per_tok=2, **LLAMA_IDS))
fixture("qwen3moe", "Qwen3MoeForCausalLM", "bpe-qwen2", shards=3,
        **base(head_dim=16, moe_intermediate_size=32, num_experts=4, num_experts_per_tok=2, norm_topk_prob=True,
               decoder_sparse_step=1, **QWEN_IDS))
fixture("gemma2", "Gemma2ForCausalLM", "spm-gemma", norm="z",
        **base(head_dim=16, query_pre_attn_scalar=16, sliding_window=16, **GEMMA_IDS))
fixture("granite", "GraniteForCausalLM", "bpe-gpt2",
        **base(embedding_multiplier=12.0, attention_multiplier=0.0625, residual_multiplier=0.22, logits_scaling=8.0,
               **GPT2_IDS))
fixture("olmo2", "Olmo2ForCausalLM", "bpe-gpt2", **base(**GPT2_IDS))
fixture("gpt2", "GPT2LMHeadModel", "bpe-gpt2",
        **dict(vocab_size=512, n_embd=64, n_layer=2, n_head=4, n_positions=256, n_ctx=256, **GPT2_IDS))
fixture("bert", "BertModel", "wordpiece",
        **dict(vocab_size=500, hidden_size=64, intermediate_size=128, num_hidden_layers=2, num_attention_heads=4,
               max_position_embeddings=64, pad_token_id=0))

# Llama: types of the source, tied heads, other spellings of the configuration, other tokenizers, metadata.
fixture("llama-f16", "LlamaForCausalLM", "bpe-llama3", dtype="F16", minimal=False, logits=False,
        outtypes=("f16", "bf16", "f32", "q8_0", "auto"), edit=torch_dtype, **base(rope_theta=500000.0, **LLAMA3_IDS))
fixture("llama-f32", "LlamaForCausalLM", "bpe-llama3", dtype="F32", minimal=False, logits=False,
        outtypes=("f16", "bf16", "f32", "q8_0", "auto"), edit=torch_dtype, **base(rope_theta=500000.0, **LLAMA3_IDS))
fixture("llama-tied", "LlamaForCausalLM", "bpe-llama3", edit=torch_dtype, shards=3,
        **base(rope_theta=500000.0, rope_scaling=LLAMA3_ROPE, tie_word_embeddings=True, **LLAMA3_IDS))
fixture("llama-v5", "LlamaForCausalLM", "bpe-llama3", minimal=False, edit=rope_parameters,
        **base(rope_theta=500000.0, rope_scaling=LLAMA3_ROPE, **LLAMA3_IDS))
fixture("llama-bias", "LlamaForCausalLM", "bpe-llama3", minimal=False, **base(attention_bias=True, mlp_bias=True, **LLAMA3_IDS))
fixture("llama-spm", "LlamaForCausalLM", "spm-llama", minimal=False, **base(**LLAMA_IDS))
fixture("llama-hf", "LlamaForCausalLM", "hf-llama", minimal=False, logits=False, **base(vocab_size=507, **LLAMA_IDS))
fixture("llama-card", "LlamaForCausalLM", "bpe-llama3", minimal=False, logits=False,
        directory="Tiny-Llama-3.2-0.1M-Instruct-v0.3", files={"generation_config.json": GENERATION, "README.md": CARD},
        **base(**LLAMA3_IDS))
# A row of 80 elements is no whole number of blocks: such a tensor falls back to F16.
fixture("llama-odd", "LlamaForCausalLM", "bpe-llama3", minimal=False, logits=False, outtypes=("q8_0",),
        **base(hidden_size=80, head_dim=20, **LLAMA3_IDS))

fixture("llama-split", "LlamaForCausalLM", "spm-llama", minimal=False, logits=False,
        more=(["--split-max-tensors", "8"], ["--split-max-size", "100K"],
              ["--split-max-tensors", "10", "--no-tensor-first-split"]), **base(**LLAMA_IDS))

# The rest, by the name of the architecture.
fixture("gemma", "GemmaForCausalLM", "spm-gemma", norm="z", **base(head_dim=16, **GEMMA_IDS))
fixture("gemma-f16", "GemmaForCausalLM", "spm-gemma", dtype="F16", norm="z", minimal=False, logits=False,
        outtypes=("f16", "f32"), **base(head_dim=16, **GEMMA_IDS))
fixture("gemma-f32", "GemmaForCausalLM", "spm-gemma", dtype="F32", norm="z", minimal=False, logits=False,
        outtypes=("f16", "f32"), **base(head_dim=16, **GEMMA_IDS))
fixture("phi3-bpe", "Phi3ForCausalLM", "bpe-gpt2", directory="tiny-three-bpe", minimal=False,
        **base(original_max_position_embeddings=256, pad_token_id=0, sliding_window=None, tie_word_embeddings=True,
               partial_rotary_factor=0.75, **GPT2_IDS))
fixture("phi3-longrope", "Phi3ForCausalLM", "spm-llama", directory="tiny-three-long", minimal=False,
        **base(max_position_embeddings=1024, original_max_position_embeddings=256, pad_token_id=0, sliding_window=None,
               rope_scaling={"type": "longrope", "long_factor": [1.0, 1.1, 1.3, 1.7, 2.5, 4.0, 6.5, 10.3],
                             "short_factor": [1.0, 1.0, 1.01, 1.05, 1.1, 1.2, 1.3, 1.4]}, **LLAMA_IDS))
fixture("phi2", "PhiForCausalLM", "bpe-gpt2", **base(num_key_value_heads=4, intermediate_size=256, partial_rotary_factor=0.5, **GPT2_IDS))
fixture("qwen2-tied", "Qwen2ForCausalLM", "bpe-qwen2", minimal=False, **base(tie_word_embeddings=True, **QWEN_IDS))
fixture("qwen3-v5", "Qwen3ForCausalLM", "bpe-qwen2", minimal=False, edit=rope_parameters,
        **base(head_dim=16, rope_theta=1000000.0, tie_word_embeddings=True, **QWEN_IDS))
fixture("qwen2moe", "Qwen2MoeForCausalLM", "bpe-qwen2",
        **base(moe_intermediate_size=32, shared_expert_intermediate_size=64, num_experts=4, num_experts_per_tok=2,
               **QWEN_IDS))
fixture("olmoe", "OlmoeForCausalLM", "bpe-gpt2",
        **base(num_key_value_heads=4, num_experts=4, num_experts_per_tok=2, **GPT2_IDS))
fixture("olmo3", "Olmo3ForCausalLM", "bpe-gpt2", **base(num_hidden_layers=4, sliding_window=16, **GPT2_IDS))
fixture("granitemoe", "GraniteMoeForCausalLM", "bpe-gpt2",
        **base(num_local_experts=4, num_experts_per_tok=2, embedding_multiplier=12.0, attention_multiplier=0.0625,
               residual_multiplier=0.22, logits_scaling=6.0, **GPT2_IDS))
fixture("granitehybrid", "GraniteMoeHybridForCausalLM", "bpe-gpt2", minimal=False, special={"A_log": "b", ".D": "n"},
        **base(num_local_experts=4, num_experts_per_tok=2, shared_intermediate_size=64, mamba_n_heads=8, mamba_d_head=16,
               mamba_d_state=16, mamba_n_groups=1, mamba_expand=2, mamba_d_conv=4, layer_types=["mamba", "attention"],
               **GPT2_IDS))
fixture("granitemoe-shared", "GraniteMoeSharedForCausalLM", "bpe-gpt2",
        **base(num_local_experts=4, num_experts_per_tok=2, shared_intermediate_size=96, **GPT2_IDS))
# Without layers of Mamba the converter writes the other architectures of the family.
ATTENTION = dict(mamba_n_heads=8, mamba_d_head=16, mamba_d_state=16, mamba_n_groups=1, mamba_expand=2, mamba_d_conv=4,
                 layer_types=["attention", "attention"], position_embedding_type="rope")
fixture("granitehybrid-moe", "GraniteMoeHybridForCausalLM", "bpe-gpt2", minimal=False,
        **base(num_local_experts=4, num_experts_per_tok=2, shared_intermediate_size=64, **ATTENTION, **GPT2_IDS))
fixture("granitehybrid-dense", "GraniteMoeHybridForCausalLM", "bpe-gpt2", minimal=False,
        **base(num_local_experts=0, num_experts_per_tok=0, shared_intermediate_size=128, **ATTENTION, **GPT2_IDS))
fixture("stablelm", "StableLmForCausalLM", "bpe-gpt2", **base(**GPT2_IDS))
fixture("starcoder2", "Starcoder2ForCausalLM", "bpe-gpt2", **base(sliding_window=None, **GPT2_IDS))
fixture("gptneox", "GPTNeoXForCausalLM", "bpe-gpt2", **base(num_key_value_heads=..., **GPT2_IDS))
# The runtime rounds the borders of YaRN, as with "truncate"; the default does not.
fixture("gptoss", "GptOssForCausalLM", "bpe-qwen2", minimal=False,
        **base(rope_scaling={"rope_type": "yarn", "factor": 32.0, "beta_fast": 32.0, "beta_slow": 1.0, "truncate": True,
                             "original_max_position_embeddings": 4096},
               head_dim=16, num_local_experts=4, num_experts_per_tok=2, sliding_window=16, rope_theta=150000.0, **QWEN_IDS))
fixture("gptoss-default", "GptOssForCausalLM", "bpe-qwen2", logits=False,
        **base(head_dim=16, num_local_experts=4, num_experts_per_tok=2, sliding_window=16, rope_theta=150000.0, **QWEN_IDS))
fixture("falcon-h1", "FalconH1ForCausalLM", "bpe-gpt2", minimal=False, special={"A_log": "b", ".D": "n"},
        **base(head_dim=16, mamba_d_ssm=64, mamba_n_heads=4, mamba_d_head=16, mamba_d_state=16, mamba_n_groups=1,
               mamba_d_conv=4, mamba_chunk_size=64, ssm_in_multiplier=0.5, ssm_out_multiplier=0.25,
               attention_in_multiplier=1.0, attention_out_multiplier=0.5, key_multiplier=0.75, embedding_multiplier=2.0,
               lm_head_multiplier=0.125, mlp_multipliers=[0.5, 0.75], ssm_multipliers=[0.5, 0.25, 0.75, 0.5, 0.375],
               **GPT2_IDS))
# Factors that f16 rounds, and the norm that the larger models have.
fixture("falcon-h1-f16", "FalconH1ForCausalLM", "bpe-gpt2", dtype="F16", minimal=False, logits=False,
        special={"A_log": "b", ".D": "n"}, outtypes=("f16", "bf16"),
        **base(head_dim=16, mamba_d_ssm=64, mamba_n_heads=4, mamba_d_head=16, mamba_d_state=16, mamba_n_groups=2,
               mamba_d_conv=4, mamba_chunk_size=64, mamba_rms_norm=True, ssm_in_multiplier=1.1, ssm_out_multiplier=0.23570226039551587,
               attention_in_multiplier=0.9, attention_out_multiplier=0.5773502691896257, key_multiplier=0.39062499999999994,
               embedding_multiplier=5.656854249492381, lm_head_multiplier=0.01953125,
               mlp_multipliers=[0.8838834764831844, 0.5859375],
               ssm_multipliers=[0.3535533905932738, 0.25, 0.1767766952966369, 0.5, 0.3535533905932738], **GPT2_IDS))
MAMBA = dict(vocab_size=512, hidden_size=64, num_hidden_layers=2, state_size=4, conv_kernel=4, expand=2, time_step_rank=4,
             **GPT2_IDS)
fixture("mamba", "MambaForCausalLM", "bpe-gpt2", special={"A_log": "b", ".D": "n"}, **MAMBA)
fixture("falcon-mamba", "FalconMambaForCausalLM", "bpe-gpt2", minimal=False, special={"A_log": "b", ".D": "n"},
        **dict(MAMBA, tie_word_embeddings=False))
fixture("mamba2", "Mamba2ForCausalLM", "bpe-gpt2", special={"A_log": "b", ".D": "n"},
        **dict(vocab_size=512, hidden_size=64, num_hidden_layers=2, num_heads=8, head_dim=16, state_size=16, n_groups=1,
               expand=2, conv_kernel=4, chunk_size=64, tie_word_embeddings=False, **GPT2_IDS))
fixture("deepseek2", "DeepseekV2ForCausalLM", "bpe-llama3",
        **base(num_key_value_heads=4, moe_intermediate_size=32, n_routed_experts=4, n_shared_experts=1,
               num_experts_per_tok=2, first_k_dense_replace=1, q_lora_rank=32, kv_lora_rank=32, qk_nope_head_dim=16,
               qk_rope_head_dim=8, v_head_dim=16, n_group=1, topk_group=1, topk_method="greedy", **LLAMA3_IDS))
fixture("deepseek3", "DeepseekV3ForCausalLM", "bpe-llama3", dtypes={"e_score_correction_bias": "F32"},
        **base(num_key_value_heads=4, moe_intermediate_size=32, n_routed_experts=4, n_shared_experts=1,
               num_experts_per_tok=2, first_k_dense_replace=1, q_lora_rank=32, kv_lora_rank=32, qk_nope_head_dim=16,
               qk_rope_head_dim=8, v_head_dim=16, n_group=2, topk_group=1, scoring_func="sigmoid", **LLAMA3_IDS))
fixture("lfm2", "Lfm2ForCausalLM", "bpe-qwen2",
        **base(block_ff_dim=128, conv_L_cache=3, block_multiple_of=256, layer_types=["conv", "full_attention"], **QWEN_IDS))
fixture("exaone4", "Exaone4ForCausalLM", "bpe-gpt2", minimal=False,
        **base(num_hidden_layers=4, sliding_window=None, sliding_window_pattern=None, **GPT2_IDS),
        layer_types=["full_attention"] * 4)
# The runtime has sliding windows only for the published 32B, so no logits.
fixture("exaone4-swa", "Exaone4ForCausalLM", "bpe-gpt2", logits=False,
        **base(num_hidden_layers=4, sliding_window=16, sliding_window_pattern=4, **GPT2_IDS))
fixture("hunyuan", "HunYuanDenseV1ForCausalLM", "bpe-qwen2", **base(head_dim=16, **QWEN_IDS))
fixture("ernie45", "Ernie4_5ForCausalLM", "spm-llama", **base(head_dim=16, **LLAMA_IDS))
fixture("arcee", "ArceeForCausalLM", "bpe-llama3", **base(**LLAMA3_IDS))
fixture("seedoss", "SeedOssForCausalLM", "bpe-gpt2", **base(head_dim=16, **GPT2_IDS))
fixture("apertus", "ApertusForCausalLM", "bpe-llama3", special={".alpha_": "n", ".beta": "h", ".eps": "e"}, **base(**LLAMA3_IDS))
fixture("modernbert", "ModernBertModel", "bpe-gpt2",
        **dict(vocab_size=512, hidden_size=64, intermediate_size=128, num_hidden_layers=3, num_attention_heads=4,
               max_position_embeddings=64, pad_token_id=0, bos_token_id=511, eos_token_id=511, cls_token_id=511,
               sep_token_id=511, reference_compile=False, layer_norm_eps=1e-05))
fixture("glm4", "Glm4ForCausalLM", "bpe-qwen2", **base(head_dim=16, pad_token_id=500, partial_rotary_factor=0.5, **QWEN_IDS))
fixture("cohere2", "Cohere2ForCausalLM", "bpe-gpt2",
        **base(num_hidden_layers=4, sliding_window=16, head_dim=16, logit_scale=0.25, rotary_pct=1.0, pad_token_id=0, **GPT2_IDS))
fixture("falcon", "FalconForCausalLM", "bpe-gpt2", minimal=False,
        **dict(vocab_size=512, hidden_size=64, num_hidden_layers=2, num_attention_heads=4, max_position_embeddings=2048,
               multi_query=True, num_kv_heads=1, parallel_attn=True, new_decoder_architecture=False, bias=False, alibi=False, **GPT2_IDS))
fixture("falcon-40b", "FalconForCausalLM", "bpe-gpt2", minimal=False,
        **dict(vocab_size=512, hidden_size=64, num_hidden_layers=2, num_attention_heads=4, num_kv_heads=2,
               max_position_embeddings=2048, new_decoder_architecture=True, parallel_attn=True, bias=False, alibi=False,
               **GPT2_IDS))
fixture("nemotron", "NemotronForCausalLM", "spm-llama", norm="z", **base(head_dim=16, **LLAMA_IDS))
# The class halves the window that it reads, so the file has to have the one from before.
fixture("embeddinggemma", "Gemma3TextModel", "spm-gemma", norm="z", minimal=False,
        edit=lambda config: config.update(sliding_window=32), files={"modules.json": MODULES,
        "1_Pooling/config.json": POOLING_MEAN},
        **base(num_hidden_layers=6, head_dim=16, query_pre_attn_scalar=16, sliding_window=32,
               use_bidirectional_attention=True, **GEMMA_IDS))
fixture("bert-pooled", "BertModel", "wordpiece", minimal=False, logits=False,
        files={"modules.json": MODULES, "1_Pooling/config.json": POOLING_CLS},
        **dict(vocab_size=500, hidden_size=64, intermediate_size=128, num_hidden_layers=2, num_attention_heads=4,
               max_position_embeddings=64, pad_token_id=0))
fixture("bert-classifier", "BertForSequenceClassification", "wordpiece", minimal=False, logits=False,
        **dict(vocab_size=500, hidden_size=64, intermediate_size=128, num_hidden_layers=2, num_attention_heads=4,
               max_position_embeddings=64, pad_token_id=0, id2label={0: "bad", 1: "fair", 2: "good"},
               label2id={"bad": 0, "fair": 1, "good": 2}))
fixture("roberta", "RobertaModel", "bpe-roberta",
        **dict(vocab_size=512, hidden_size=64, intermediate_size=128, num_hidden_layers=2, num_attention_heads=4,
               max_position_embeddings=66, pad_token_id=1, bos_token_id=0, eos_token_id=2, type_vocab_size=1,
               layer_norm_eps=1e-05))
XLMR = dict(vocab_size=512, hidden_size=64, intermediate_size=128, num_hidden_layers=2, num_attention_heads=4,
            max_position_embeddings=66, pad_token_id=1, bos_token_id=0, eos_token_id=2, type_vocab_size=1,
            layer_norm_eps=1e-05)
fixture("xlm-roberta", "XLMRobertaModel", "unigram", minimal=False, **XLMR)
fixture("xlm-roberta-hf", "XLMRobertaModel", "hf-unigram", minimal=False, logits=False, **XLMR)
fixture("roberta-classifier", "RobertaForSequenceClassification", "bpe-roberta", minimal=False, logits=False,
        **dict(XLMR, id2label={0: "LABEL_0"}, label2id={"LABEL_0": 0}))
fixture("xlm-roberta-reranker", "XLMRobertaForSequenceClassification", "unigram", minimal=False, logits=False,
        **dict(XLMR, id2label={0: "LABEL_0"}, label2id={"LABEL_0": 0}))
fixture("modernbert-classifier", "ModernBertForSequenceClassification", "bpe-gpt2", minimal=False, logits=False,
        files={"modules.json": MODULES, "1_Pooling/config.json": POOLING_CLS},
        **dict(vocab_size=512, hidden_size=64, intermediate_size=128, num_hidden_layers=3, num_attention_heads=4,
               max_position_embeddings=64, pad_token_id=0, bos_token_id=511, eos_token_id=511, cls_token_id=511,
               sep_token_id=511, reference_compile=False, hidden_activation="silu",
               id2label={i: f"label {i}" for i in range(12)}, label2id={f"label {i}": i for i in range(12)}))
fixture("distilbert", "DistilBertModel", "wordpiece",
        **dict(vocab_size=500, dim=64, hidden_dim=128, n_layers=2, n_heads=4, max_position_embeddings=64, pad_token_id=0))
fixture("qwen3-embedding", "Qwen3ForCausalLM", "bpe-qwen2", minimal=False, logits=False,
        files={"modules.json": MODULES, "1_Pooling/config.json": POOLING_LAST},
        **base(head_dim=16, tie_word_embeddings=True, **QWEN_IDS))
# What the converter takes for a reranker by its name. The tokenizers of these tests have no "yes" and "no".
ANSWERS = {"add_bos_token": False, "clean_up_tokenization_spaces": False, "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>",
           "tokenizer_class": "Qwen2Tokenizer", "added_tokens_decoder": {id_: {
               "content": text, "lstrip": False, "normalized": False, "rstrip": False, "single_word": False, "special": False}
               for id_, text in (("509", "no"), ("510", "yes"))}}
fixture("qwen3-reranker", "Qwen3ForCausalLM", "bpe-qwen2", minimal=False, logits=False, directory="Tiny-Qwen3-Reranker-0.1M",
        files={"tokenizer_config.json": json.dumps(ANSWERS)}, **base(head_dim=16, tie_word_embeddings=True, **QWEN_IDS))
fixture("qwen3-reranker-head", "Qwen3ForCausalLM", "bpe-qwen2", minimal=False, logits=False, directory="tiny-judge",
        files={"tokenizer_config.json": json.dumps(ANSWERS), "README.md": "# Qwen3-Reranker-0.1M\n"},
        **base(head_dim=16, **QWEN_IDS))
# The runtime knows only the layers of the published models, so no logits.
fixture("gemma3n", "Gemma3nForCausalLM", "spm-gemma", minimal=False, logits=False,
        **base(num_hidden_layers=5, head_dim=16, hidden_size_per_layer_input=8, vocab_size_per_layer_input=512,
               altup_num_inputs=4, laurel_rank=8, num_kv_shared_layers=2, sliding_window=16,
               layer_types=["sliding_attention", "full_attention", "sliding_attention", "sliding_attention", "full_attention"],
               activation_sparsity_pattern=[0.95, 0.95, 0.0, 0.0, 0.0], **GEMMA_IDS))


# ---- checkpoints of classes that the pinned transformers does not have: their configuration and their tensors ----

def layers(first, last, *parts):
    return [(f"model.layers.{i}.{name}", shape) for i in range(first, last) for name, shape in parts]


def attention(q=64, kv=32, width=64, head=None, o="o_proj"):
    parts = [("self_attn.q_proj.weight", [q, 64]), ("self_attn.k_proj.weight", [kv, 64]),
             ("self_attn.v_proj.weight", [kv, 64]), (f"self_attn.{o}.weight", [64, width])]
    return parts + ([("self_attn.q_norm.weight", [head]), ("self_attn.k_norm.weight", [head])] if head else [])


def mlp(width=128):
    return [("mlp.gate_proj.weight", [width, 64]), ("mlp.up_proj.weight", [width, 64]),
            ("mlp.down_proj.weight", [64, width])]


def norms(*names):
    return [(name + ".weight", [64]) for name in names]


ENDS = [("model.embed_tokens.weight", [512, 64]), ("model.norm.weight", [64])]
HEAD = [("lm_head.weight", [512, 64])]
LAYER_NORMS = norms("input_layernorm", "post_attention_layernorm")

fixture("ministral3", "Ministral3ForCausalLM", "bpe-llama3", raw=dict(
    tensors=ENDS + layers(0, 2, *attention(), *mlp(), *LAYER_NORMS) + HEAD,
    config=dict(BASE, architectures=["Ministral3ForCausalLM"], model_type="ministral3", head_dim=16, hidden_act="silu",
                rms_norm_eps=1e-05, sliding_window=None, tie_word_embeddings=False, dtype="bfloat16",
                bos_token_id=500, eos_token_id=504,
                rope_parameters={"beta_fast": 32.0, "beta_slow": 1.0, "factor": 16.0, "llama_4_scaling_beta": 0.1,
                                 "mscale": 1.0, "mscale_all_dim": 1.0, "original_max_position_embeddings": 16384,
                                 "rope_theta": 1000000.0, "rope_type": "yarn", "type": "yarn"})))

fixture("lfm2moe", "Lfm2MoeForCausalLM", "bpe-qwen2", dtypes={"expert_bias": "F32"}, raw=dict(
    tensors=[("model.embed_tokens.weight", [512, 64]), ("model.embedding_norm.weight", [64])]
    + layers(0, 1, ("conv.conv.weight", [64, 1, 3]), ("conv.in_proj.weight", [192, 64]), ("conv.out_proj.weight", [64, 64]),
             ("feed_forward.w1.weight", [128, 64]), ("feed_forward.w2.weight", [64, 128]),
             ("feed_forward.w3.weight", [128, 64]), *norms("operator_norm", "ffn_norm"))
    + layers(1, 2, *attention(o="out_proj"), ("self_attn.q_layernorm.weight", [16]), ("self_attn.k_layernorm.weight", [16]),
             ("feed_forward.gate.weight", [4, 64]), ("feed_forward.expert_bias", [4]),
             *[(f"feed_forward.experts.{e}.{w}.weight", [64, 32] if w == "w2" else [32, 64]) for e in range(4)
               for w in ("w1", "w2", "w3")], *norms("operator_norm", "ffn_norm")),
    config=dict(BASE, architectures=["Lfm2MoeForCausalLM"], model_type="lfm2_moe", layer_types=["conv", "full_attention"],
                conv_L_cache=3, conv_bias=False, moe_intermediate_size=32, norm_eps=1e-05, norm_topk_prob=True,
                num_dense_layers=1, num_experts=4, num_experts_per_tok=2, routed_scaling_factor=1.0, use_expert_bias=True,
                rope_theta=1000000.0, tie_word_embeddings=True, dtype="bfloat16", bos_token_id=500, eos_token_id=502)))

SPARSE = ["linear_attention", "linear_attention", "linear_attention", "full_attention"]
LINEAR = [("linear_attn.A_log", [4]), ("linear_attn.conv1d.weight", [128, 1, 4]), ("linear_attn.dt_bias", [4]),
          ("linear_attn.in_proj_a.weight", [4, 64]), ("linear_attn.in_proj_b.weight", [4, 64]),
          ("linear_attn.in_proj_qkv.weight", [128, 64]), ("linear_attn.in_proj_z.weight", [64, 64]),
          ("linear_attn.norm.weight", [16]), ("linear_attn.out_proj.weight", [64, 64])]
GATED = attention(q=128, head=16)


def inner(tensors):
    return [(name.replace("model.", "model.language_model.", 1), shape) for name, shape in tensors]


fixture("qwen35", "Qwen3_5ForConditionalGeneration", "bpe-qwen2", shards=3, special={"linear_attn.norm": "n", "A_log": "b"},
        norm="z", raw=dict(
    tensors=inner(ENDS + layers(0, 3, *LINEAR, *mlp(), *LAYER_NORMS) + layers(3, 4, *GATED, *mlp(), *LAYER_NORMS))
    + [("model.visual.patch_embed.proj.bias", [16]), ("lm_head.weight", [512, 64]), ("mtp.fc.weight", [64, 128]),
       ("mtp.norm.weight", [64]), ("mtp.pre_fc_norm_embedding.weight", [64]), ("mtp.pre_fc_norm_hidden.weight", [64])]
    + [(name.replace("model.layers.9.", "mtp.layers.0."), shape)
       for name, shape in layers(9, 10, *GATED, *mlp(), *LAYER_NORMS)],
    config=dict(architectures=["Qwen3_5ForConditionalGeneration"], model_type="qwen3_5", tie_word_embeddings=False,
                vision_config={"model_type": "qwen3_5", "depth": 1, "hidden_size": 16},
                text_config=dict(BASE, model_type="qwen3_5_text", num_hidden_layers=4, head_dim=16, layer_types=SPARSE,
                                 attn_output_gate=True, full_attention_interval=4, hidden_act="silu",
                                 linear_conv_kernel_dim=4, linear_key_head_dim=16, linear_num_key_heads=2,
                                 linear_num_value_heads=4, linear_value_head_dim=16, mtp_num_hidden_layers=1,
                                 rms_norm_eps=1e-06, dtype="bfloat16", eos_token_id=500, tie_word_embeddings=False,
                                 rope_parameters={"mrope_interleaved": True, "mrope_section": [1, 1, 0],
                                                  "partial_rotary_factor": 0.25, "rope_theta": 10000000,
                                                  "rope_type": "default"}))))

# A fine-tune that names the layer for further tokens and does not have it, and as many heads of keys as of values.
fixture("qwen35-bare", "Qwen3_5ForCausalLM", "bpe-qwen2", special={"linear_attn.norm": "n", "A_log": "b"}, norm="z", raw=dict(
    tensors=ENDS + layers(0, 1, *[(name, [96, *shape[1:]] if shape[0] == 128 else shape) for name, shape in [
        ("linear_attn.A_log", [2]), ("linear_attn.conv1d.weight", [128, 1, 4]), ("linear_attn.dt_bias", [2]),
        ("linear_attn.in_proj_a.weight", [2, 64]), ("linear_attn.in_proj_b.weight", [2, 64]),
        ("linear_attn.in_proj_qkv.weight", [128, 64]), ("linear_attn.in_proj_z.weight", [32, 64]),
        ("linear_attn.norm.weight", [16]), ("linear_attn.out_proj.weight", [64, 32])]], *mlp(), *LAYER_NORMS)
    + layers(1, 2, *GATED, *mlp(), *LAYER_NORMS),
    config=dict(BASE, architectures=["Qwen3_5ForCausalLM"], model_type="qwen3_5_text", head_dim=16,
                layer_types=["linear_attention", "full_attention"], full_attention_interval=2, hidden_act="silu",
                linear_conv_kernel_dim=4, linear_key_head_dim=16, linear_num_key_heads=2, linear_num_value_heads=2,
                linear_value_head_dim=16, mtp_num_hidden_layers=1, rms_norm_eps=1e-06, dtype="bfloat16", eos_token_id=502,
                tie_word_embeddings=True, rope_parameters={"partial_rotary_factor": 0.25, "rope_theta": 10000000,
                                                           "rope_type": "default"})))

SHARED = [("mlp.gate.weight", [4, 64]), ("mlp.shared_expert_gate.weight", [1, 64]),
          ("mlp.shared_expert.gate_proj.weight", [48, 64]), ("mlp.shared_expert.up_proj.weight", [48, 64]),
          ("mlp.shared_expert.down_proj.weight", [64, 48])]
FUSED = [("mlp.experts.gate_up_proj", [4, 64, 64]), ("mlp.experts.down_proj", [4, 64, 32])]
EXPERTS = [(f"mlp.experts.{e}.{part}_proj.weight", [64, 32] if part == "down" else [32, 64]) for e in range(4)
           for part in ("gate", "up", "down")]
fixture("qwen35moe", "Qwen3_5MoeForConditionalGeneration", "bpe-qwen2", norm="z",
        special={"linear_attn.norm": "n", "A_log": "b", "experts": "w"}, raw=dict(
    tensors=inner(ENDS + layers(0, 1, *LINEAR, *SHARED, *FUSED, *LAYER_NORMS)
                  + layers(1, 2, *GATED, *SHARED, *FUSED, *LAYER_NORMS))
    + [("model.visual.patch_embed.proj.bias", [16]), ("lm_head.weight", [512, 64]), ("mtp.fc.weight", [64, 128]),
       ("mtp.norm.weight", [64]), ("mtp.pre_fc_norm_embedding.weight", [64]), ("mtp.pre_fc_norm_hidden.weight", [64])]
    + [(name.replace("model.layers.9.", "mtp.layers.0."), shape)
       for name, shape in layers(9, 10, *GATED, *SHARED, *EXPERTS, *LAYER_NORMS)],
    config=dict(architectures=["Qwen3_5MoeForConditionalGeneration"], model_type="qwen3_5_moe", tie_word_embeddings=False,
                vision_config={"model_type": "qwen3_5_moe", "depth": 1, "hidden_size": 16},
                text_config=dict({key: value for key, value in BASE.items() if key != "intermediate_size"},
                                 model_type="qwen3_5_moe_text", head_dim=16, full_attention_interval=2,
                                 layer_types=["linear_attention", "full_attention"], hidden_act="silu",
                                 linear_conv_kernel_dim=4, linear_key_head_dim=16, linear_num_key_heads=2,
                                 linear_num_value_heads=4, linear_value_head_dim=16, moe_intermediate_size=32,
                                 shared_expert_intermediate_size=48, num_experts=4, num_experts_per_tok=2,
                                 rms_norm_eps=1e-06, dtype="bfloat16", eos_token_id=502, tie_word_embeddings=False,
                                 rope_parameters={"mrope_interleaved": True, "mrope_section": [1, 1, 0],
                                                  "partial_rotary_factor": 0.25, "rope_theta": 10000000,
                                                  "rope_type": "default"}))))

fixture("qwen35moe-text", "Qwen3_5MoeForCausalLM", "bpe-qwen2", norm="z", special={"experts": "w"}, raw=dict(
    tensors=ENDS + layers(0, 1, *GATED, *SHARED, *FUSED, *LAYER_NORMS)
    + [("mtp.fc.weight", [64, 128]), ("mtp.norm.weight", [64]), ("mtp.pre_fc_norm_embedding.weight", [64]),
       ("mtp.pre_fc_norm_hidden.weight", [64])]
    + [(name.replace("model.layers.9.", "mtp.layers.0."), shape)
       for name, shape in layers(9, 10, *GATED, *SHARED, *FUSED, *LAYER_NORMS)],
    config=dict(BASE, architectures=["Qwen3_5MoeForCausalLM"], model_type="qwen3_5_moe_text", num_hidden_layers=1, head_dim=16,
                layer_types=["full_attention"], full_attention_interval=1, hidden_act="silu", linear_conv_kernel_dim=4,
                linear_key_head_dim=16, linear_num_key_heads=2, linear_num_value_heads=4, linear_value_head_dim=16,
                moe_intermediate_size=32, shared_expert_intermediate_size=48, num_experts=4, num_experts_per_tok=2,
                mtp_num_hidden_layers=1, rms_norm_eps=1e-06, dtype="bfloat16", eos_token_id=502, tie_word_embeddings=True,
                rope_parameters={"partial_rotary_factor": 0.25, "rope_theta": 10000000, "rope_type": "default"})))

# DeepSeek: queries that are projected at once and a stretched context; a layer for further tokens, which is dropped.
LATENT = [("self_attn.kv_a_proj_with_mqa.weight", [40, 64]), ("self_attn.kv_a_layernorm.weight", [32]),
          ("self_attn.kv_b_proj.weight", [128, 32]), ("self_attn.o_proj.weight", [64, 64])]
SHARED_EXPERTS = [("mlp.gate.weight", [4, 64]), ("mlp.shared_experts.gate_proj.weight", [32, 64]),
                  ("mlp.shared_experts.up_proj.weight", [32, 64]), ("mlp.shared_experts.down_proj.weight", [64, 32])]
DEEPSEEK = dict(BASE, num_key_value_heads=4, moe_intermediate_size=32, n_routed_experts=4, n_shared_experts=1,
                num_experts_per_tok=2, first_k_dense_replace=1, kv_lora_rank=32, qk_nope_head_dim=16, qk_rope_head_dim=8,
                v_head_dim=16, n_group=1, topk_group=1, hidden_act="silu", rms_norm_eps=1e-06, rope_theta=10000,
                tie_word_embeddings=False, norm_topk_prob=False, dtype="bfloat16", **LLAMA3_IDS)
fixture("deepseek2-lite", "DeepseekV2ForCausalLM", "bpe-llama3", raw=dict(
    tensors=ENDS + HEAD + layers(0, 1, ("self_attn.q_proj.weight", [96, 64]), *LATENT, *mlp(), *LAYER_NORMS)
    + layers(1, 2, ("self_attn.q_proj.weight", [96, 64]), *LATENT, *SHARED_EXPERTS, *EXPERTS, *LAYER_NORMS),
    config=dict(DEEPSEEK, architectures=["DeepseekV2ForCausalLM"], model_type="deepseek_v2", q_lora_rank=None,
                scoring_func="softmax", topk_method="greedy", rope_scaling={
                    "beta_fast": 32, "beta_slow": 1, "factor": 40, "mscale": 0.707, "mscale_all_dim": 0.707,
                    "original_max_position_embeddings": 64, "type": "yarn"})))
fixture("deepseek3-mtp", "DeepseekV3ForCausalLM", "bpe-llama3", dtypes={"e_score_correction_bias": "F32"}, raw=dict(
    tensors=ENDS + HEAD + layers(0, 2, ("self_attn.q_a_proj.weight", [32, 64]), ("self_attn.q_a_layernorm.weight", [32]),
                                 ("self_attn.q_b_proj.weight", [96, 32]), *LATENT, *SHARED_EXPERTS,
                                 ("mlp.gate.e_score_correction_bias", [4]), *EXPERTS, *LAYER_NORMS)
    + layers(1, 2, ("embed_tokens.weight", [512, 64]), ("enorm.weight", [64]), ("hnorm.weight", [64]),
             ("eh_proj.weight", [64, 128]), ("shared_head.norm.weight", [64]), ("shared_head.head.weight", [512, 64])),
    config=dict(DEEPSEEK, architectures=["DeepseekV3ForCausalLM"], model_type="deepseek_v3", num_hidden_layers=1,
                first_k_dense_replace=0, num_nextn_predict_layers=1, q_lora_rank=32, scoring_func="sigmoid",
                tie_word_embeddings=True, norm_topk_prob=True, topk_method="noaux_tc")))

GEMMA4_NORMS = norms("input_layernorm", "post_attention_layernorm", "pre_feedforward_layernorm",
                     "post_feedforward_layernorm", "post_per_layer_input_norm")
GEMMA4 = [("layer_scalar", [1]), ("per_layer_input_gate.weight", [8, 64]), ("per_layer_projection.weight", [64, 8]),
          *GEMMA4_NORMS]
GEMMA4_TYPES = ["sliding_attention"] * 3 + ["full_attention", "sliding_attention", "full_attention"]
fixture("gemma4", "Gemma4ForCausalLM", "hf-gemma", raw=dict(
    tensors=ENDS + [("model.embed_tokens_per_layer.weight", [512, 48]), ("model.per_layer_model_projection.weight", [48, 64]),
                    ("model.per_layer_projection_norm.weight", [8])]
    + layers(0, 3, *attention(head=16), *mlp(), *GEMMA4) + layers(3, 4, *attention(128, 64, 128, 32), *mlp(), *GEMMA4)
    + layers(4, 5, *attention(head=16), *mlp(256), *GEMMA4)
    + layers(5, 6, *attention(128, 64, 128, 32), *mlp(256), *GEMMA4),
    config=dict(BASE, architectures=["Gemma4ForCausalLM"], model_type="gemma4_text", num_hidden_layers=6, head_dim=16,
                global_head_dim=32, layer_types=GEMMA4_TYPES, sliding_window=16,
                hidden_size_per_layer_input=8, vocab_size_per_layer_input=512, num_kv_shared_layers=2,
                num_global_key_value_heads=None, use_double_wide_mlp=True, enable_moe_block=False, num_experts=None,
                moe_intermediate_size=None, attention_k_eq_v=False, final_logit_softcapping=30.0, rms_norm_eps=1e-06,
                hidden_activation="gelu_pytorch_tanh", tie_word_embeddings=True, dtype="bfloat16", **GEMMA_IDS,
                rope_parameters={"full_attention": {"partial_rotary_factor": 0.25, "rope_theta": 1000000.0,
                                                    "rope_type": "proportional"},
                                 "sliding_attention": {"rope_theta": 10000.0, "rope_type": "default"}})))

fixture("gptoss-mxfp4", "GptOssForCausalLM", "bpe-qwen2", dtypes={"_blocks": "U8", "_scales": "U8"},
        special={"_blocks": "u", "_scales": "s"}, raw=dict(
    tensors=ENDS + layers(0, 2, *attention(), ("self_attn.q_proj.bias", [64]), ("self_attn.k_proj.bias", [32]),
                          ("self_attn.v_proj.bias", [32]), ("self_attn.o_proj.bias", [64]), ("self_attn.sinks", [4]),
                          ("mlp.router.weight", [4, 64]), ("mlp.router.bias", [4]),
                          ("mlp.experts.gate_up_proj_blocks", [4, 128, 2, 16]),
                          ("mlp.experts.gate_up_proj_scales", [4, 128, 2]), ("mlp.experts.gate_up_proj_bias", [4, 128]),
                          ("mlp.experts.down_proj_blocks", [4, 64, 2, 16]), ("mlp.experts.down_proj_scales", [4, 64, 2]),
                          ("mlp.experts.down_proj_bias", [4, 64]), *LAYER_NORMS) + HEAD,
    config=dict(BASE, architectures=["GptOssForCausalLM"], model_type="gpt_oss", intermediate_size=64, head_dim=16,
                hidden_act="silu", attention_bias=True, layer_types=["sliding_attention", "full_attention"],
                num_local_experts=4, num_experts_per_tok=2, experts_per_token=2, sliding_window=16, rms_norm_eps=1e-05,
                rope_theta=150000, swiglu_limit=7.0, tie_word_embeddings=False, dtype="bfloat16", **QWEN_IDS,
                rope_scaling={"beta_fast": 32.0, "beta_slow": 1.0, "factor": 32.0,
                              "original_max_position_embeddings": 4096, "rope_type": "yarn", "truncate": False},
                quantization_config={"modules_to_not_convert": ["model.layers.*.self_attn", "model.layers.*.mlp.router",
                                                                "model.embed_tokens", "lm_head"],
                                     "quant_method": "mxfp4"})))

# Weights that are quantized already. The blocks of 48 leave a rest.
QWEN3 = dict(BASE, architectures=["Qwen3ForCausalLM"], model_type="qwen3", head_dim=16, hidden_act="silu",
             rms_norm_eps=1e-06, rope_theta=1000000.0, tie_word_embeddings=True, **QWEN_IDS)
PARTS = [part for part in attention(head=16) + mlp() if "norm" not in part[0]]
QWEN3_NORMS = [("self_attn.q_norm.weight", [16]), ("self_attn.k_norm.weight", [16]), *LAYER_NORMS]
fixture("qwen3-fp8", "Qwen3ForCausalLM", "bpe-qwen2", special={"_scale_inv": "r", "_proj": "f"},
        dtypes={"_scale_inv": "BF16", "_proj": "F8_E4M3"}, outtypes=("f16", "f32"), raw=dict(
    tensors=ENDS + layers(0, 2, *PARTS, *QWEN3_NORMS,
                          *[(name + "_scale_inv", [-(-rows // 48), -(-columns // 48)]) for name, (rows, columns) in PARTS]),
    config=dict(QWEN3, dtype="bfloat16", quantization_config={
        "activation_scheme": "dynamic", "fmt": "e4m3", "quant_method": "fp8", "weight_block_size": [48, 48]})))
fixture("qwen3-gptq", "Qwen3ForCausalLM", "bpe-qwen2", dtype="F16", outtypes=("f16", "f32"),
        special={".qweight": "i", ".qzeros": "i", ".scales": "q", ".g_idx": "g"},
        dtypes={".qweight": "I32", ".qzeros": "I32", ".g_idx": "I32"}, raw=dict(
    tensors=ENDS + layers(0, 2, *QWEN3_NORMS, *[
        (name.replace("weight", kind), shape) for name, (rows, columns) in PARTS for kind, shape in (
            ("g_idx", [columns]), ("qweight", [columns // 8, rows]), ("qzeros", [columns // 32, rows // 8]),
            ("scales", [columns // 32, rows]))]),
    config=dict(QWEN3, dtype="float16", quantization_config={
        "bits": 4, "checkpoint_format": "gptq", "desc_act": False, "group_size": 32, "quant_method": "gptq", "sym": True})))

# Encoders whose classes only come with their checkpoints.
def blocks(prefix, first, last, *parts):
    return [(f"{prefix}.{i}.{name}", shape) for i in range(first, last) for name, shape in parts]


def linear(name, rows, columns):
    return [(name + ".weight", [rows, columns]), (name + ".bias", [rows])]


def normed(*names, width=64):
    return [(f"{name}.{end}", [width]) for name in names for end in ("weight", "bias")]


BERT = [("embeddings.word_embeddings.weight", [500, 64]), ("embeddings.token_type_embeddings.weight", [2, 64])]
SELF = [part for name in ("self.query", "self.key", "self.value", "output.dense") for part in linear("attention." + name, 64, 64)]
# As checkpoints of the first days have it.
fixture("bert-old", "BertForMaskedLM", "wordpiece", special={".gamma": "n"}, raw=dict(
    tensors=[("bert." + name, shape) for name, shape in BERT + [("embeddings.position_embeddings.weight", [64, 64]),
             ("embeddings.LayerNorm.gamma", [64]), ("embeddings.LayerNorm.beta", [64])]
             + blocks("encoder.layer", 0, 1, *SELF, *linear("intermediate.dense", 128, 64), *linear("output.dense", 64, 128),
                      *[(f"{name}.LayerNorm.{end}", [64]) for name in ("attention.output", "output") for end in ("gamma", "beta")])
             + linear("pooler.dense", 64, 64)]
    + linear("cls.predictions.transform.dense", 64, 64) + [("cls.predictions.bias", [500]), ("cls.seq_relationship.bias", [2]),
                                                           ("cls.seq_relationship.weight", [2, 64])],
    config=dict(architectures=["BertForMaskedLM"], model_type="bert", hidden_size=64, intermediate_size=128, num_hidden_layers=1,
                num_attention_heads=4, max_position_embeddings=64, vocab_size=500)))
NOMIC = dict(architectures=["NomicBertModel"], model_type="nomic_bert", attn_pdrop=0.0, causal=False, dense_seq_output=True,
             embd_pdrop=0.0, fused_bias_fc=True, fused_dropout_add_ln=True, initializer_range=0.02, n_head=4, n_layer=2,
             max_trained_positions=2048, parallel_block=False, parallel_block_tied_norm=False, prenorm=False,
             reorder_and_upcast_attn=False, resid_pdrop=0.0, rotary_emb_fraction=1.0, rotary_emb_interleaved=False,
             rotary_emb_scale_base=None, rotary_scaling_factor=None, scale_attn_by_inverse_layer_idx=False,
             scale_attn_weights=True, use_cache=True, use_flash_attn=True, use_xentropy=True,
             auto_map={"AutoConfig": "nomic-ai/nomic-bert-2048--configuration_hf_nomic_bert.NomicBertConfig",
                       "AutoModel": "nomic-ai/nomic-bert-2048--modeling_hf_nomic_bert.NomicBertModel"})
fixture("nomic-bert", "NomicBertModel", "wordpiece", outtypes=("f16", "q8_0"), files={"modules.json": MODULES,
        "1_Pooling/config.json": POOLING_MEAN}, raw=dict(
    tensors=BERT + normed("emb_ln") + blocks("encoder.layers", 0, 2, ("attn.Wqkv.weight", [192, 64]),
                                             ("attn.out_proj.weight", [64, 64]), ("mlp.fc11.weight", [128, 64]),
                                             ("mlp.fc12.weight", [128, 64]), ("mlp.fc2.weight", [64, 128]),
                                             *normed("norm1", "norm2")),
    config=dict(NOMIC, activation_function="swiglu", layer_norm_epsilon=1e-12, mlp_fc1_bias=False, mlp_fc2_bias=False,
                qkv_proj_bias=False, n_embd=64, n_inner=128, n_positions=8192, rotary_emb_base=1000, type_vocab_size=2,
                use_rms_norm=False, vocab_size=500)))
# The number of the mask is a fixed one, so the vocabulary has the size that it was published with.
MOE = ([("embeddings.word_embeddings.weight", [250048, 16]), ("embeddings.token_type_embeddings.weight", [1, 16])]
       + normed("emb_ln", width=16)
       + blocks("encoder.layers", 0, 2, *linear("attn.Wqkv", 48, 16), *linear("attn.out_proj", 16, 16),
                *normed("norm1", "norm2", width=16))
       + blocks("encoder.layers", 0, 1, *linear("mlp.fc1", 32, 16), *linear("mlp.fc2", 16, 32))
       + blocks("encoder.layers", 1, 2, ("mlp.experts.bias", [16]), ("mlp.experts.mlp.w1", [128, 16]),
                ("mlp.experts.mlp.w2", [128, 16]), ("mlp.router.layer.weight", [4, 16])))
for name, tokenizer in (("nomic-bert-moe", "hf-unigram+unigram"), ("nomic-bert-moe-hf", "hf-unigram")):
    fixture(name, "NomicBertModel", tokenizer, raw=dict(
        tensors=MOE,
        config=dict(NOMIC, activation_function="gelu", expert_choice_router=False, ffn_div=1, layer_norm_epsilon=1e-05,
                    mlp_fc1_bias=True, mlp_fc2_bias=True, moe_every_n_layers=2, moe_impl="megablocks",
                    moe_normalize_expert_weights=False, moe_resid_pdrop=0.0, moe_top_k=2, num_experts=4, num_shared_experts=0,
                    n_embd=16, n_inner=32, n_positions=2048, pad_token_id=1, qkv_proj_bias=True, rotary_emb_base=10000,
                    router_aux_loss_coef=0.1, type_vocab_size=1, use_rms_norm=None, vocab_size=250048)))

JINA = dict(attention_probs_dropout_prob=0.0, classifier_dropout=None, emb_pooler="mean", feed_forward_type="geglu",
            gradient_checkpointing=False, hidden_act="gelu", hidden_dropout_prob=0.1, hidden_size=64, initializer_range=0.02,
            intermediate_size=128, layer_norm_eps=1e-12, max_position_embeddings=8192, model_max_length=8192,
            model_type="bert", num_attention_heads=4, num_hidden_layers=2, pad_token_id=0, position_embedding_type="alibi",
            type_vocab_size=2, use_cache=True, auto_map={
                "AutoConfig": "jinaai/jina-bert-implementation--configuration_bert.JinaBertConfig",
                "AutoModel": "jinaai/jina-bert-implementation--modeling_bert.JinaBertModel"})
fixture("jina-bert-v2", "JinaBertForMaskedLM", "wordpiece", dtype="F16", files={"modules.json": MODULES,
        "1_Pooling/config.json": POOLING_MEAN}, raw=dict(
    tensors=BERT + normed("embeddings.LayerNorm") + blocks(
        "encoder.layer", 0, 2, *SELF, *normed("attention.output.LayerNorm", "mlp.layernorm"),
        ("mlp.gated_layers.weight", [256, 64]), *linear("mlp.wo", 64, 128)) + linear("pooler.dense", 64, 64),
    config=dict(JINA, architectures=["JinaBertForMaskedLM"], vocab_size=500)))
CODE = ([("embeddings.word_embeddings.weight", [512, 64]), BERT[1]] + normed("embeddings.LayerNorm") + blocks(
    "encoder.layer", 0, 2, *SELF, *normed("attention.output.LayerNorm", "attention.self.layer_norm_k",
                                          "attention.self.layer_norm_q", "layer_norm_1", "layer_norm_2"),
    *linear("mlp.down_layer", 64, 128), ("mlp.up_gated_layer.weight", [256, 64])) + linear("pooler.dense", 64, 64))
for name, tokenizer in (("jina-bert-v2-code", "bpe-roberta"), ("jina-bert-v2-zh", "bpe-whitespace")):
    fixture(name, "JinaBertModel", tokenizer, raw=dict(
        tensors=CODE, config=dict(JINA, architectures=["JinaBertModel"], vocab_size=512)))

LORA = ["retrieval.query", "text-matching"]


def with_lora(name, rows, columns, embedding=False):
    name += ".parametrizations.weight"
    a, b = ([rows, 4], [4, columns]) if embedding else ([4, columns], [rows, 4])
    return [(name + ".original", [rows, columns]), (name + ".0.lora_A", [len(LORA), *a]), (name + ".0.lora_B", [len(LORA), *b])]


fixture("jina-bert-v3", "XLMRobertaModel", "hf-unigram", files={"modules.json": MODULES,
        "1_Pooling/config.json": POOLING_MEAN}, raw=dict(
    tensors=[("roberta." + name, shape) for name, shape in
             with_lora("embeddings.word_embeddings", 512, 64, True) + with_lora("embeddings.token_type_embeddings", 1, 64, True)
             + normed("emb_ln") + blocks(
                 "encoder.layers", 0, 2, *with_lora("mixer.Wqkv", 192, 64), ("mixer.Wqkv.bias", [192]),
                 *with_lora("mixer.out_proj", 64, 64), ("mixer.out_proj.bias", [64]), *with_lora("mlp.fc1", 128, 64),
                 ("mlp.fc1.bias", [128]), *with_lora("mlp.fc2", 64, 128), ("mlp.fc2.bias", [64]), *normed("norm1", "norm2"))
             + with_lora("pooler.dense", 64, 64) + [("pooler.dense.bias", [64])]],
    config=dict(architectures=["XLMRobertaModel"], model_type="xlm-roberta", attention_probs_dropout_prob=0.1, bos_token_id=0,
                classifier_dropout=None, emb_pooler=None, eos_token_id=2, hidden_act="gelu", hidden_dropout_prob=0.1,
                hidden_size=64, initializer_range=0.02, intermediate_size=128, layer_norm_eps=1e-05, load_trained_adapters=True,
                lora_adaptations=LORA, lora_alpha=1, lora_dropout_p=0.0, lora_main_params_trainable=False, lora_rank=4,
                max_position_embeddings=8194, num_attention_heads=4, num_hidden_layers=2, output_past=True, pad_token_id=1,
                position_embedding_type="rotary", rotary_emb_base=20000.0, truncate_dim=None, type_vocab_size=1,
                use_cache=True, use_flash_attn=True, vocab_size=512,
                task_instructions={"retrieval.query": "Represent the query for retrieving evidence documents: ",
                                   "text-matching": ""},
                auto_map={"AutoConfig": "jinaai/xlm-roberta-flash-implementation--configuration_xlm_roberta.XLMRobertaFlashConfig",
                          "AutoModel": "jinaai/xlm-roberta-flash-implementation--modeling_lora.XLMRobertaLoRA"})))
NEO = [("qkv.weight", [192, 64]), ("wo.weight", [64, 64]), ("ffn.w12.weight", [256, 64]), ("ffn.w3.weight", [64, 128]),
       *norms("attention_norm", "ffn_norm")]
fixture("neobert", "NeoBERT", "wordpiece", raw=dict(
    tensors=[("model." + name, shape) for name, shape in [("encoder.weight", [500, 64]), ("layer_norm.weight", [64])]
             + blocks("transformer_encoder", 0, 2, *NEO)] + linear("decoder", 500, 64),
    config=dict(architectures=["NeoBERT"], model_type="neobert", classifier_init_range=0.02, decoder_init_range=0.02, dim_head=16,
                embedding_init_range=0.02, hidden_size=64, intermediate_size=192, kwargs={}, max_length=64, norm_eps=1e-05,
                num_attention_heads=4, num_hidden_layers=2, pad_token_id=0, vocab_size=500)))
fixture("eurobert", "EuroBertModel", "bpe-llama3", raw=dict(
    tensors=ENDS + layers(0, 2, *attention(kv=64), *mlp(), *LAYER_NORMS),
    config=dict(BASE, architectures=["EuroBertModel"], model_type="eurobert", attention_bias=False, attention_dropout=0.0,
                bos_token="<|begin_of_text|>", bos_token_id=500, classifier_pooling="late", eos_token="<|end_of_text|>",
                eos_token_id=501, head_dim=16, hidden_act="silu", hidden_dropout=0.0, initializer_range=0.02,
                mask_token="<|mask|>", mlp_bias=False, num_key_value_heads=4, pad_token="<|end_of_text|>", pretraining_tp=1,
                rms_norm_eps=1e-05, rope_scaling=None, rope_theta=250000, tie_word_embeddings=False, use_cache=False)))



def quantized(fixture_name, method, kinds, classes, dtypes, plain=(), architecture="Qwen3ForCausalLM", config=QWEN3, parts=PARTS,
              others=tuple(QWEN3_NORMS), dtype="BF16", outtypes=("f16", "f32"), **more):
    """A model whose matrices are of the tensors that kinds makes of their rows and columns, by the ends of their names."""
    tensors = ENDS + layers(0, 2, *others, *plain, *[
        (name.removesuffix("weight") + end, shape) for name, (rows, columns) in parts
        for end, shape in kinds(rows, columns).items()])
    fixture(fixture_name, architecture, "bpe-llama3" if architecture.startswith("Llama") else "bpe-qwen2", dtype=dtype,
            special=classes, dtypes=dtypes, outtypes=outtypes, raw=dict(tensors=tensors, config=dict(
                config, architectures=[architecture], dtype={"BF16": "bfloat16", "F16": "float16"}[dtype],
                **({"quantization_config": method} if method else {}))), **more)


def ceiling(extent, size):
    return -(-extent // size)


LLAMA = dict(BASE, model_type="llama", head_dim=16, hidden_act="silu", rms_norm_eps=1e-06, rope_theta=10000.0,
             tie_word_embeddings=True, **LLAMA3_IDS)
SHAPES = {f"{rows}x{columns}": [[rows, columns]] for _, (rows, columns) in PARTS}
SHAPE_OF = {name.removesuffix("weight") + "weight_shape": f"{rows}x{columns}" for name, (rows, columns) in PARTS}

quantized("qwen3-fp8-tensor", {"activation_scheme": "static", "quant_method": "fp8", "weight_block_size": None},
          lambda rows, columns: {"weight": [rows, columns], "weight_scale_inv": [], "activation_scale": []},
          {"_scale": "r", "_proj": "f"}, {"_scale": "BF16", "_proj": "F8_E4M3"})


# GPTQ in the second format, its groups in no order; in eight bits; in three bits, which cross the words' ends.
def gptq(bits, size):
    return lambda rows, columns: {"g_idx": [columns], "qweight": [columns * bits // 32, rows], "scales": [columns // size, rows],
                                  "qzeros": [columns // size, rows * bits // 32]}


GPTQ_CLASSES = {".qweight": "i", ".qzeros": "i", ".scales": "q"}
GPTQ_TYPES = {".qweight": "I32", ".qzeros": "I32", ".g_idx": "I32"}
quantized("qwen3-gptq-2", {"bits": 2, "checkpoint_format": "gptq_v2", "desc_act": True, "group_size": 16, "quant_method": "gptq"},
          gptq(2, 16), {**GPTQ_CLASSES, ".g_idx": "any"}, GPTQ_TYPES, dtype="F16")
quantized("qwen3-gptq-8", {"bits": 8, "desc_act": False, "group_size": 32, "quant_method": "gptq"},
          gptq(8, 32), {**GPTQ_CLASSES, ".g_idx": "g"}, GPTQ_TYPES, dtype="F16")


def without(tensors, marks):
    return {name: tensor for name, tensor in tensors.items() if not any(mark in name for mark in marks)}


def groups_of(tensors, mark):
    for name in tensors:
        if name.endswith(mark):
            stem = name.removesuffix(mark)
            yield stem, {other.removeprefix(stem): tensor for other, tensor in tensors.items() if other.startswith(stem)}


def bits_of(words, bits):
    """The codes of each column, whose bits lie one behind the other."""
    columns = []
    for column in words.T.tolist():
        whole = sum((word & 0xFFFFFFFF) << (32 * i) for i, word in enumerate(column))
        columns.append([(whole >> (bits * i)) & ((1 << bits) - 1) for i in range(32 * len(column) // bits)])
    return torch.tensor(columns).T


def dequantize_gptq3(tensors):
    result = without(tensors, [*GPTQ_CLASSES, ".g_idx"])
    for stem, parts in groups_of(tensors, ".qweight"):
        codes, zeros, scales = bits_of(parts[".qweight"], 3), bits_of(parts[".qzeros"].T, 3).T + 1, parts[".scales"].float()
        rows = [scales[g] * (row - zeros[g]) for row, g in zip(codes, parts[".g_idx"].tolist())]
        result[stem + ".weight"] = torch.stack(rows).T.contiguous()
    return result


def dequantize_awq(tensors):
    def unpacked(words):
        codes = torch.empty(words.shape[0], 8 * words.shape[1], dtype=torch.int64)
        for nibble, column in enumerate((0, 2, 4, 6, 1, 3, 5, 7)):
            codes[:, column::8] = (words.to(torch.int64) >> (4 * nibble)) & 15
        return codes

    result = without(tensors, GPTQ_CLASSES)
    for stem, parts in groups_of(tensors, ".qweight"):
        codes, zeros = unpacked(parts[".qweight"]), unpacked(parts[".qzeros"])
        rows = [(row - zeros[i // 32]) * parts[".scales"][i // 32].float() for i, row in enumerate(codes)]
        result[stem + ".weight"] = torch.stack(rows).T.contiguous()
    return result


quantized("qwen3-awq", {"bits": 4, "group_size": 32, "quant_method": "awq", "version": "gemm", "zero_point": True},
          lambda rows, columns: {"qweight": [columns, rows // 8], "qzeros": [columns // 32, rows // 8],
                                 "scales": [columns // 32, rows]},
          GPTQ_CLASSES, GPTQ_TYPES, dtype="F16", dequantize=dequantize_awq)
# The converter puts GPTQ's weights behind all others.
quantized("qwen3-gptq-3", {"bits": 3, "desc_act": False, "group_size": 32, "quant_method": "gptq"}, gptq(3, 32),
          {**GPTQ_CLASSES, ".g_idx": "g"}, GPTQ_TYPES, dtype="F16", dequantize=dequantize_gptq3, behind=True)

# bitsandbytes: codes that point into a table, the scales of their blocks codes themselves; and rows of integers.
NF4 = [-1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635, -0.18477343022823334,
       -0.09105003625154495, 0.0, 0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224,
       0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1.0]
NOTES = {f"{rows}x{columns}": json.dumps({
    "quant_type": "nf4", "blocksize": 64, "dtype": "bfloat16", "shape": [rows, columns], "nested_blocksize": 24,
    "nested_dtype": "float32", "nested_offset": 0.0312}).encode() for _, (rows, columns) in PARTS}


def dequantize_bnb4(tensors):
    def looked_up(codes, table, largest, size):
        return table[codes.long()] * largest.repeat_interleave(size)[:len(codes)]

    result = without(tensors, [".weight.", "_proj"])
    for stem, parts in groups_of(tensors, ".absmax"):
        note = json.loads(bytes(parts[".quant_state.bitsandbytes__nf4"].tolist()))
        largest = looked_up(parts[".absmax"], parts[".nested_quant_map"], parts[".nested_absmax"], note["nested_blocksize"])
        largest = largest + torch.tensor(note["nested_offset"], dtype=torch.float32)
        packed = parts[""].flatten()
        codes = torch.stack((packed >> 4, packed & 15), dim=1).flatten()
        result[stem] = looked_up(codes, parts[".quant_map"], largest, note["blocksize"]).reshape(note["shape"])
    return result


def dequantize_bnb8(tensors):
    result = without(tensors, [".SCB", "_proj"])
    for stem, parts in groups_of(tensors, ".SCB"):
        result[stem + ".weight"] = parts[".weight"] * parts[".SCB"].view(-1, 1) * 7.874015718698502e-3
    return result


quantized("qwen3-bnb4", {"bnb_4bit_quant_type": "nf4", "bnb_4bit_use_double_quant": True, "load_in_4bit": True,
                         "quant_method": "bitsandbytes"},
          lambda rows, columns: {
              "weight": [rows * columns // 2, 1], "weight.absmax": [rows * columns // 64], "weight.quant_map": [16],
              "weight.nested_absmax": [ceiling(rows * columns // 64, 24)], "weight.nested_quant_map": [256],
              "weight.quant_state.bitsandbytes__nf4": [len(NOTES[f"{rows}x{columns}"])]},
          {**{name.replace("_shape", ".quant_state"): "note" + shape for name, shape in SHAPE_OF.items()},
           ".absmax": "u", ".nested_absmax": "q", ".nested_quant_map": "w", ".quant_map": "nf4", "_proj": "u"},
          {"quant_state": "U8", ".absmax": "U8", ".nested_absmax": "F32", "_map": "F32", "_proj": "U8"},
          dequantize=dequantize_bnb4)
quantized("qwen3-bnb8", {"load_in_8bit": True, "quant_method": "bitsandbytes"},
          lambda rows, columns: {"weight": [rows, columns], "SCB": [rows], "weight_format": []},
          {".SCB": "r", "weight_format": "zero", "_proj": "j"}, {".SCB": "F32", "weight_format": "U8", "_proj": "I8"},
          dequantize=dequantize_bnb8)

# compressed-tensors.


def compressed(format, **weights):
    return {"config_groups": {"group_0": {"input_activations": None, "targets": ["Linear"], "weights": weights}},
            "format": format, "ignore": ["lm_head"], "quant_method": "compressed-tensors"}


quantized("qwen3-ct-float", compressed("float-quantized", num_bits=8, strategy="channel", type="float"),
          lambda rows, columns: {"weight": [rows, columns], "weight_scale": [rows, 1]},
          {"_scale": "r", "_proj": "f"}, {"_scale": "BF16", "_proj": "F8_E4M3"})
quantized("qwen3-ct-block",
          compressed("float-quantized", num_bits=8, strategy="block", type="float", block_structure=[48, 48]),
          lambda rows, columns: {"weight": [rows, columns], "weight_scale": [ceiling(rows, 48), ceiling(columns, 48)]},
          {"_scale": "r", "_proj": "f"}, {"_scale": "BF16", "_proj": "F8_E4M3"})
quantized("qwen3-ct-int", compressed("int-quantized", num_bits=8, strategy="channel", type="int"),
          lambda rows, columns: {"weight": [rows, columns], "weight_scale": [rows, 1]},
          {"_scale": "q", "_proj": "j"}, {"_scale": "BF16", "_proj": "I8"})
quantized("qwen3-ct-packed", compressed("pack-quantized", num_bits=4, strategy="group", type="int", group_size=32),
          lambda rows, columns: {"weight_packed": [rows, columns // 8], "weight_scale": [rows, columns // 32], "weight_shape": [2]},
          {**SHAPE_OF, "_packed": "i", "_scale": "q"}, {"_packed": "I32", "_shape": "I64", "_scale": "BF16"})
# Three bits leave two of a word unused.
quantized("qwen3-ct-zeros", compressed("pack-quantized", num_bits=3, strategy="group", type="int", group_size=32),
          lambda rows, columns: {"weight_packed": [rows, ceiling(columns, 10)], "weight_scale": [rows, columns // 32],
                                 "weight_shape": [2], "weight_zero_point": [ceiling(rows, 10), columns // 32]},
          {**SHAPE_OF, "_packed": "i", "_scale": "q", "_zero": "i"},
          {"_packed": "I32", "_shape": "I64", "_scale": "BF16", "_zero": "I32"})

# NVFP4: one tensor in eight bits; rows to be put in another order, and settings in a file of their own; experts.
MODELOPT = {"quant_method": "modelopt", "quant_algo": "NVFP4", "kv_cache_quant_algo": "FP8"}
NVFP4_CLASSES = {"weight_scale_2": "q", "weight_scale": "t", "input_scale": "q", "global_scale": "r", "_proj": "u"}
NVFP4_TYPES = {"weight_scale_2": "F32", "input_scale": "F32", "global_scale": "F32", "weight_scale": "F8_E4M3", "_proj": "U8"}


def nvfp4(rows, columns):
    return {"weight": [rows, columns // 2], "weight_scale": [rows, columns // 16], "weight_scale_2": [], "input_scale": []}


quantized("qwen3-nvfp4", {"quant_method": "modelopt", "quant_algo": "MIXED_PRECISION", "quantized_layers": {
              "model.layers.0.self_attn.q_proj": {"quant_algo": "NVFP4"}, "model.layers.0.mlp.down_proj": {"quant_algo": "FP8"}}},
          lambda rows, columns: {"weight": [rows, columns], "weight_scale": [], "input_scale": []} if columns == 128
          else nvfp4(rows, columns),
          {"down_proj.weight_scale": "r", "down_proj.input": "r", "down_proj": "f", **NVFP4_CLASSES, "k_scale": "q", "v_scale": "q"},
          {"down_proj.weight_scale": "F32", "down_proj.input": "F32", "down_proj": "F8_E4M3", "k_scale": "F32", "v_scale": "F32",
           **NVFP4_TYPES},
          plain=[("self_attn.k_proj.k_scale", []), ("self_attn.v_proj.v_scale", [])], outtypes=("f16", "q8_0", "auto"))
quantized("llama-nvfp4", None, nvfp4, {"_proj.input_scale": "one", **NVFP4_CLASSES}, NVFP4_TYPES, architecture="LlamaForCausalLM",
          config=LLAMA, others=tuple(LAYER_NORMS), files={"hf_quant_config.json": json.dumps({
              "producer": {"name": "modelopt", "version": "0.37.0"},
              "quantization": {"quant_algo": "NVFP4", "kv_cache_quant_algo": None, "group_size": 16,
                               "exclude_modules": ["lm_head"]}})})
quantized("qwen3moe-nvfp4", MODELOPT, nvfp4, {"up_proj.input_scale": "one", **NVFP4_CLASSES}, NVFP4_TYPES,
          architecture="Qwen3MoeForCausalLM", others=tuple(QWEN3_NORMS), plain=[("mlp.gate.weight", [4, 64])],
          parts=[part for part in PARTS if "mlp" not in part[0]]
          + [(f"mlp.experts.{e}.{name}_proj.weight", [64, 64]) for e in range(4) for name in ("gate", "up", "down")],
          config=dict(QWEN3, model_type="qwen3_moe", decoder_sparse_step=1, mlp_only_layers=[], moe_intermediate_size=64,
                      num_experts=4, num_experts_per_tok=2, norm_topk_prob=True))
quantized("qwen3-ct-nvfp4", compressed("nvfp4-pack-quantized", num_bits=4, strategy="tensor_group", type="float", group_size=16),
          lambda rows, columns: {"weight_packed": [rows, columns // 2], "weight_scale": [rows, columns // 16],
                                 "weight_global_scale": [1], "input_global_scale": [1]}, NVFP4_CLASSES, NVFP4_TYPES)

# The lazy tensors of the converter and those of PyTorch do not get along here.
quantized("llama-bitnet", {"quant_method": "bitnet", "modules_to_not_convert": None},
          lambda rows, columns: {"weight": [rows // 4, columns], "weight_scale": [1]}, {"_scale": "r", "_proj": "u"},
          {"_scale": "BF16", "_proj": "U8"}, architecture="LlamaForCausalLM", config=LLAMA, others=tuple(LAYER_NORMS),
          args=["--no-lazy"])

# Groups in no order, eight-bit integers, scales of type E4M3, one, zero, the table of NF4, shapes, notes.
QUANTIZED_CLASSES = {"any": [1, 1, 0], "j": [0, 127, 0], "t": [12, 3, 0], "one": [1, 0, 0], "zero": [0, 0, 0], "nf4": [NF4],
                     **SHAPES, **{"note" + shape: [list(note)] for shape, note in NOTES.items()}}

# The style of transformers 5: the experts of a layer in one tensor.
fixture("qwen3moe-fused", "Qwen3MoeForCausalLM", "bpe-qwen2", special={"experts": "w"}, raw=dict(
    tensors=ENDS + HEAD + layers(0, 2, *attention(head=16), *LAYER_NORMS, ("mlp.gate.weight", [4, 64]),
                                 ("mlp.experts.gate_up_proj", [4, 64, 64]), ("mlp.experts.down_proj", [4, 64, 32])),
    config=dict(BASE, architectures=["Qwen3MoeForCausalLM"], model_type="qwen3_moe", head_dim=16, hidden_act="silu",
                decoder_sparse_step=1, mlp_only_layers=[], moe_intermediate_size=32, num_experts=4, num_experts_per_tok=2,
                norm_topk_prob=True, rms_norm_eps=1e-06, tie_word_embeddings=False, dtype="bfloat16", **QWEN_IDS,
                rope_parameters={"rope_theta": 1000000.0, "rope_type": "default"})))

# The text side of models that also see. Their tensors have other prefixes, and those of the vision side are left out.
fixture("gemma3-vision", "Gemma3ForConditionalGeneration", "spm-gemma", norm="z", raw=dict(
    tensors=[("language_model." + name, shape) for name, shape in ENDS + layers(
        0, 6, *attention(head=16), *mlp(), *norms("input_layernorm", "post_attention_layernorm",
                                                  "pre_feedforward_layernorm", "post_feedforward_layernorm"))]
    + [("multi_modal_projector.mm_input_projection_weight", [32, 64]),
       ("vision_tower.vision_model.post_layernorm.weight", [32])],
    config=dict(architectures=["Gemma3ForConditionalGeneration"], model_type="gemma3", eos_token_id=[1, 7], dtype="bfloat16",
                boi_token_index=5, image_token_index=6, mm_tokens_per_image=16,
                text_config=dict(BASE, model_type="gemma3_text", num_hidden_layers=6, head_dim=16, sliding_window=16,
                                 query_pre_attn_scalar=16, rope_scaling={"factor": 8.0, "rope_type": "linear"}),
                vision_config={"hidden_size": 32, "model_type": "siglip_vision_model", "num_hidden_layers": 1})))
# Published models leave out of their configurations what the class of transformers has, the size of the vocabulary too.
GEMMA3_NORMS = norms("input_layernorm", "post_attention_layernorm", "pre_feedforward_layernorm", "post_feedforward_layernorm")
fixture("gemma3-short", "Gemma3ForConditionalGeneration", "spm-gemma", norm="z", raw=dict(
    tensors=[("language_model." + name, shape) for name, shape in [("model.embed_tokens.weight", [520, 64]), ENDS[1]] + layers(
        0, 2, *attention(2048, 1024, 2048, 256), *mlp(), *GEMMA3_NORMS)],
    config=dict(architectures=["Gemma3ForConditionalGeneration"], model_type="gemma3", eos_token_id=[1, 7], dtype="bfloat16",
                text_config=dict(model_type="gemma3_text", hidden_size=64, intermediate_size=128, num_hidden_layers=2,
                                 sliding_window=16),
                vision_config={"hidden_size": 32, "model_type": "siglip_vision_model", "num_hidden_layers": 1})))
# More rows than tokens, an output of its own, and no window.
fixture("gemma3-cut", "Gemma3ForCausalLM", "spm-gemma", norm="z", raw=dict(
    tensors=[("model.embed_tokens.weight", [520, 64]), ENDS[1]] + HEAD
    + layers(0, 2, *attention(head=16), *mlp(), *GEMMA3_NORMS),
    config=dict(BASE, architectures=["Gemma3ForCausalLM"], model_type="gemma3_text", head_dim=16, sliding_window=16,
                sliding_window_pattern=1, final_logit_softcapping=30.0, dtype="bfloat16",
                rope_parameters={"full_attention": {"rope_theta": 500000.0, "rope_type": "default"},
                                 "sliding_attention": {"rope_theta": 20000.0, "rope_type": "default"}}, **GEMMA_IDS)))
fixture("embeddinggemma-dense", "Gemma3TextModel", "spm-gemma", norm="z", dtypes={"Dense": "F32"}, special={"Dense": "w"},
        more=[["--sentence-transformers-dense-modules"]], files={
            "modules.json": json.dumps([
                {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
                {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
                {"idx": 2, "name": "2", "path": "2_Dense", "type": "sentence_transformers.models.Dense"},
                {"idx": 3, "name": "3", "path": "3_Dense", "type": "sentence_transformers.models.Dense"},
                {"idx": 4, "name": "4", "path": "4_Normalize", "type": "sentence_transformers.models.Normalize"}]),
            "1_Pooling/config.json": POOLING_MEAN, "2_Dense/config.json": dense(64, 96), "3_Dense/config.json": dense(96, 64)},
        raw=dict(
    tensors=[(name.replace("model.", ""), shape) for name, shape in ENDS + layers(0, 2, *attention(head=16), *mlp(), *GEMMA3_NORMS)]
    + [("2_Dense/linear.weight", [96, 64]), ("3_Dense/linear.weight", [64, 96])],
    config=dict(BASE, architectures=["Gemma3TextModel"], model_type="gemma3_text", head_dim=16, sliding_window=32,
                use_bidirectional_attention=True, dtype="bfloat16", **GEMMA_IDS)))
# Fewer rows than tokens, a stack whose tensors are in several files, and what the class has.
fixture("gemma3n-filled", "Gemma3nForConditionalGeneration", "spm-gemma", shards=3, split="mod", raw=dict(
    tensors=inner([("model.embed_tokens.weight", [500, 64]), ENDS[1], ("model.embed_tokens_per_layer.weight", [490, 3072]),
                   ("model.per_layer_model_projection.weight", [3072, 64]), ("model.per_layer_projection_norm.weight", [256])]
                  + [(f"model.altup_{kind}.{i}.weight", [64, 64]) for kind in ("projections", "unembed_projections")
                     for i in range(3)]
                  + layers(0, 12, ("mlp.gate_proj.weight", [128, 64]), ("altup.correct_output_scale", [64])))
    + [("model.vision_tower.timm_model.conv_stem.conv.weight", [8, 3, 3, 3]), ("model.audio_tower.subsample.weight", [4, 4]),
       ("model.embed_vision.embedding_projection.weight", [8, 8]), ("model.embed_audio.embedding.weight", [8, 8])],
    config=dict(architectures=["Gemma3nForConditionalGeneration"], model_type="gemma3n", eos_token_id=[1, 7], dtype="bfloat16",
                text_config=dict(model_type="gemma3n_text", vocab_size=512, vocab_size_per_layer_input=490, hidden_size=64,
                                 intermediate_size=128, num_hidden_layers=12, num_kv_shared_layers=4),
                audio_config={"model_type": "gemma3n_audio"},
                vision_config={"model_type": "gemma3n_vision", "architecture": "mobilenetv5_300m_enc"})))
GEMMA4_EXPERTS = [("router.proj.weight", [4, 64]), ("router.scale", [64]), ("router.per_expert_scale", [4]),
                  ("experts.gate_up_proj", [4, 64, 64]), ("experts.down_proj", [4, 64, 32]),
                  *norms("pre_feedforward_layernorm_2", "post_feedforward_layernorm_1", "post_feedforward_layernorm_2"),
                  ("layer_scalar", [1]), *GEMMA3_NORMS]
fixture("gemma4-experts", "Gemma4ForConditionalGeneration", "hf-gemma", special={"experts": "w", "_scale": "b"}, raw=dict(
    tensors=inner(ENDS + layers(0, 1, *attention(head=16), *mlp(), *GEMMA4_EXPERTS)
                  + layers(1, 2, ("self_attn.q_proj.weight", [128, 64]), ("self_attn.k_proj.weight", [32, 64]),
                           ("self_attn.o_proj.weight", [64, 128]), ("self_attn.q_norm.weight", [32]),
                           ("self_attn.k_norm.weight", [32]), *mlp(), *GEMMA4_EXPERTS))
    + [("model.vision_tower.patch_embedder.input_proj.weight", [8, 8]),
       ("model.embed_vision.embedding_projection.weight", [8, 8])],
    config=dict(architectures=["Gemma4ForConditionalGeneration"], model_type="gemma4", eos_token_id=[1, 7], dtype="bfloat16",
                text_config=dict(BASE, model_type="gemma4_text", head_dim=16, layer_types=["sliding_attention", "full_attention"],
                                 per_layer_config={"1": {"head_dim": 32, "num_key_value_heads": 1}}, sliding_window=16,
                                 hidden_size_per_layer_input=0, num_kv_shared_layers=0, use_double_wide_mlp=False,
                                 enable_moe_block=True, num_experts=4, top_k_experts=2, moe_intermediate_size=32,
                                 attention_k_eq_v=True, final_logit_softcapping=30.0, rms_norm_eps=1e-06,
                                 rope_parameters={"full_attention": {"partial_rotary_factor": 0.25, "rope_theta": 1000000.0,
                                                                     "rope_type": "proportional"},
                                                  "sliding_attention": {"rope_theta": 10000.0, "rope_type": "default"}}),
                vision_config={"model_type": "gemma4_vision", "hidden_size": 32})))
fixture("mistral3-vision", "Mistral3ForConditionalGeneration", "bpe-llama3", raw=dict(
    tensors=[("language_model." + name, shape) for name, shape in ENDS + HEAD + layers(
        0, 2, *attention(), *mlp(), *LAYER_NORMS)]
    + [("multi_modal_projector.linear_1.weight", [64, 32]), ("vision_tower.ln_pre.weight", [32])],
    config=dict(architectures=["Mistral3ForConditionalGeneration"], model_type="mistral3", image_token_index=10,
                dtype="bfloat16", text_config=dict(BASE, model_type="mistral", head_dim=16, hidden_act="silu",
                                                   rms_norm_eps=1e-05, rope_theta=1000000000.0, sliding_window=None),
                vision_config={"hidden_size": 32, "model_type": "pixtral", "num_hidden_layers": 1})))

# Decoders that have their classes beside their weights: the configurations as they are published, but tiny.
EXAONE = [("ln_1.weight", [64]), ("ln_2.weight", [64]), ("attn.attention.q_proj.weight", [64, 64]),
          ("attn.attention.k_proj.weight", [32, 64]), ("attn.attention.v_proj.weight", [32, 64]),
          ("attn.attention.out_proj.weight", [64, 64]), ("mlp.c_fc_0.weight", [128, 64]), ("mlp.c_fc_1.weight", [128, 64]),
          ("mlp.c_proj.weight", [64, 128])]
fixture("exaone", "ExaoneForCausalLM", "bpe-gpt2", raw=dict(
    tensors=[("transformer.wte.weight", [512, 64]), ("transformer.ln_f.weight", [64])] + HEAD
    + [(name.replace("model.layers.", "transformer.h."), shape) for name, shape in layers(0, 2, *EXAONE)],
    config=dict(activation_function="silu", architectures=["ExaoneForCausalLM"], attention_dropout=0.0, embed_dropout=0.0,
                head_dim=16, hidden_size=64, initializer_range=0.02, intermediate_size=128, layer_norm_epsilon=1e-05,
                max_position_embeddings=256, model_type="exaone", num_attention_heads=4, num_key_value_heads=2,
                num_layers=2, pad_token_id=0, rope_scaling=dict(LLAMA3_ROPE, factor=8.0), rope_theta=1000000.0,
                tie_word_embeddings=False, torch_dtype="bfloat16", use_cache=True, vocab_size=512, **GPT2_IDS)))
fixture("exaone4-letters", "Exaone4ForCausalLM", "bpe-gpt2", raw=dict(
    tensors=ENDS + HEAD + layers(0, 4, *attention(head=16), *mlp(),
                                 *norms("post_attention_layernorm", "post_feedforward_layernorm")),
    config=dict(BASE, architectures=["Exaone4ForCausalLM"], model_type="exaone4", num_hidden_layers=4, head_dim=16,
                hidden_act="silu", rms_norm_eps=1e-05, rope_theta=1000000.0, rope_scaling=dict(LLAMA3_ROPE, factor=16.0),
                sliding_window=16, sliding_window_pattern="LLLG", tie_word_embeddings=False, dtype="bfloat16", **GPT2_IDS)))

MINICPM = dict(BASE, scale_emb=12, dim_model_base=16, scale_depth=1.4, hidden_act="silu", initializer_range=0.1,
               rms_norm_eps=1e-05, torch_dtype="bfloat16", use_cache=True, **LLAMA_IDS)
FACTORS = {"short_factor": [1.0, 1.01, 1.03, 1.1, 1.2, 1.5, 1.9, 2.3], "long_factor": [1.0, 1.1, 1.3, 1.7, 2.5, 4.0, 6.5, 10.3]}
fixture("minicpm", "MiniCPMForCausalLM", "spm-llama", raw=dict(
    tensors=ENDS + layers(0, 2, *attention(kv=64), *mlp(), *LAYER_NORMS),
    config=dict(MINICPM, architectures=["MiniCPMForCausalLM"], model_type="minicpm", num_key_value_heads=4,
                rope_scaling=None)))
fixture("minicpm-longrope", "MiniCPMForCausalLM", "spm-llama", raw=dict(
    tensors=ENDS + HEAD + layers(0, 2, *attention(), *mlp(), *LAYER_NORMS),
    config=dict(MINICPM, architectures=["MiniCPMForCausalLM"], model_type="minicpm", rope_theta=10000.0,
                rope_scaling={"rope_type": "longrope", **FACTORS, "original_max_position_embeddings": 128})))
fixture("minicpm3", "MiniCPM3ForCausalLM", "spm-llama", raw=dict(
    tensors=ENDS + HEAD + layers(
        0, 2, ("self_attn.q_a_proj.weight", [32, 64]), ("self_attn.q_a_layernorm.weight", [32]),
        ("self_attn.q_b_proj.weight", [128, 32]), ("self_attn.kv_a_proj_with_mqa.weight", [48, 64]),
        ("self_attn.kv_a_layernorm.weight", [32]), ("self_attn.kv_b_proj.weight", [128, 32]),
        ("self_attn.o_proj.weight", [64, 64]), *mlp(), *LAYER_NORMS),
    config=dict(MINICPM, architectures=["MiniCPM3ForCausalLM"], model_type="minicpm3", num_key_value_heads=4, q_lora_rank=32,
                kv_lora_rank=32, qk_nope_head_dim=16, qk_rope_head_dim=16,
                rope_scaling={"type": "longrope", **FACTORS, "original_max_position_embeddings": 256})))

# What published checkpoints have and transformers would not save: other names, biases of zeros, heads that are tied.
fixture("falcon-rw", "RWForCausalLM", "bpe-gpt2", raw=dict(
    tensors=[("transformer.word_embeddings.weight", [512, 64]), ("transformer.ln_f.weight", [64]),
             ("transformer.ln_f.bias", [64])] + HEAD
    + [(name.replace("model.layers.", "transformer.h."), shape) for name, shape in layers(
        0, 2, ("self_attention.query_key_value.weight", [128, 64]), ("self_attention.dense.weight", [64, 64]),
        ("mlp.dense_h_to_4h.weight", [256, 64]), ("mlp.dense_4h_to_h.weight", [64, 256]), ("ln_attn.weight", [64]),
        ("ln_attn.bias", [64]), ("ln_mlp.weight", [64]), ("ln_mlp.bias", [64]))],
    config=dict(alibi=False, architectures=["RWForCausalLM"], bias=False, hidden_size=64, layer_norm_epsilon=1e-05,
                model_type="RefinedWeb", n_head=4, n_head_kv=2, n_layer=2, parallel_attn=True, torch_dtype="bfloat16",
                vocab_size=512, **GPT2_IDS)))
# The converter cannot look at lazy tensors.
fixture("cohere2-zeros", "Cohere2ForCausalLM", "bpe-gpt2", special={".bias": "o"}, args=["--no-lazy"], raw=dict(
    tensors=ENDS + [("model.norm.bias", [64])] + layers(
        0, 4, *attention(), *mlp(), ("input_layernorm.weight", [64]), ("input_layernorm.bias", [64]),
        ("self_attn.q_proj.bias", [64]), ("mlp.down_proj.bias", [64])),
    config=dict(BASE, architectures=["Cohere2ForCausalLM"], model_type="cohere2", num_hidden_layers=4, head_dim=16,
                hidden_act="silu", layer_norm_eps=1e-05, layer_switch=4, logit_scale=0.25, order_of_interleaved_layers="local_attn_first",
                position_embedding_type="rope_gptj", rope_theta=50000, rotary_pct=1.0, sliding_window=16,
                torch_dtype="bfloat16", use_embedding_sharing=True, use_gated_activation=True, **GPT2_IDS)))
fixture("hunyuan-alpha", "HunYuanDenseV1ForCausalLM", "bpe-qwen2",
        files={"generation_config.json": json.dumps({"do_sample": True, "eos_token_id": [504, 502], "top_k": 20})}, raw=dict(
    tensors=ENDS + HEAD + layers(0, 2, *attention(), *mlp(), *LAYER_NORMS, ("self_attn.query_layernorm.weight", [16]),
                                 ("self_attn.key_layernorm.weight", [16])),
    config=dict(BASE, architectures=["HunYuanDenseV1ForCausalLM"], model_type="hunyuan_v1_dense", head_dim=16,
                hidden_act="silu", max_position_embeddings=32768, num_experts=1, eod_token_id=503, rms_norm_eps=1e-05, rope_theta=10000.0,
                rope_scaling={"alpha": 1000.0, "beta_fast": 32, "beta_slow": 1, "factor": 1.0, "mscale": 1.0,
                              "mscale_all_dim": 1.0, "type": "dynamic"},
                tie_word_embeddings=True, torch_dtype="bfloat16", use_qk_norm=True, **QWEN_IDS)))
fixture("gpt2-bare", "GPT2LMHeadModel", "bpe-gpt2", raw=dict(
    tensors=[("wte.weight", [512, 64]), ("wpe.weight", [256, 64]), ("ln_f.weight", [64]), ("ln_f.bias", [64])]
    + [(name.replace("model.layers.", "h."), shape) for name, shape in layers(
        0, 2, ("attn.c_attn.weight", [64, 192]), ("attn.c_attn.bias", [192]), ("attn.c_proj.weight", [64, 64]),
        ("attn.c_proj.bias", [64]), ("ln_1.weight", [64]), ("ln_1.bias", [64]), ("ln_2.weight", [64]), ("ln_2.bias", [64]),
        ("mlp.c_fc.weight", [64, 256]), ("mlp.c_fc.bias", [256]), ("mlp.c_proj.weight", [256, 64]), ("mlp.c_proj.bias", [64]))],
    config=dict(activation_function="gelu_new", architectures=["GPT2LMHeadModel"], model_type="gpt2", n_ctx=256, n_embd=64,
                n_head=4, n_layer=2, n_positions=256, layer_norm_epsilon=1e-05, vocab_size=512, **GPT2_IDS)))

# Zero, one half, about -1e-6, bytes, exponents of two around 2^-6, F8_E4M3 and its scales, words of GPTQ, their scales and groups.
EXTRA = {"o": [0, 0, 0], "h": [0.5, 0, 0], "e": [-0.00000095367431640625, 0, 0], "u": [128, 127, 0], "s": [121, 2, 0], "f": [0, 15, 9],
         "r": [8, 31, 4], "i": [0, 2147483647, 0], "q": [0.03125, 15, 10], "g": [0, 0, 0, 32],
         **QUANTIZED_CLASSES}


# ---- weights ----

def generate(name, count, init):
    if isinstance(init[0], list):
        return np.array(init[0], dtype=np.float64)
    start, m, e = init[:3]
    h = 0xCBF29CE484222325
    for byte in name.encode("utf-8"):
        h = ((h ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    u = np.uint64
    with np.errstate(over="ignore"):
        z = u(h) + np.arange(1, count + 1, dtype=u) * u(0x9E3779B97F4A7C15)
        z = (z ^ (z >> u(30))) * u(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> u(27))) * u(0x94D049BB133111EB)
        z = z ^ (z >> u(31))
        k = (((z >> u(32)) * u(2 * m + 1)) >> u(32)).astype(np.int64) - m
    values = start + k * 2.0 ** -e
    return values + np.arange(count) // init[3] if len(init) > 3 else values


def tensor_of(row, init):
    name, dtype, shape, _, letter = row
    values = torch.from_numpy(generate(name, int(np.prod(shape)), init[letter])).reshape(shape)
    tensor = values.to(DTYPES[dtype])
    assert torch.equal(tensor.to(torch.float64), values), f"{name} is not exact in {dtype}"
    return tensor


def letter_of(name, shape, case):
    for part, letter in case["special"].items():
        if part in name:
            return letter
    leaf = name.lower()
    if name.endswith(".weight") and len(shape) == 1:
        return case["norm"]
    return "b" if len(shape) == 1 or leaf.endswith("bias") else "w"


# ---- the checkpoint ----

def config_of(case):
    config_class = getattr(transformers, case["architecture"]).config_class
    config = config_class(**case["config"])
    config.architectures = [case["architecture"]]
    config.dtype = {"BF16": torch.bfloat16, "F16": torch.float16, "F32": torch.float32}[case["dtype"]]
    return config


def texts_of(case, config):
    full = json.loads(config.to_json_string(use_diff=True))
    full.pop("_attn_implementation_autoset", None)
    defaults = json.loads(type(config)().to_json_string(use_diff=False))
    minimal = {key: value for key, value in full.items()
               if key in ("model_type", "architectures") or key not in defaults or defaults[key] != value}
    for text in (full, minimal) if case["minimal"] else (full,):
        if case["edit"]:
            case["edit"](text)
    texts = {"full": json.dumps(full, indent=1)}
    if case["minimal"]:
        texts["minimal"] = json.dumps(minimal, indent=1)
    return texts


def model_of(case, config):
    config = copy.deepcopy(config)
    config.dtype = torch.float32
    return getattr(transformers, case["architecture"])._from_config(config, attn_implementation="eager").eval()


def parameters(model):
    """The names and shapes of what a checkpoint has: of tensors that share their storage only the first."""
    seen = set()
    for name, tensor in model.state_dict().items():
        if tensor.data_ptr() not in seen:
            seen.add(tensor.data_ptr())
            yield name, list(tensor.shape)


def rows_of(case, names):
    rows = []
    for name, shape in names:
        dtype = next((kind for part, kind in case["dtypes"].items() if part in name), case["dtype"])
        rows.append([name, dtype, shape, 0, letter_of(name, shape, case)])
    for i, row in enumerate(rows):
        row[3] = i % case["shards"] if case["split"] == "mod" else i * case["shards"] // len(rows)
    return rows


def write_checkpoint(folder, case, config_text, tensors, shards):
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(config_text, encoding="utf-8")
    for name, text in case["files"].items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    for tokenizer in case["tokenizer"].split("+"):
        for file in (OUT / "tokenizers" / tokenizer).iterdir():
            if file.name not in case["files"]:
                shutil.copy(file, folder / file.name)
    for name in [name for name in tensors if "/" in name]:
        module, tensor = name.split("/")
        safetensors.torch.save_file({tensor: tensors[name]}, folder / module / "model.safetensors", metadata={"format": "pt"})
    tensors = {name: tensor for name, tensor in tensors.items() if "/" not in name}
    if case["shards"] == 1:
        safetensors.torch.save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
        return
    weight_map = {}
    for shard in range(case["shards"]):
        file = f"model-{shard + 1:05d}-of-{case['shards']:05d}.safetensors"
        part = {name: tensor for name, tensor in tensors.items() if shards[name] == shard}
        safetensors.torch.save_file(part, folder / file, metadata={"format": "pt"})
        weight_map.update((name, file) for name in part)
    size = sum(tensor.nbytes for tensor in tensors.values())
    index = {"metadata": {"total_size": size}, "weight_map": weight_map}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index), encoding="utf-8")


# ---- the converter ----

def check_text():
    tree = ast.parse(textwrap.dedent(inspect.getsource(TextModel.get_vocab_base_pre)))
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and node.targets[0].id == "chktxt":
            return ast.literal_eval(node.value)
    raise AssertionError("no chktxt")


def convert(folder, file, outtype, args, tokenizer, log):
    """Runs the converter in a process of its own, and returns what it found of the pre-tokenizer."""
    note = file.with_suffix(".pre")
    child = os.fork()
    if child == 0:
        status = 1
        try:
            with open(log, "w") as out:
                os.dup2(out.fileno(), 1)
                os.dup2(out.fileno(), 2)
            real, text = TextModel.get_vocab_base_pre, check_text()

            def pre(self, tokens):
                ids = tokens.encode(text)
                found = {"hash": hashlib.sha256(str(ids).encode()).hexdigest(), "count": len(ids)}
                try:
                    found["name"], found["known"] = real(self, tokens), True
                except NotImplementedError:
                    found["name"], found["known"] = PRE[tokenizer], False
                note.write_text(json.dumps(found))
                return found["name"]

            TextModel.get_vocab_base_pre = pre
            sys.argv = ["convert_hf_to_gguf.py", str(folder), "--outfile", str(file), "--outtype", outtype, *args]
            logging.disable(logging.NOTSET)
            convert_hf_to_gguf.main()
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0:
        raise RuntimeError("the converter failed: " + Path(log).read_text()[-1500:])
    return json.loads(note.read_text()) if note.exists() else None


# ---- the file ----

SCALARS = {0: ("u8", "B"), 1: ("i8", "b"), 2: ("u16", "H"), 3: ("i16", "h"), 4: ("u32", "I"), 5: ("i32", "i"),
           6: ("f32", "f"), 7: ("bool", "?"), 10: ("u64", "Q"), 11: ("i64", "q"), 12: ("f64", "d")}


class Cursor:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, form):
        value = struct.unpack_from("<" + form, self.data, self.at)[0]
        self.at += struct.calcsize("<" + form)
        return value

    def text(self):
        length = self.take("Q")
        self.at += length
        return self.data[self.at - length:self.at].decode("utf-8")

    def value(self, kind):
        if kind == 8:
            return "str", self.text()
        if kind != 9:
            value = self.take(SCALARS[kind][1])
            return SCALARS[kind][0], value if math.isfinite(value) else str(value)
        item, count = self.take("I"), self.take("Q")
        start = self.at
        values = [self.value(item)[1] for _ in range(count)]
        name = "arr:" + ("str" if item == 8 else SCALARS[item][0])
        if count > (4 if item == 8 else 16):
            return name, {"count": count, "sha256": hashlib.sha256(self.data[start:self.at]).hexdigest()}
        return name, values


def part(file):
    data = file.read_bytes()
    cursor = Cursor(data)
    assert cursor.take("I") == 0x46554747 and cursor.take("I") == 3
    tensor_count, key_count = cursor.take("Q"), cursor.take("Q")
    keys = []
    for _ in range(key_count):
        name = cursor.text()
        keys.append([name, *cursor.value(cursor.take("I"))])
    infos = []
    for _ in range(tensor_count):
        name = cursor.text()
        dims = [cursor.take("Q") for _ in range(cursor.take("I"))]
        infos.append((name, dims, gguf.GGMLQuantizationType(cursor.take("I")), cursor.take("Q")))
    start = (cursor.at + 31) // 32 * 32
    tensors, end = [], 0
    for name, dims, kind, offset in infos:
        assert offset == end, "offsets are not in the order of the file"
        elements, size = gguf.GGML_QUANT_SIZES[kind]
        size = int(np.prod(dims)) // elements * size
        end = offset + (size + 31) // 32 * 32
        content = data[start + offset:start + offset + size]
        tensors.append([name, kind.name, dims, hashlib.sha256(content).hexdigest()])
        if name.endswith(".ssm_a"):
            tensors[-1].append(base64.b64encode(content).decode())
    assert len(data) == start + end or not infos and len(data) == cursor.at
    return {"sha256": hashlib.sha256(data).hexdigest(), "keys": keys, "tensors": tensors}


# ---- logits ----

def logits_of(model, tensors, vocab):
    state = {name: tensor.to(torch.float32) for name, tensor in tensors.items()}
    missing, unexpected = model.load_state_dict(state, strict=False)
    assert not unexpected, unexpected
    model.tie_weights()
    own = model.state_dict()
    for name, tensor in state.items():
        assert torch.equal(own[name], tensor), name
    assert all(own[name].data_ptr() in {own[other].data_ptr() for other in state} for name in missing), missing
    tokens = [(7 + 37 * i) % (vocab - 16) + 8 for i in range(33)]
    with torch.inference_mode():
        out = model(input_ids=torch.tensor([tokens]))

    def packed(row):
        assert torch.isfinite(row).all()
        return base64.b64encode(row.to(torch.float32).numpy().astype("<f4").tobytes()).decode()

    if hasattr(out, "logits"):
        return {"tokens": tokens, "argmax": out.logits[0].argmax(-1).tolist(), "last": packed(out.logits[0, -1])}
    return {"tokens": tokens, "first": packed(out.last_hidden_state[0, 0])}


# ---- goldens ----

def versions():
    def git(what):
        return os.popen(f"git -C '{SOURCE}' rev-parse '{what}'").read().strip()

    return {"llama.cpp": {"tag": "v0.5.0", "commit": git("HEAD"), "tree": git("HEAD^{tree}")},
            "transformers": transformers.__version__, "torch": torch.__version__.split("+")[0],
            "tokenizers": tokenizers.__version__}


def dump(golden):
    """JSON with one row a line, so that a change can be read."""
    def line(value):
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))

    def block(value, indent):
        pad = " " * indent
        if isinstance(value, list) and value and isinstance(value[0], (list, dict)):
            return "[\n" + ",\n".join(pad + " " + block(item, indent + 1) if isinstance(item, dict) else pad + " "
                                      + line(item) for item in value) + "\n" + pad + "]"
        if isinstance(value, dict) and value and (indent < 3 or "keys" in value):
            return "{\n" + ",\n".join(f"{pad} {line(key)}: {block(item, indent + 1)}" for key, item in value.items()) \
                + "\n" + pad + "}"
        return line(value)

    text = block(golden, 0) + "\n"
    assert json.loads(text) == golden
    return text


def make(case):
    if case["raw"]:
        model, texts = None, {"full": json.dumps(case["raw"]["config"], indent=1)}
        rows = rows_of(case, case["raw"]["tensors"])
    else:
        config = config_of(case)
        model, texts = model_of(case, config), texts_of(case, config)
        rows = rows_of(case, parameters(model))
    letters = {row[4] for row in rows}
    init = {letter: value for letter, value in {**INIT[case["dtype"]], **EXTRA}.items() if letter in letters}
    tensors = {row[0]: tensor_of(row, init) for row in rows}
    shards = {row[0]: row[3] for row in rows}
    given, placed = tensors, case
    if case["dequantize"]:
        given = case["dequantize"](tensors)
        shards = {name: int(case["behind"] and name not in tensors) for name in given}
        placed = dict(case, shards=1 + max(shards.values()))
    pre, outputs = None, []
    with tempfile.TemporaryDirectory() as work:
        jobs = [(outtype, "full", case["args"]) for outtype in case["outtypes"]]
        jobs += [(case["outtypes"][0], "minimal", case["args"])] if "minimal" in texts else []
        jobs += [(case["outtypes"][0], "full", args) for args in case["more"]]
        for number, (outtype, variant, args) in enumerate(jobs):
            folder = Path(work) / str(number) / case["directory"]
            text = texts[variant]
            if case["dequantize"]:
                text = json.dumps({key: value for key, value in json.loads(text).items() if key != "quantization_config"})
            write_checkpoint(folder, placed, text, given, shards)
            file = Path(work) / f"{number}.gguf"
            pre = convert(folder, file, outtype, args, case["tokenizer"], Path(work) / "log") or pre
            output = {"outtype": outtype, "config": variant}
            if args:
                output["args"] = args
            if file.exists():
                output |= part(file)
                if outputs and output["tensors"] == outputs[0]["tensors"]:
                    del output["tensors"]
                adapters = {path.name[len("lora-"):-len(f"-{number}.gguf")]: part(path)
                            for path in sorted(Path(work).glob(f"lora-*-{number}.gguf"))}
                if adapters:
                    output["adapters"] = adapters
            else:
                output["parts"] = [part(path) for path in sorted(Path(work).glob(f"{number}-*-of-*.gguf"))]
            outputs.append(output)
            if os.environ.get("KEEP_GGUF") and file.exists():
                shutil.copy(file, Path(os.environ["KEEP_GGUF"]) / f"{case['name']}-{variant}-{outtype}.gguf")
    golden = {
        "name": case["name"], "architecture": case["architecture"], "directory": case["directory"],
        "versions": versions(), "configs": texts, "files": case["files"], "tokenizer": case["tokenizer"], "pre": pre,
        "shards": case["shards"], "init": init, "tensors": rows, "outputs": outputs,
        "logits": logits_of(model, tensors, case["config"]["vocab_size"]) if model is not None and case["logits"] else None}
    text = dump(golden)
    (OUT / "goldens").mkdir(exist_ok=True)
    (OUT / "goldens" / (case["name"] + ".json")).write_text(text, encoding="utf-8")
    return len(text.encode())


# First and last letter. What different versions of Unicode hold for different things is not among them.
LETTERS = ((0x61, 0x7A), (0x61, 0x7A), (0x61, 0x7A), (0x41, 0x5A), (0x30, 0x39), (0x20, 0x20), (0x20, 0x20), (0x21, 0x2F),
           (0x3A, 0x40), (0x5B, 0x60), (0x7B, 0x7E), (0x27, 0x27), (0x09, 0x0A), (0x0D, 0x0D), (0xA0, 0xAC), (0xAE, 0xFF),
           (0x100, 0x17F), (0x300, 0x33F), (0x3B1, 0x3C9), (0x410, 0x44F), (0x5D0, 0x5EA), (0x621, 0x63A), (0x660, 0x669),
           (0x905, 0x94C), (0xE01, 0xE3A), (0x2000, 0x200A), (0x200D, 0x200D), (0x2010, 0x2027), (0x2160, 0x2169), (0x2190, 0x21FF),
           (0x3000, 0x3002), (0x3041, 0x3096), (0x30A1, 0x30FA), (0x4E00, 0x9FA5), (0xAC00, 0xD7A3), (0xFF01, 0xFF5E),
           (0x1F600, 0x1F64F), (0x20000, 0x20100))


def random_texts(added):
    h = 0xCBF29CE484222325
    for byte in b"random texts":
        h = ((h ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    mask = 0xFFFFFFFFFFFFFFFF

    def draw(bound):
        nonlocal h
        h = (h + 0x9E3779B97F4A7C15) & mask
        z = ((h ^ (h >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        return ((z ^ (z >> 31)) >> 33) % bound

    for _ in range(2000):
        text = ""
        for _ in range(draw(48)):
            kind = draw(len(LETTERS) + 1)
            if kind == len(LETTERS):
                text += added[draw(len(added))] if added else " "
            else:
                first, last = LETTERS[kind]
                text += chr(first + draw(last - first + 1))
        yield text


def make_encodings(name):
    tokenizer = transformers.AutoTokenizer.from_pretrained(OUT / "tokenizers" / name)
    source = ast.parse((SOURCE / "convert_hf_to_gguf_update.py").read_text(encoding="utf-8"))
    tests = next(node.value for node in ast.walk(source) if isinstance(node, ast.Assign)
                 and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "tests")
    texts = [check_text() if isinstance(text, ast.Name) else ast.literal_eval(text) for text in tests.elts]
    specials = list(dict.fromkeys(tokenizer.get_added_vocab()))
    texts += ["a" + token + " b " + token + "c" for token in specials] + ["The shearlings' wool isn't cheap: 1234567 \u00e9 e\u0301"]
    rows = [[text, tokenizer.encode(text, add_special_tokens=False), tokenizer.encode(text)] for text in texts]
    folder = OUT / "goldens" / "tokenizers"
    folder.mkdir(parents=True, exist_ok=True)
    lines = [str(tokenizer.encode(text, add_special_tokens=False)) + "\n" for text in random_texts(sorted(specials))]
    random = [hashlib.sha256("".join(lines[i:i + 100]).encode()).hexdigest() for i in range(0, len(lines), 100)]
    golden = {"name": name, "class": type(tokenizer).__name__, "versions": versions(), "added": sorted(specials), "random": random,
              "rows": rows}
    (folder / (name + ".json")).write_text(dump(golden), encoding="utf-8")
    return (folder / (name + ".json")).stat().st_size


def main():
    failed = []
    if not sys.argv[3:]:
        for folder in sorted((OUT / "tokenizers").iterdir()):
            print(folder.name, make_encodings(folder.name), flush=True)
    for name in sys.argv[3:] or FIXTURES:
        try:
            tokenizer = (OUT / "tokenizers" / name).is_dir()
            print(name, make_encodings(name) if tokenizer else make(FIXTURES[name]), flush=True)
        except Exception as e:
            failed.append(name)
            print(name, "FAILED", type(e).__name__, str(e)[-1500:], flush=True)
            if os.environ.get("TRACE"):
                traceback.print_exc()
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
