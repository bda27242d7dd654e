"""Rounds a model of 1.07 B parameters to 4 bits with GPTQ in torch and with Shearling: times, memory and the ratio.

    python compare.py CHECKPOINT SHEARLING FOLDER [CHUNKS]

CHECKPOINT is the one of bench/peers/convert, of the shape of the fixture `one-billion`; FOLDER is for the output (0.7 GB).
Both read the same chunks of the same text on all cores. Torch's result is not written.
"""

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from process import measure


def main(checkpoint, launcher, folder, chunks):
    def fixture(name):
        said = subprocess.run([launcher, "fixture", name], stdout=subprocess.PIPE, check=True, text=True).stdout
        return said.split()[-1]

    text, model, output = fixture("encyclopedia-calibration"), fixture("one-billion"), folder / "rounded.gguf"
    output.unlink(missing_ok=True)
    ours = measure([launcher, "quantize", model, output, "q4_0", "--rounding", "gptq", "--text", text,
                    "--rounding-chunks", chunks, "-q"])
    print(f"shearling {ours[0]:8.1f} s {ours[1] / 1e6:6.0f} MB", flush=True)
    theirs = measure([sys.executable, Path(__file__).with_name("gptq.py"), checkpoint, text, chunks, os.cpu_count()])
    print(f"torch     {theirs[0]:8.1f} s {theirs[1] / 1e6:6.0f} MB   ours / theirs {ours[0] / theirs[0]:.3f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]).resolve(), Path(sys.argv[3]), sys.argv[4] if len(sys.argv) > 4 else "16")
