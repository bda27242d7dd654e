"""Makes the golden files of the tokenizer tests: small tokenizers and what the tokenizers library encodes with them.

Run: python make_tokenizer_golden.py ../resources/io/shearling/convert/tokenizer
Versions: tokenizers 0.22.2, sentencepiece 0.2.1 (for a table of characters); they are written into the file.
"""

import base64
import importlib.metadata
import io
import json
import sys
from pathlib import Path

import sentencepiece
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

OUT = Path(sys.argv[1])

CORPUS = """A tokenizer turns a text into numbers. The numbers are the places of pieces in a vocabulary, and the vocabulary
was learned from other texts. It's been told that they're there, we've made it, I'll sure like some tea, and he'd not.
In 2024 there were 3333 lines and 12 345 678 words; for (int i = 0; i < 10; i++) { return x == y ? "a" : 'b'; }
    if the line begins with spaces, then the spaces count, too.\tAnd tabs\tdo as well.\n\n\nHello world! Hello, y'all!
Die Äpfel fallen weit vom Stamm. нещо на Български език. 我想在apple工作1314151天。 日本語のテキスト。 Cửa Việt là một
한국어 문장. Le café est très chaud, señor. HelloWorld camelCase XMLParser the this that then there these those
""" * 3

TEXTS = [
    "",
    " ",
    "\n \n\n \n\n\n \t \t\t \t\n  \n   \n    \n     \n",
    "🚀 (normal) 😶\u200d🌫️ ✅ 🦙🦙 3 33 333 3333 33333 3.3 3..3",
    "កាន់តែពិសេសអាច😁 ?我想在apple工作1314151天～ ------=======",
    "нещо на Български ''''''```````\"\"\"\"......!!!!!!??????",
    " I've been 'told he's there, 'RE you sure? 'M not, 'D you like We'Ve a'lL it'\u017f",
    "    Hello\n    Hello  World ",
    "for (int i=0; i<10; i++) { a_b = x[i]; }\r\nend",
    "Cửa Việt Äpfel e\u0301 ﬁ ½ ① ＡＢＣ \u00a0x\u3000y",
    "HelloWorld camelCase XMLParser ABCdef1234567",
    "a<mask>b <mask> c  <stop>  d <one>x <one> y <Norm> z<s>\n</s>",
    "ΑΣ ΣΑΣ İstanbul ẞ 한국어 日本語 नमस्ते",
    "abc\x00\ufffd\u200bdef\x07 dead beef 0x1F",
    "x",
]

LLAMA3 = (
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
    "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"
)
QWEN2 = LLAMA3.replace("\\p{N}{1,3}", "\\p{N}")
QWEN35 = (
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*"
    "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"
)
TEKKEN = (
    "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"
    "|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*"
    "|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"
)
BYTES = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}
GPT2 = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}


def split(pattern, behavior="Isolated", invert=False, kind="Regex"):
    return {"type": "Split", "pattern": {kind: pattern}, "behavior": behavior, "invert": invert}


def seq(*steps):
    return {"type": "Sequence", "pretokenizers": list(steps)}


def norm(*steps):
    return {"type": "Sequence", "normalizers": list(steps)}


def meta(scheme, split_words=True):
    return {"type": "Metaspace", "replacement": "▁", "prepend_scheme": scheme, "split": split_words}


def added(id_, content, **flags):
    token = {"id": id_, "content": content, "single_word": False, "lstrip": False, "rstrip": False}
    token.update({"normalized": False, "special": True})
    token.update(flags)
    return token


def template(single, **ids):
    piece = lambda n: {"Sequence": {"id": "A", "type_id": 0}} if n == "A" else {"SpecialToken": {"id": n, "type_id": 0}}
    return {
        "type": "TemplateProcessing",
        "single": [piece(n) for n in single],
        "pair": [piece(n) for n in single] + [{"Sequence": {"id": "B", "type_id": 1}}],
        "special_tokens": {n: {"id": n, "ids": [i], "tokens": [n]} for n, i in ids.items()},
    }


