"""Perplexity of a model without layers, for each rule of `prune` and two texts: the table of docs/prune.md.

Usage: rules.py SHEARLING MODEL FOLDER [RULE...]

One recipe, rules.yaml beside this file, is run with each rule and count; the workspace in FOLDER keeps what is made, so that
the second text measures the same files. It is run in the root of the repository.
"""

import json
import pathlib
import sys

from command import fixture, run

RULES = ["middle", "even", "top", "bottom", "influence", "angular", "perplexity"]
# Chunks of text that a rule reads: the last one computes the model for each candidate.
CHUNKS = {"perplexity": 2}
COUNTS = [3, 6, 9]
TEXTS = ["encyclopedia", "speeches"]


def measured(shearling, model, folder, calibration, evaluation, rule, count):
    manifest = json.loads(run(
        shearling, "compress", pathlib.Path(__file__).with_name("rules.yaml"), model, folder / "out.gguf",
        "-c", calibration, "-e", evaluation, "--workspace", folder / "workspace",
        "--set", f"rule={rule}", "--set", f"count={count}",
        "--set", f"chunks={CHUNKS.get(rule, 8)}", "--json", "--quiet"))
    return manifest["steps"][0]


def main(shearling, model, folder, *rules):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    calibration = fixture("encyclopedia-calibration")
    texts = [fixture(text + "-evaluation") for text in TEXTS]
    for rule in rules or RULES:
        cells = []
        for count in COUNTS:
            for text in texts:
                step = measured(shearling, model, folder, calibration, text, rule, count)
                perplexity = step["figures"]["perplexity"]
                cells.append(f"{perplexity['value']:,.1f} ± {perplexity['error']:,.1f}")
                print(rule, count, text, step["facts"], step["figures"]["ratio"], cells[-1], file=sys.stderr, flush=True)
        print(f"| `{rule}` | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
