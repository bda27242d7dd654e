"""GPTQ as its paper has it, in torch: each matrix of a llama becomes 4 bits in groups of 32, layer after layer, each for the
outputs of the quantized ones before it. One layer in float32 is held at a time, and the hidden states.

    python gptq.py CHECKPOINT TEXT CHUNKS THREADS

Prints seconds and does not write the result: only the time is of interest.
"""

import sys
import time

import torch
from transformers import AutoTokenizer, LlamaForCausalLM
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding

CHUNK = 512
GROUP = 32
BLOCK = 128
INPUTS = {
    "self_attn.q_proj": ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
    "self_attn.o_proj": ("self_attn.o_proj",),
    "mlp.gate_proj": ("mlp.gate_proj", "mlp.up_proj"),
    "mlp.down_proj": ("mlp.down_proj",),
}


def factor(h):
    n = h.shape[0]
    h.diagonal().add_(0.01 * h.diagonal().mean())
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(h))
    return torch.linalg.cholesky(inverse, upper=True)


def scale_of(columns):
    """Symmetric, with a small search, as the common implementations have it: [rows, 1]."""
    most = columns.abs().amax(dim=1, keepdim=True).clamp(min=1e-12)
    best, error = None, None
    for share in (1.0, 0.95, 0.9, 0.85, 0.8):
        scale = most * share / 7
        lost = (columns - (columns / scale).round().clamp(-8, 7) * scale).square().sum(dim=1, keepdim=True)
        if best is None:
            best, error = scale, lost
        else:
            better = lost < error
            best, error = torch.where(better, scale, best), torch.where(better, lost, error)
    return best


def round_matrix(w, u):
    n = w.shape[1]
    for begin in range(0, n, BLOCK):
        end = min(begin + BLOCK, n)
        block = w[:, begin:end].clone()
        errors = torch.zeros_like(block)
        for i in range(end - begin):
            if i % GROUP == 0:
                scale = scale_of(block[:, i:i + GROUP])
            column = block[:, i]
            rounded = ((column / scale[:, 0]).round().clamp(-8, 7)) * scale[:, 0]
            error = (column - rounded) / u[begin + i, begin + i]
            block[:, i:] -= error[:, None] * u[begin + i, begin + i:end][None, :]
            w[:, begin + i] = rounded
            errors[:, i] = error
        w[:, end:] -= errors @ u[begin:end, end:]


def main(checkpoint, text, chunks, threads):
    torch.set_num_threads(threads)
    torch.set_grad_enabled(False)
    tokens = AutoTokenizer.from_pretrained(checkpoint)(open(text).read()[:40 * CHUNK * chunks])["input_ids"]
    tokens = torch.tensor(tokens[:chunks * CHUNK]).view(chunks, CHUNK)
    model = LlamaForCausalLM.from_pretrained(checkpoint, dtype=torch.bfloat16, low_cpu_mem_usage=True)
    began = time.monotonic()
    rotary = LlamaRotaryEmbedding(model.config)
    hidden = model.model.embed_tokens(tokens).float()
    positions = torch.arange(CHUNK)[None]
    embeddings = rotary(hidden[:1], positions)
    mask = torch.full((CHUNK, CHUNK), float("-inf")).triu(1)[None, None]
    for number, layer in enumerate(model.model.layers):
        layer = layer.float()
        parts = dict(layer.named_modules())
        sums = {name: torch.zeros(parts[name].in_features, parts[name].in_features) for name in INPUTS}

        def watch(name):
            def hook(_, inputs):
                x = inputs[0].reshape(-1, inputs[0].shape[-1])
                sums[name].addmm_(x.T, x)
            return parts[name].register_forward_pre_hook(hook)

        def forward():
            for i in range(chunks):
                out = layer(hidden[i:i + 1], attention_mask=mask, position_ids=positions,
                            position_embeddings=embeddings)
                yield i, out[0] if isinstance(out, tuple) else out

        hooks = [watch(name) for name in INPUTS]
        for _ in forward():
            pass
        for hook in hooks:
            hook.remove()
        for name, those in INPUTS.items():
            u = factor(sums.pop(name))
            for one in those:
                round_matrix(parts[one].weight, u)
        for i, out in forward():
            hidden[i:i + 1] = out
        layer.to(torch.bfloat16)
        print(f"layer {number}: {time.monotonic() - began:.1f} s", file=sys.stderr, flush=True)
    print(f"{time.monotonic() - began:.1f}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
