"""Makes presets and budgets of their sizes with the same importance, and measures both on text that neither has seen.

    python compare.py SHEARLING FOLDER [--chunks N] [--evaluation NAME] [PRESET ...]

FOLDER is for the outputs (1 GB); what is there from a run before is used again. Models and texts are those of `shearling fixture`:
the twin, the encyclopedia's calibration text for importance and search, its evaluation text for the figures. The error of a
difference is that of the differences chunk by chunk.
"""

import argparse
import json
import math
import statistics
import subprocess
from pathlib import Path

PRESETS = ("q3_k_s", "q3_k_m", "q3_k_l", "q4_k_s", "q4_k_m", "q5_k_s", "q5_k_m", "q6_k")
IMPORTANCE_CHUNKS = "20"


class Peers:
    def __init__(self, launcher, folder, chunks, evaluation):
        self.launcher, self.folder, self.chunks = launcher.resolve(), folder, chunks
        self.model, self.text = self.fixture("twin"), self.fixture("encyclopedia-calibration")
        self.unseen = self.fixture(evaluation)
        self.base = folder / f"{evaluation}-{chunks}.base"

    def run(self, *words):
        words = [str(word) for word in (self.launcher, *words)]
        return subprocess.run(words, stdout=subprocess.PIPE, check=True, text=True).stdout

    def fixture(self, name):
        return self.run("fixture", name).split()[-1]

    def made(self, name, *words):
        path = self.folder / name
        if not path.exists():
            self.run(words[0], words[1], *(["-o", path] if words[0] == "stats" else [path]), *words[2:], "-q")
        return path

    def measured(self, model):
        kept = model.with_suffix(f".{Path(self.unseen).stem}-{self.chunks}.json")
        if not kept.exists():
            kept.write_text(self.run("evaluate", model, "--base", self.model, "--text", self.unseen, "--chunks",
                                     self.chunks, "--cache", self.base, "--json", "-q"))
        return json.loads(kept.read_text())


def line(name, size, found):
    kl = found["comparison"]["kl"]
    print(f"{name:16}{size:>12,} {kl['value']:9.5f} ± {kl['error']:.5f}", end="", flush=True)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("launcher", type=Path)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("presets", nargs="*", default=PRESETS)
    arguments.add_argument("--chunks", type=int, default=40)
    arguments.add_argument("--evaluation", default="encyclopedia-evaluation")
    given = arguments.parse_args()
    peers = Peers(given.launcher, given.folder, given.chunks, given.evaluation)
    importance = peers.made("importance.gguf", "stats", peers.model, "--text", peers.text, "--chunks",
                            IMPORTANCE_CHUNKS)
    shares = []
    for preset in given.presets:
        rule = peers.made(f"{preset}.gguf", "quantize", peers.model, preset, "--imatrix", importance)
        size = rule.stat().st_size
        spent = peers.made(f"budget-{preset}.gguf", "quantize", peers.model, "--size", size, "--text", peers.text,
                           "--imatrix", importance, "--sensitivity", peers.folder / "sensitivities.txt")
        found = peers.measured(rule), peers.measured(spent)
        differences = [b - a for a, b in zip(*(each["chunkKl"] for each in found))]
        mean = statistics.mean(differences)
        error = statistics.stdev(differences) / math.sqrt(len(differences))
        share = mean / found[0]["comparison"]["kl"]["value"]
        shares.append(share)
        line(preset, size, found[0])
        print()
        line("  its budget", spent.stat().st_size, found[1])
        print(f"   {mean:+.5f} ± {error:.5f}  {100 * share:+.0f} %", flush=True)
    print(f"median {100 * statistics.median(shares):+.0f} % over {given.chunks} chunks of {given.evaluation}")


if __name__ == "__main__":
    main()
