"""Measures and quantizes with llama.cpp's tools and with Shearling in turn and prints times, memory and ratios.

    python compare.py TOOLS SHEARLING FOLDER [evaluate|quantize|statistics ...]

TOOLS is the folder that `shearling reference` prints; FOLDER is for the outputs (4 GB). The models and texts are those of
`shearling fixture`. Figures are medians of rounds in turn; a first round of each quantization is not counted.
"""

import re
import statistics
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from process import measure

CHUNKS = "20"
ROUNDS = 2
EVALUATIONS = 3


class Peers:
    def __init__(self, tools, launcher, folder):
        self.tools, self.launcher, self.folder = tools, launcher.resolve(), folder

    def theirs(self, tool, *words):
        return measure([self.tools / f"llama-{tool}", *words])

    def ours(self, *words):
        return measure([self.launcher, *words])

    def fixture(self, name):
        said = subprocess.run([self.launcher, "fixture", name], stdout=subprocess.PIPE, check=True, text=True).stdout
        return said.split()[-1]

    def output(self, name):
        path = self.folder / name
        path.unlink(missing_ok=True)
        return path


def row(what, theirs, ours):
    print(f"{what:44} {theirs[0]:8.2f} s {ours[0]:8.2f} s  ours / theirs {ours[0] / theirs[0]:5.3f}"
          f" {theirs[1] / 1e6:8.0f} MB {ours[1] / 1e6:6.0f} MB", flush=True)


def medians(rounds):
    return [[statistics.median(each[who][what] for each in rounds) for what in range(2)] for who in range(len(rounds[0]))]


def found(said, *patterns):
    return " ".join(re.search(pattern, said).group(1) for pattern in patterns)


def evaluate(peers):
    base, text = peers.fixture("twin"), peers.fixture("encyclopedia-evaluation")
    candidate = peers.output("candidate.gguf")
    peers.theirs("quantize", base, candidate, "q4_0")
    logits, cache = peers.output("logits.bin"), peers.output("twin.base")
    words = ("evaluate", candidate, "--text", text, "--chunks", CHUNKS, "-q")
    figures = []
    for _ in range(EVALUATIONS):
        first = peers.theirs("perplexity", "-m", base, "-f", text, "--chunks", CHUNKS, "--kl-divergence-base", logits)
        second = peers.theirs("perplexity", "-m", candidate, "--kl-divergence-base", logits, "--kl-divergence")
        both = peers.ours(*words, "--base", base)
        if not cache.exists():
            peers.ours(*words, "--base", base, "--cache", cache)
        cached = peers.ours(*words, "--cache", cache)
        figures.append(((first[0] + second[0], max(first[1], second[1])), both, cached))
    theirs, both, cached = medians(figures)
    row(f"KL of {CHUNKS} chunks, both models", theirs, both)
    row("the same from the base's cache", theirs, cached)
    stored = peers.ours(*words, "--base", base, "--stored")[2]
    print(f"logits file / cache: {logits.stat().st_size} / {cache.stat().st_size}"
          f" = {logits.stat().st_size / cache.stat().st_size:.1f}")
    ours = {name(words): value for words, value in LINE.findall(stored.split("As llama-perplexity")[1])}
    figures = [(name(words), value) for words, value in re.findall(r"^ *(\S.*?) *: +(\S.*?)%? *$", second[2], re.MULTILINE)
               if name(words) in ours]
    other = [f"{words}: {value} and {ours[words]}" for words, value in figures if plain(value) != plain(ours[words])]
    print(f"figures that both print: {len(figures)}, other digits: {len(other)}", *other, sep="\n")


LINE = re.compile(r"^(\S.*?)  +(\S.*?)$", re.MULTILINE)


def name(words):
    return re.sub(r"[^a-z0-9.%\u0394]", "", words.lower())


def plain(value):
    return re.sub(r"[^0-9.]+", " ", value).strip()


def quantize(peers):
    model = peers.fixture("one-billion")
    for kind in ("q4_k_m", "q6_k"):
        figures = []
        for _ in range(ROUNDS + 1):
            theirs, ours = peers.output("theirs.gguf"), peers.output("ours.gguf")
            upstream = peers.theirs("quantize", model, theirs, kind)
            shearling = peers.ours("quantize", model, ours, kind, "-q")
            figures.append((upstream, shearling))
        del figures[0]
        same = subprocess.run(["cmp", "-s", theirs, ours]).returncode == 0
        row(f"{kind} of 1.07 B parameters, {'same bytes' if same else 'OTHER BYTES'}", *medians(figures))
        theirs.unlink(), ours.unlink()


def statistics_of_activations(peers):
    model, text = peers.fixture("twin"), peers.fixture("encyclopedia-calibration")
    theirs, ours = peers.output("theirs.imatrix"), peers.output("ours.imatrix")
    row(f"importance of {CHUNKS} chunks",
        peers.theirs("imatrix", "-m", model, "-f", text, "--chunks", CHUNKS, "-o", theirs),
        peers.ours("stats", model, "--text", text, "--chunks", CHUNKS, "-o", ours, "-q"))


PARTS = {"evaluate": evaluate, "quantize": quantize, "statistics": statistics_of_activations}

if __name__ == "__main__":
    peers = Peers(*(Path(argument) for argument in sys.argv[1:4]))
    for part in sys.argv[4:] or PARTS:
        PARTS[part](peers)
