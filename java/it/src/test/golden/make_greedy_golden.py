"""Writes what transformers says in f32 with the default model's weights, for ConvertedTextIT.

    python make_greedy_golden.py MODEL.gguf PROMPTS.json OUTPUT.json

PROMPTS.json is a list of lists of token ids. The weights are those of the GGUF file as transformers dequantizes them; attention is
eager. The output has the versions, and for each prompt "prompt" and "reply", 64 tokens or fewer up to the end of text.
"""

import json
import sys
from pathlib import Path

import torch
import transformers
from transformers import AutoModelForCausalLM

TOKENS = 64


def main(model_file, prompts, output):
    model = AutoModelForCausalLM.from_pretrained(
        str(model_file.parent), gguf_file=model_file.name, torch_dtype=torch.float32, attn_implementation="eager")
    model.eval()
    replies = []
    for prompt in json.loads(prompts.read_text()):
        ids = torch.tensor([prompt])
        with torch.no_grad():
            out = model.generate(ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=TOKENS,
                                 eos_token_id=2, pad_token_id=2)
        replies.append({"prompt": prompt, "reply": out[0, len(prompt):].tolist()})
    golden = {"transformers": transformers.__version__, "torch": torch.__version__, "replies": replies}
    text = json.dumps(golden)
    output.write_text(text.replace('{"prompt"', '\n{"prompt"') + "\n")


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))
