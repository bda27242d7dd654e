"""Converts a checkpoint with llama.cpp's converter and with Shearling in turn and prints times, memory and ratios.

    python compare.py LLAMA_CPP_SOURCE CHECKPOINT SHEARLING [ROUNDS [FOLDER]]

FOLDER is where the outputs go, by default beside the checkpoint. In /dev/shm the disk plays no part, which Shearling waits
for at its end and upstream does not.

A first round of each is not counted: it reads the checkpoint from the disk and takes the memory of the page cache from
the machine.
"""

import hashlib
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from process import measure

TYPES = ("bf16", "f16", "q8_0")
HEAP = "-Xmx128m"


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main(source, checkpoint, launcher, rounds, folder):
    theirs, ours = folder / "theirs.gguf", folder / "ours.gguf"
    print(f"{'type':6} {'upstream':>10} {'shearling':>10} {'ratio':>7} {'upstream':>10} {'shearling':>10} {'ratio':>7}  same bytes")
    for kind in TYPES:
        figures = []
        for _ in range(rounds + 1):
            theirs.unlink(missing_ok=True)
            upstream = measure([sys.executable, str(source / "convert_hf_to_gguf.py"), str(checkpoint),
                                "--outfile", str(theirs), "--outtype", kind])[:2]
            ours.unlink(missing_ok=True)
            shearling = measure([str(launcher.resolve()), "convert", str(checkpoint), "-o", str(ours),
                                 "--type", kind, "--compat", "upstream", "-q"], SHEARLING_JAVA_OPTS=HEAP)[:2]
            figures.append((*upstream, *shearling))
        del figures[0]
        same = sha256(theirs) == sha256(ours)
        seconds, memory = statistics.median(f[0] for f in figures), statistics.median(f[1] for f in figures)
        our_seconds, our_memory = statistics.median(f[2] for f in figures), statistics.median(f[3] for f in figures)
        speed = statistics.median(f[0] / f[2] for f in figures)
        print(f"{kind:6} {seconds:8.2f} s {our_seconds:8.2f} s {speed:6.1f}x {memory / 1e6:7.0f} MB"
              f" {our_memory / 1e6:7.0f} MB {memory / our_memory:6.1f}x  {'yes' if same else 'NO'}", flush=True)
    for output in (theirs, ours):
        output.unlink(missing_ok=True)


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]),
         int(sys.argv[4]) if len(sys.argv) > 4 else 3,
         Path(sys.argv[5]) if len(sys.argv) > 5 else Path(sys.argv[2]).parent)
