"""Writes the golden data of the formats tests with the Python package gguf, the reference for the file format.

    python3 -m venv venv && venv/bin/pip install gguf==0.19.0 numpy==2.4.6
    venv/bin/python java/formats/src/test/golden/make_golden.py java/formats/src/test/resources/io/shearling/formats

Hexadecimal words of rows.txt: floats as the 8 digits of their bits, encoded rows as bytes in the order of the file.
"""

import sys
from importlib.metadata import version
from pathlib import Path

import gguf
import numpy as np
from gguf import GGMLQuantizationType as T

OUT = Path(sys.argv[1])
ENCODED = [T.F32, T.F16, T.BF16, T.Q8_0]
DECODED = [T.F32, T.F16, T.BF16, T.Q8_0, T.Q4_0, T.Q4_1, T.Q5_0, T.Q5_1]
# The package does not write these, so they are any bytes with scales of a usual size: where the halves are in a block.
SUPER_BLOCKS = {T.Q2_K: [80, 82], T.Q3_K: [108], T.Q4_K: [0, 2], T.Q5_K: [0, 2], T.Q6_K: [208]}


def floats_hex(values):
    return ",".join(f"{bits:08x}" for bits in np.ascontiguousarray(values, dtype=np.float32).view(np.uint32).ravel())


def rows():
    random = np.random.default_rng(20260711)
    cases = [(f"normal_{scale:g}", random.normal(0, scale, 64)) for scale in (1e-6, 0.02, 1, 300)]
    cases.append(("zeros", np.zeros(32)))
    cases.append(("negative_zeros", np.full(32, -0.0)))
    # The scale is 1, so that halves stay halves: ties go away from zero.
    cases.append(("ties", np.concatenate([np.arange(31) - 15.5, [127]])))
    cases.append(("negative_largest", np.concatenate([random.uniform(-1, 1, 31), [-1.5]])))
    cases.append(("uniform_large", random.uniform(-60000, 60000, 32)))
    halves = [1 + 2**-11, 1 + 3 * 2**-11, 2**-24, 2**-25, 3 * 2**-25, 2**-14 - 2**-25, 65504, 65519.99, 6e-8, 1e-7,
              -(1 + 2**-11), 2**-14, 0.1, 1 / 3, -65504, 0.333]
    cases.append(("half_borders", np.array(halves * 2)))
    brains = [1 + 2**-8, 1 + 3 * 2**-8, 1 + 2**-8 + 2**-20, 3.0e38, -3.0e38, 1e-38, 1e-40, 2**-133]
    cases.append(("brain_borders", np.array(brains * 4)))
    skipped = {("brain_borders", T.Q8_0), ("brain_borders", T.F16)}
    with open(OUT / "row" / "rows.txt", "w") as file:
        file.write(f"# gguf {version('gguf')}, numpy {np.__version__}: encode|decode TYPE CASE FLOATS BYTES\n")
        for name, values in cases:
            values = values.astype(np.float32)
            for kind in ENCODED:
                if (name, kind) not in skipped:
                    data = gguf.quantize(values.reshape(1, -1), kind)
                    file.write(f"encode {kind.name} {name} {floats_hex(values)} {data.tobytes().hex()}\n")
        for kind in DECODED:
            for name, values in cases[:4]:
                data = gguf.quantize(values.astype(np.float32).reshape(1, -1), kind)
                back = gguf.dequantize(data, kind)
                file.write(f"decode {kind.name} {name} {floats_hex(back)} {data.tobytes().hex()}\n")
        random = np.random.default_rng(20261122)
        for kind, places in SUPER_BLOCKS.items():
            for name in ("bytes_1", "bytes_2"):
                data = random.integers(0, 256, gguf.GGML_QUANT_SIZES[kind][1], dtype=np.uint8)
                for place in places:
                    data[place:place + 2] = np.array([random.normal(0, 0.01)], dtype=np.float16).view(np.uint8)
                back = gguf.dequantize(data.reshape(1, -1), kind)
                file.write(f"decode {kind.name} {name} {floats_hex(back)} {data.tobytes().hex()}\n")


def types():
    with open(OUT / "tensor" / "types.txt", "w") as file:
        file.write(f"# gguf {version('gguf')}: CODE NAME ELEMENTS BYTES of a block\n")
        for kind, (elements, size) in sorted(gguf.GGML_QUANT_SIZES.items()):
            file.write(f"{int(kind)} {kind.name} {elements} {size}\n")


def model():
    writer = gguf.GGUFWriter(OUT / "gguf" / "golden.gguf", "llama")
    writer.add_uint8("t.u8", 200)
    writer.add_int8("t.i8", -100)
    writer.add_uint16("t.u16", 60000)
    writer.add_int16("t.i16", -30000)
    writer.add_uint32("t.u32", 4000000000)
    writer.add_int32("t.i32", -2000000000)
    writer.add_float32("t.f32", 0.1)
    writer.add_bool("t.bool", True)
    writer.add_string("t.string", "gr\u00fc\u00dfe \U0001f411")
    writer.add_uint64("t.u64", 2**64 - 1)
    writer.add_int64("t.i64", -(2**63))
    writer.add_float64("t.f64", 0.1)
    writer.add_array("t.ints", [1, -2, 3])
    writer.add_array("t.floats", [0.5, -0.25])
    writer.add_array("t.bools", [True, False, True])
    writer.add_array("t.strings", ["a", "", "\u00e9"])
    writer.add_uint32("llama.block_count", 1)
    random = np.random.default_rng(7)
    writer.add_tensor("a.weight", random.normal(0, 1, (3, 64)).astype(np.float32))
    writer.add_tensor("b.weight", random.normal(0, 1, (5,)).astype(np.float16))
    q8 = gguf.quantize(random.normal(0, 1, (2, 3, 32)).astype(np.float32), T.Q8_0)
    writer.add_tensor("c.weight", q8, raw_dtype=T.Q8_0)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


for package in ("row", "tensor", "gguf"):
    (OUT / package).mkdir(parents=True, exist_ok=True)
rows()
types()
model()
