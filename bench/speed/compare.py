"""Foretells the speed of models with mixed types and measures it: what `quantize --tg` promises beside what it finds.

    python compare.py SHEARLING FOLDER [--models N] [--model FILE]

Each model has types drawn by a seed, one for each role in even blocks and one in odd ones; its budget has nothing left to choose, so
the report has the speed foretold and the speed measured of just these types. FOLDER is for the outputs. Nothing else may compute
meanwhile, nor while the profile of the machine was made: remove that first when in doubt.
"""

import argparse
import json
import random
import statistics
import subprocess
from pathlib import Path

# Any rows fit these; those of the feed-forward part's way down are a multiple of 256 in every model.
ANY = ("q4_0", "q4_1", "q5_0", "q5_1", "q8_0", "iq4_nl", "f16")
DOWN = (*ANY, "q3_k", "q4_k", "q5_k", "q6_k", "iq3_s", "iq4_xs", "q2_k")
ROLES = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")


def mix(seed):
    draw = random.Random(seed)
    lines = [f"token_embd={draw.choice(('q4_0', 'q5_0', 'q8_0', 'f16'))}"]
    for role in ROLES:
        for digits in ("02468", "13579"):
            lines.append(rf"blk\.\d*[{digits}]\.{role}={draw.choice(DOWN if role == 'ffn_down' else ANY)}")
    return "\n".join(lines) + "\n"


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("launcher", type=Path)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--models", type=int, default=10)
    arguments.add_argument("--model")
    given = arguments.parse_args()
    launcher = given.launcher.resolve()
    given.folder.mkdir(parents=True, exist_ok=True)

    def run(*words):
        words = [str(word) for word in (launcher, *words)]
        return subprocess.run(words, stdout=subprocess.PIPE, check=True, text=True).stdout

    model = given.model or run("fixture", "twin").split()[-1]
    text = run("fixture", "encyclopedia-calibration").split()[-1]
    importance = given.folder / "importance.gguf"
    if not importance.exists():
        run("stats", model, "--text", text, "--chunks", 2, "-o", importance, "-q")
    ratios = {"generation": [], "prompt": []}
    for seed in range(given.models):
        types = given.folder / f"mix-{seed}.txt"
        types.write_text(mix(seed))
        report = json.loads(run("quantize", model, given.folder / f"mix-{seed}.gguf", "--tg", "0.001", "--dry-run", "--json",
                                "--tensor-type-file", types, "--imatrix", importance, "--text", text, "-q"))
        result = report["result"]
        print(f"mix {seed}: {result['sizeBytes']:>12,} bytes", end="")
        for what, found in ratios.items():
            foretold, measured = result["predictedSpeed"][what], result["speed"][what]
            found.append(foretold / measured)
            print(f"  {what} {foretold:7.1f} / {measured:7.1f} = {found[-1]:.3f}", end="")
        print(flush=True)
    for what, found in ratios.items():
        print(f"{what}: median ratio {statistics.median(found):.3f}, median distance from 1 "
              f"{100 * statistics.median(abs(each - 1) for each in found):.1f} %, largest "
              f"{100 * max(abs(each - 1) for each in found):.1f} %")
    print(report["speedGoal"]["machine"])


main()
