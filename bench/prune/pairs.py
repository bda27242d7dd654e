"""What prunings are worth beside their alternatives, token by token: the comparisons of docs/prune.md.

Usage: pairs.py SHEARLING MODEL FOLDER [NAME...]

Each pair is two ways to prune; printed are both perplexities and the ratio of the first to the second, whose error is that of
the pair: both models read the same tokens. It is run in the root of the repository; pruned models stay in FOLDER.
"""

import json
import pathlib
import sys

from command import fixture, run

READ = ["--text", "CALIBRATION"]
PAIRS = {
    "flap-bias": (["--ffn", "0.8", *READ], ["--ffn", "0.8", "--no-bias", *READ]),
    "flap-wanda": (["--ffn", "0.8", *READ], ["--ffn", "0.8", "--score", "wanda", *READ]),
    "linear-3": (["--count", "3", "--repair", "linear", *READ], ["--count", "3"]),
    "linear-6": (["--count", "6", "--repair", "linear", *READ], ["--count", "6"]),
}
BLOCKS = ["--rule", "blocks", "--chunks", "2", *READ]


class Bench:
    def __init__(self, shearling, model, folder):
        self.shearling, self.model, self.folder = shearling, model, pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.calibration = fixture("encyclopedia-calibration")
        self.texts = {name: fixture(name + "-evaluation") for name in ("encyclopedia", "speeches")}

    def pruned(self, name, options):
        target = self.folder / (name + ".gguf")
        told = target.with_suffix(".json")
        if not (target.exists() and told.exists()):
            options = [self.calibration if option == "CALIBRATION" else option for option in options]
            told.write_text(run(self.shearling, "prune", self.model, target, *options, "--json", "--quiet"))
        return target, json.loads(told.read_text())

    def compare(self, name, first, second):
        for text, path in self.texts.items():
            told = json.loads(run(
                self.shearling, "evaluate", first, "--base", second, "--text", path, "--chunks", "16", "--json", "--quiet"))
            figures = told["comparison"]
            print(f"| {name} | {text} | " + " | ".join(
                f"{figures[key]['value']:.4g} ± {figures[key]['error']:.2g}"
                for key in ("perplexity", "basePerplexity", "ratio")) + " |", flush=True)

    def pair(self, name):
        first, second = PAIRS[name]
        self.compare(name, self.pruned(name + "-a", first)[0], self.pruned(name + "-b", second)[0])

    def blocks(self, count):
        """So many blocks against as many layers of the middle as make the nearest size."""
        blocks, told = self.pruned(f"blocks-{count}", ["--count", count, *BLOCKS])
        print(told["removedBlocks"], told["measured"]["blocksComputed"], told["measured"]["blocksWithoutCache"])
        sizes = {}
        for layers in range(1, count + 1):
            target, other = self.pruned(f"middle-{layers}", ["--count", layers])
            sizes[abs(other["parameters"] - told["parameters"])] = (layers, target, other["parameters"])
        layers, target, parameters = sizes[min(sizes)]
        self.compare(f"{count} blocks ({told['parameters']}), {layers} layers ({parameters})", blocks, target)


def main(shearling, model, folder, *names):
    bench = Bench(shearling, model, folder)
    for name in names or [*PAIRS, "blocks"]:
        if name == "blocks":
            bench.blocks(10)
        else:
            bench.pair(name)


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
