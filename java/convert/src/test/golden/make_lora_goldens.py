"""Writes the golden data of the adapters' tests: what convert_lora_to_gguf.py of the pinned llama.cpp makes of tiny PEFT adapters.

    venv/bin/python java/convert/src/test/golden/make_lora_goldens.py LLAMA_CPP_SOURCE \\
        java/convert/src/test/resources/io/shearling/convert [NAME ...]

The base models are fixtures of make_goldens.py, of which only config.json is needed. A golden lies in goldens/lora/ and is an
object of name, directory, base (its config.json), files (the small files of the adapter), init, tensors and outputs as in
make_goldens.py, the tensors in the order of their data in adapter_model.safetensors.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import safetensors
import safetensors.torch

import make_goldens as goldens

ADAPTERS = {}
ATTENTION = {"q_proj": (64, 64), "k_proj": (64, 32), "v_proj": (64, 32), "o_proj": (64, 64)}
MLP = {"gate_proj": (64, 128), "up_proj": (64, 128), "down_proj": (128, 64)}
CARD = """---
base_model: example-org/Tiny-Llama-3-0.1B
library_name: peft
license: apache-2.0
tags:
- lora
---
# Adapter
"""


def adapter(name, base, tensors, rank, alpha, dtype="F32", outtypes=("f32",), directory=None, files=None, **config):
    ADAPTERS[name] = dict(name=name, base=base, tensors=tensors, dtype=dtype, outtypes=outtypes,
                          directory=directory or "tiny-" + name, files={
        **(files or {}), "adapter_config.json": json.dumps({
            "base_model_name_or_path": "example-org/Tiny", "bias": "none", "fan_in_fan_out": False, "lora_alpha": alpha,
            "lora_dropout": 0.0, "modules_to_save": None, "peft_type": "LORA", "r": rank, "task_type": "CAUSAL_LM",
            **config}, indent=1)})


def pair(module, columns, rows, rank):
    return [("base_model.model." + module + ".lora_A.weight", [rank, columns]),
            ("base_model.model." + module + ".lora_B.weight", [rows, rank])]


def layers(count, rank, *parts):
    return [tensor for layer in range(count) for part in parts for name, (columns, rows) in part.items()
            for tensor in pair(f"model.layers.{layer}." + ("self_attn." if part is ATTENTION else "mlp.") + name, columns,
                               rows, rank)]


adapter("llama", "llama", layers(2, 8, ATTENTION, MLP), 8, 16, outtypes=("f32", "f16", "bf16", "q8_0"))
adapter("llama-card", "llama", layers(2, 32, ATTENTION), 32, 64, outtypes=("q8_0",), files={"README.md": CARD},
        directory="Tiny-Llama-3-8B-Sheep-LoRA-v0.2")
adapter("qwen2", "qwen2", layers(2, 4, {}, MLP) + pair("lm_head", 64, 512, 4), 4, 8.5, dtype="BF16", outtypes=("f32", "bf16"))
adapter("mixtral", "mixtral", [tensor for layer in range(2) for expert in range(4) for part, (columns, rows) in
        {"w1": (64, 128), "w2": (128, 64), "w3": (64, 128)}.items() for tensor in pair(
        f"model.layers.{layer}.block_sparse_moe.experts.{expert}.{part}", columns, rows, 4)], 4, 4, dtype="F16")
# As mergekit-extract-lora writes them: norms, and factors of the embeddings.
adapter("gemma2", "gemma2", layers(2, 2, ATTENTION) + [
    ("base_model.model.model.layers.0.input_layernorm.weight", [64]), ("base_model.model.model.norm.weight", [64]),
    ("base_model.model.model.embed_tokens.lora_embedding_A", [2, 512]),
    ("base_model.model.model.embed_tokens.lora_embedding_B", [64, 2])], 2, 2)
adapter("activated", "llama", layers(1, 2, ATTENTION), 2, 4, alora_invocation_tokens=[500, 7, 501])
adapter("rank-stabilized", "llama", layers(1, 4, ATTENTION), 4, 8, use_rslora=True)


def make(case):
    base = goldens.FIXTURES[case["base"]]
    config = goldens.texts_of(base, goldens.config_of(base))["full"]
    case["norm"], case["special"] = "n", {}
    rows = [[name, case["dtype"], shape, 0, goldens.letter_of(name, shape, case)] for name, shape in case["tensors"]]
    init = {letter: goldens.INIT[case["dtype"]][letter] for letter in sorted({row[4] for row in rows})}
    outputs = []
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work) / case["directory"]
        (Path(work) / "base").mkdir()
        (Path(work) / "base" / "config.json").write_text(config, encoding="utf-8")
        folder.mkdir()
        for name, text in case["files"].items():
            (folder / name).write_text(text, encoding="utf-8")
        safetensors.torch.save_file({row[0]: goldens.tensor_of(row, init) for row in rows},
                                    folder / "adapter_model.safetensors", metadata={"format": "pt"})
        with safetensors.safe_open(folder / "adapter_model.safetensors", framework="pt") as file:
            order = list(file.offset_keys())
        rows.sort(key=lambda row: order.index(row[0]))
        for outtype in case["outtypes"]:
            file = Path(work) / f"{outtype}.gguf"
            subprocess.run([sys.executable, goldens.SOURCE / "convert_lora_to_gguf.py", folder, "--base",
                            Path(work) / "base", "--outfile", file, "--outtype", outtype], check=True,
                           stdout=subprocess.DEVNULL, stderr=None if os.environ.get("TRACE") else subprocess.DEVNULL)
            outputs.append({"outtype": outtype, "config": "full", **goldens.part(file)})
    golden = {"name": case["name"], "directory": case["directory"], "versions": goldens.versions(), "base": config,
              "files": case["files"], "init": init, "tensors": rows, "outputs": outputs}
    text = goldens.dump(golden)
    (goldens.OUT / "goldens" / "lora").mkdir(parents=True, exist_ok=True)
    (goldens.OUT / "goldens" / "lora" / (case["name"] + ".json")).write_text(text, encoding="utf-8")
    return len(text.encode())


for name in sys.argv[3:] or ADAPTERS:
    print(name, make(ADAPTERS[name]), flush=True)