def train():
    """The models, as the library writes them."""
    byte = Tokenizer(models.BPE())
    byte.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    byte.train_from_iterator(
        CORPUS.splitlines(keepends=True),
        trainers.BpeTrainer(vocab_size=520, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False),
    )
    spm = Tokenizer(models.BPE(byte_fallback=True, unk_token="<unk>", fuse_unk=True))
    spm.pre_tokenizer = pre_tokenizers.Metaspace()
    specials = ["<unk>", "<s>", "</s>"] + [f"<0x{b:02X}>" for b in range(256)]
    spm.train_from_iterator(
        [line.replace("İ", "") for line in CORPUS.splitlines()],
        trainers.BpeTrainer(vocab_size=640, special_tokens=specials, limit_alphabet=120, show_progress=False),
    )
    clip = Tokenizer(models.BPE(unk_token="<unk>", end_of_word_suffix="</w>", continuing_subword_prefix="@"))
    clip.pre_tokenizer = pre_tokenizers.Whitespace()
    clip.train_from_iterator(
        CORPUS.splitlines(),
        trainers.BpeTrainer(
            vocab_size=260,
            special_tokens=["<unk>"],
            limit_alphabet=60,
            end_of_word_suffix="</w>",
            continuing_subword_prefix="@",
            show_progress=False,
        ),
    )
    word = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=20))
    word.normalizer = normalizers.BertNormalizer()
    word.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    word.train_from_iterator(
        CORPUS.splitlines(),
        trainers.WordPieceTrainer(
            vocab_size=330, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], show_progress=False
        ),
    )
    piece = Tokenizer(models.Unigram())
    piece.normalizer = normalizers.NFKC()
    piece.pre_tokenizer = pre_tokenizers.Metaspace()
    piece.train_from_iterator(
        CORPUS.splitlines(),
        trainers.UnigramTrainer(
            vocab_size=300, special_tokens=["<s>", "<pad>", "</s>", "<unk>"], unk_token="<unk>", show_progress=False
        ),
    )
    found = {"byte": byte, "spm": spm, "clip": clip, "word": word, "piece": piece}
    return {name: json.loads(tok.to_str())["model"] for name, tok in found.items()}


def charsmap():
    """A small table of characters: the ligature, the fraction, wide letters, a no-break space."""
    rules = OUT / "rules.tsv"
    rows = [("FB01", "66 69"), ("BD", "31 2044 32"), ("FF21", "41"), ("FF22", "42"), ("A0", "20"), ("65 301", "E9"),
            ("200B", ""), ("7", "")]
    rules.write_text("".join(f"{a}\t{b}\n" for a, b in rows))
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(CORPUS.splitlines()),
        model_writer=model,
        vocab_size=180,
        model_type="unigram",
        normalization_rule_tsv=str(rules),
        character_coverage=1.0,
        minloglevel=2,
    )
    rules.unlink()
    from sentencepiece import sentencepiece_model_pb2 as proto

    parsed = proto.ModelProto()
    parsed.ParseFromString(model.getvalue())
    return base64.b64encode(parsed.normalizer_spec.precompiled_charsmap).decode()


