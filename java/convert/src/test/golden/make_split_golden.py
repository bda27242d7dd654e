"""Writes how llama.cpp itself cuts texts before it merges byte pairs, for each name of a pre-tokenizer that it knows.

    python3 java/convert/src/test/golden/make_split_golden.py LLAMA_CPP_SOURCE java/convert/src

Needs a C++ compiler: the two files of the pinned llama.cpp that cut texts are built with a small program around them, and
run with the expressions of llama-vocab.cpp. The golden is an object of names, each with the SHA-256 of its pieces of all
texts of split-corpus.json, the check text before them: of the UTF-8 bytes of each piece and a NUL.
"""

import ast
import hashlib
import json
import re
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE, OUT = Path(sys.argv[1]), Path(sys.argv[2])
RESOURCES = OUT / "main/resources/io/shearling/convert/tokenizer"
DRIVER = r"""
#include "unicode.h"
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

static std::string text() {
    uint32_t size = 0;
    if (fread(&size, 4, 1, stdin) != 1) { return {}; }
    std::string bytes(size, 0);
    return fread(bytes.data(), 1, size, stdin) == size ? bytes : std::string();
}

int main() {
    std::vector<std::string> expressions(std::stoi(text()));
    for (auto & expression : expressions) { expression = text(); }
    for (int left = std::stoi(text()); left > 0; left--) {
        for (const auto & piece : unicode_regex_split(text(), expressions, false)) {
            if (!piece.empty()) { fwrite(piece.c_str(), 1, piece.size() + 1, stdout); }
        }
    }
}
"""


def expressions(vocabulary):
    """The expressions of each type, and whether its vocabulary is of bytes."""
    found, labels, lines, code = {}, [], [], vocabulary[vocabulary.index("struct llm_tokenizer_bpe "):]
    for line in code[:code.index("std::vector<std::string> regex_exprs;")].splitlines():
        line = line.strip()
        label = re.fullmatch(r"case LLAMA_VOCAB_PRE_TYPE_(\w+):|(default):", line)
        if label:
            labels.append(label.group(1) or "DEFAULT")
        elif line == "break;":
            body = [one for one in lines if not one.startswith("//")]
            texts = [ast.literal_eval(text) for one in body for text in re.findall(r'"(?:[^"\\]|\\.)*"', one)]
            found.update((name, (texts, "byte_encode = false" not in " ".join(body))) for name in labels)
            labels, lines = [], []
        else:
            lines.append(line)
    return found


def types(vocabulary):
    """The type of each name."""
    code = vocabulary[vocabulary.index('tokenizer_pre == "default"'):vocabulary.index("unknown pre-tokenizer type")]
    names, found = [], {}
    for name, kind in re.findall(r'tokenizer_pre == "([^"]+)"|pre_type = LLAMA_VOCAB_PRE_TYPE_(\w+);', code):
        if name:
            names.append(name)
        else:
            found.update((one, kind) for one in names)
            names = []
    return found


def packed(text):
    data = text.encode("utf-8")
    return struct.pack("<I", len(data)) + data


def main():
    vocabulary = (SOURCE / "src/llama-vocab.cpp").read_text(encoding="utf-8")
    programs = expressions(vocabulary)
    texts = [(RESOURCES / "check-text.txt").read_text(encoding="utf-8")]
    texts += json.loads((RESOURCES / "split-corpus.json").read_text(encoding="utf-8"))
    golden, known = {}, {}
    with tempfile.TemporaryDirectory() as work:
        (Path(work) / "main.cpp").write_text(DRIVER)
        subprocess.run(["c++", "-std=c++17", "-O1", "-I", SOURCE / "src", "-o", Path(work) / "split", Path(work) / "main.cpp",
                        SOURCE / "src/unicode.cpp", SOURCE / "src/unicode-data.cpp"], check=True)
        for name, kind in sorted(types(vocabulary).items()):
            parts, of_bytes = programs.get(kind, programs["DEFAULT"])
            if not of_bytes:
                continue
            data = b"".join(map(packed, [str(len(parts)), *parts, str(len(texts)), *texts]))
            if data not in known:
                pieces = subprocess.run([Path(work) / "split"], input=data, stdout=subprocess.PIPE, check=True).stdout
                known[data] = hashlib.sha256(pieces).hexdigest()
            golden[name] = known[data]
    file = OUT / "test/resources/io/shearling/convert/tokenizer/split-programs.json"
    file.write_text(json.dumps(golden, indent=1) + "\n", encoding="utf-8")
    print(len(golden), len(set(golden.values())))


main()