def cases(sizes):
    byte, piece, word = sizes["byte"], sizes["piece"], sizes["word"]
    stop = [
        added(byte, "<mask>", lstrip=True),
        added(byte + 1, "<stop>", rstrip=True),
        added(byte + 2, "<one>", single_word=True, special=False),
        added(byte + 3, "<norm>", normalized=True, special=False),
        added(byte + 4, "<s>"),
        added(byte + 5, "</s>"),
        added(byte + 6, "<s", special=False),
    ]
    bos = template(["<s>", "A", "</s>"], **{"<s>": byte + 4, "</s>": byte + 5})
    out = []

    def case(name, model, pre=None, normalizer=None, post=None, tokens=(), settings=None):
        out.append((name, model, pre, normalizer, post, list(tokens), settings or {}))

    case("gpt2", "byte", GPT2)
    case("gpt2-prefix", "byte", dict(GPT2, add_prefix_space=True))
    case("added", "byte", GPT2, {"type": "Lowercase"}, bos, stop)
    case("roberta", "byte", GPT2, None,
         {"type": "RobertaProcessing", "sep": ["</s>", byte + 5], "cls": ["<s>", byte + 4], "trim_offsets": True,
          "add_prefix_space": False}, stop)
    case("smollm", "byte", seq({"type": "Digits", "individual_digits": True}, GPT2))
    case("llama3", "byte", seq(split(LLAMA3), BYTES), None,
         {"type": "Sequence", "processors": [dict(BYTES, use_regex=True), bos]}, stop, {"ignore_merges": True})
    case("qwen2", "byte", seq(split(QWEN2), BYTES), {"type": "NFC"})
    case("qwen35", "byte", seq(split(QWEN35), BYTES), {"type": "NFC"})
    case("tekken", "byte", seq(split(TEKKEN), BYTES))
    case("deepseek-coder", "byte",
         seq(split("[\r\n]"), split("\\s?\\p{L}+"), split("\\s?\\p{P}+"), split("[一-龥ࠀ-一가-퟿]+"),
             {"type": "Digits", "individual_digits": True}, BYTES))
    case("deepseek-v3", "byte",
         seq(split("\\p{N}{1,3}"), split("[一-龥぀-ゟ゠-ヿ]+"),
             split("[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+"
                   "| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+"), BYTES))
    case("line-end", "byte", seq(split("\\s+$"), BYTES))
    case("falcon", "byte",
         seq({"type": "Punctuation", "behavior": "Contiguous"}, GPT2, {"type": "Digits", "individual_digits": False},
             split("[0-9][0-9][0-9]")))
    case("bloom", "byte", seq(split(" ?[^(\\s|[.,!?…。，、।۔،])]+"), BYTES))
    case("possessive", "byte", seq(split("'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}++|\\p{N}{1,3}+"
                                         "| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*+|\\s++$|\\s*[\\r\\n]|\\s+(?!\\S)|\\s"), BYTES))
    case("superbpe", "byte", seq(split("\\p{N}+"), split("(?=(\\d{3})+(?!\\d))"), BYTES))
    case("tiny-aya", "byte", seq(split("\\d{1,3}(?=(?:\\d{3})*\\b)"), BYTES))
    case("han", "byte", seq(split("[\\p{Han}]+|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}&&[^\\p{Han}]]+"), BYTES))
    case("posix", "byte", seq(split("[[:digit:]_]+|[[:^alpha:][:space:]]+|\\h+"), BYTES))
    case("hex", "byte", seq(split("\\h{2,}", "Removed"), BYTES))
    case("dot", "byte", seq(split("(?m:b.)|^.|\\bd{,2}"), BYTES))
    for behavior in ("Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"):
        for invert in (False, True):
            name = "split-" + behavior.lower() + ("-inverted" if invert else "")
            case(name, "byte", seq(split("[el .0-3]", behavior, invert), BYTES))
    case("split-text", "byte", seq(split("l", "MergedWithNext", kind="String"), BYTES))
    case("delimiter", "byte", seq({"type": "CharDelimiterSplit", "delimiter": "o"}, BYTES))
    case("whitespace", "byte", seq({"type": "Whitespace"}, BYTES))
    case("nfkd", "byte", GPT2, norm({"type": "NFKD"}, {"type": "StripAccents"}, {"type": "Strip", "strip_left": True,
                                                                                 "strip_right": True}))
    case("nfd", "byte", GPT2, norm({"type": "NFD"}, {"type": "Replace", "pattern": {"Regex": "[0-9]+"}, "content": "#"}))
    case("llama2", "spm", None, norm({"type": "Prepend", "prepend": "▁"},
                                     {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}),
         template(["<s>", "A"], **{"<s>": 1}),
         [added(0, "<unk>"), added(1, "<s>"), added(2, "</s>", normalized=True)])
    case("gemma", "spm", split(" ", "MergedWithPrevious", kind="String"),
         {"type": "Replace", "pattern": {"String": " "}, "content": "▁"})
    for scheme in ("always", "first", "never"):
        case("metaspace-" + scheme, "spm", meta(scheme), None, None, [added(1, "<s>"), added(2, "</s>")])
    case("metaspace-whole", "spm", meta("first", False), None, None, [added(1, "<s>")])
    case("no-bytes", "spm", meta("always"), None, None, [], {"byte_fallback": False})
    case("no-fuse", "spm", meta("always"), None, None, [], {"byte_fallback": False, "fuse_unk": False})
    case("clip", "clip", {"type": "Whitespace"}, {"type": "Lowercase"})
    case("bert", "word", {"type": "BertPreTokenizer"},
         {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None,
          "lowercase": True}, template(["[CLS]", "A", "[SEP]"], **{"[CLS]": 2, "[SEP]": 3}))
    case("bert-cased", "word", {"type": "BertPreTokenizer"},
         {"type": "BertNormalizer", "clean_text": False, "handle_chinese_chars": False, "strip_accents": None,
          "lowercase": False}, {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]})
    case("xlm", "piece", seq({"type": "WhitespaceSplit"}, meta("always")),
         norm({"type": "Precompiled", "precompiled_charsmap": CHARSMAP},
              {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}),
         template(["<s>", "A", "</s>"], **{"<s>": 0, "</s>": 2}), [added(0, "<s>"), added(piece, "<mask>", lstrip=True)])
    case("unigram", "piece", meta("first"), {"type": "NFKC"})
    return out


def main():
    found = train()
    sizes = {name: len(model["vocab"]) for name, model in found.items()}
    global CHARSMAP
    CHARSMAP = charsmap()
    rows = []
    for name, model, pre, normalizer, post, tokens, settings in cases(sizes):
        head = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": tokens,
                "normalizer": normalizer, "pre_tokenizer": pre, "post_processor": post, "decoder": None}
        body = dict(head, model={**found[model], **settings})
        tokenizer = Tokenizer.from_str(json.dumps(body))
        ids = [tokenizer.encode(text).ids for text in TEXTS]
        rows.append({"name": name, "model": model, "settings": settings, "head": json.dumps(head), "ids": ids})
    versions = {name: importlib.metadata.version(name) for name in ("tokenizers", "sentencepiece")}
    dump = lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for name, model in found.items():
        (OUT / f"model-{name}.json").write_text(dump(model) + "\n")
    with open(OUT / "pipelines.json", "w") as file:
        file.write('{"made_by":"make_tokenizer_golden.py","versions":' + dump(versions) + ',\n"texts":' + dump(TEXTS))
        file.write(',\n"cases":[\n' + ",\n".join(dump(row) for row in rows) + "\n]}\n")


main()
