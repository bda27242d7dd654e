"""Trains the tiny tokenizers of the conversion tests. They are kept in the tree, so this runs only to change them.

    venv/bin/python java/convert/src/test/golden/make_tokenizers.py \
        java/convert/src/test/resources/io/shearling/convert/tokenizers [FUNCTION ...]
"""

import io
import json
import shutil
import sys
import tempfile
from pathlib import Path

import sentencepiece
from sentencepiece.sentencepiece_model_pb2 import ModelProto
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import GemmaTokenizerFast, LlamaTokenizerFast, XLMRobertaTokenizerFast

OUT = Path(sys.argv[1])

TEXT = """
A shearling is a sheep of one year that has been shorn once. Its wool is short, even and soft.
The flock comes down from the hills before the first snow, and the dogs bring the last of them in at dusk.
Every morning the shepherd counts them: 1, 2, 3, 17, 42, 365, 1024 and 65536. There are never more than 70000.
"Where is the old one?" she asked. "He's with the others," he said; they'll be here soon, we've seen them, I'm sure.
The model reads the words one by one, and after each word it guesses the next. It is wrong often and right enough.
To be read, a text is cut into tokens; a token is a piece of a word, a word, a number or a sign. Spaces count, too.
public static int sum(int[] values) {
    int total = 0;
    for (int value : values) {
        total += value;
    }
    return total;
}
def tokens(text):
\treturn [word for word in text.split() if word]
SELECT name, count(*) FROM sheep WHERE age >= 1 GROUP BY name ORDER BY 2 DESC;
Das Schaf steht auf der Wiese und frißt Gras. Über den Hügel weht der Wind, und die Hunde laufen schnell.
Le mouton est dans le pré; il mange de l'herbe à côté de la rivière. Les chiens courent après lui.
La oveja está en el prado y come hierba. ¿Dónde está el perro? El niño pequeño mañana vendrá.
Овца стоит на лугу и ест траву. Собака бежит через поле, и ветер дует с холмов.
羊在草地上吃草。狗跑得很快。今天的天气很好。 羊は草を食べます。 양은 풀을 먹습니다.
😀 🐑🐑 ✅ … – “quoted” ‘single’ 3.14 -1 +7 50% $20 €5 #tag @name a/b a_b a-b a=b (x) [y] {z} <tag> https://example.org
"""

LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
          r"|\s*[\r\n]+|\s+(?!\S)|\s+")
QWEN2 = LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")

CHAT = ("{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
        "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}")
LLAMA_CHAT = ("{{ bos_token }}{% for message in messages %}{{ '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'"
              " + message['content'] | trim + '<|eot_id|>' }}{% endfor %}")


def fresh(name):
    folder = OUT / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def write(folder, name, value):
    (folder / name).write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def decoder_of(tokenizer):
    data = json.loads(tokenizer.to_str())
    return {str(token["id"]): {key: token[key] for key in ("content", "lstrip", "normalized", "rstrip", "single_word",
            "special")} for token in data["added_tokens"]}


def bpe(size, pre_tokenizer, ignore_merges=False, normalizer=None):
    tokenizer = Tokenizer(models.BPE(ignore_merges=ignore_merges))
    tokenizer.pre_tokenizer = pre_tokenizer
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    tokenizer.decoder = decoders.ByteLevel(add_prefix_space=True, trim_offsets=True, use_regex=True)
    trainer = trainers.BpeTrainer(vocab_size=size, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
                                  show_progress=False)
    tokenizer.train_from_iterator([TEXT], trainer)
    return tokenizer


def split(pattern):
    return pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(pattern), behavior="isolated", invert=False),
        pre_tokenizers.ByteLevel(add_prefix_space=False, trim_offsets=True, use_regex=False)])


def special(*contents):
    return [AddedToken(content, special=True, normalized=False) for content in contents]


def llama3():
    """Byte-level BPE as in Llama 3: whole words first, a BOS by template, the merges as pairs."""
    folder = fresh("bpe-llama3")
    tokenizer = bpe(500, split(LLAMA3), ignore_merges=True)
    tokenizer.add_special_tokens(special("<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>",
                                         "<|end_header_id|>", "<|eot_id|>"))
    bos = tokenizer.token_to_id("<|begin_of_text|>")
    tokenizer.post_processor = processors.Sequence([
        processors.ByteLevel(add_prefix_space=True, trim_offsets=False, use_regex=True),
        processors.TemplateProcessing(single="<|begin_of_text|> $A", pair="<|begin_of_text|> $A <|begin_of_text|>:1 $B:1",
                                      special_tokens=[("<|begin_of_text|>", bos)])])
    tokenizer.save(str(folder / "tokenizer.json"))
    write(folder, "tokenizer_config.json", {
        "added_tokens_decoder": decoder_of(tokenizer), "bos_token": "<|begin_of_text|>", "chat_template": LLAMA_CHAT,
        "clean_up_tokenization_spaces": True, "eos_token": "<|eot_id|>",
        "model_input_names": ["input_ids", "attention_mask"], "model_max_length": 256,
        "tokenizer_class": "PreTrainedTokenizerFast"})


def gpt2():
    """Byte-level BPE as in GPT-2: the built-in expression, the merges as strings, no template."""
    folder = fresh("bpe-gpt2")
    tokenizer = bpe(511, pre_tokenizers.ByteLevel(add_prefix_space=False, trim_offsets=True, use_regex=True))
    tokenizer.post_processor = processors.ByteLevel(add_prefix_space=True, trim_offsets=False, use_regex=True)
    tokenizer.add_special_tokens([AddedToken("<|endoftext|>", special=True, normalized=True)])
    data = json.loads(tokenizer.to_str())
    data["model"]["merges"] = [" ".join(pair) for pair in data["model"]["merges"]]
    write(folder, "tokenizer.json", data)
    write(folder, "tokenizer_config.json", {
        "add_bos_token": False, "add_prefix_space": False, "bos_token": {"__type": "AddedToken",
        "content": "<|endoftext|>", "lstrip": False, "normalized": True, "rstrip": False, "single_word": False},
        "eos_token": "<|endoftext|>", "model_max_length": 256, "tokenizer_class": "GPT2Tokenizer",
        "unk_token": "<|endoftext|>"})


def qwen2():
    """Byte-level BPE as in Qwen 2: NFC, single digits, added tokens that are not special, the template in a file."""
    folder = fresh("bpe-qwen2")
    tokenizer = bpe(500, split(QWEN2), normalizer=normalizers.NFC())
    tokenizer.post_processor = processors.ByteLevel(add_prefix_space=False, trim_offsets=False, use_regex=False)
    tokenizer.add_special_tokens(special("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|user|>"))
    tokenizer.add_tokens([AddedToken("<tool_call>", special=False, normalized=False),
                          AddedToken("</tool_call>", special=False, normalized=False),
                          AddedToken("<|plain|>", special=False, normalized=False),
                          AddedToken("▁▁wool", special=False, normalized=False),
                          AddedToken("shearlings", special=False, normalized=True)])
    tokenizer.save(str(folder / "tokenizer.json"))
    write(folder, "tokenizer_config.json", {
        "add_bos_token": False, "add_prefix_space": False, "added_tokens_decoder": decoder_of(tokenizer),
        "additional_special_tokens": ["<|im_start|>", "<|im_end|>"], "bos_token": None,
        "clean_up_tokenization_spaces": False, "eos_token": "<|im_end|>", "errors": "replace", "model_max_length": 256,
        "pad_token": "<|endoftext|>", "split_special_tokens": False, "tokenizer_class": "Qwen2Tokenizer",
        "unk_token": None})
    (folder / "chat_template.jinja").write_text(CHAT, encoding="utf-8")


def sentencepiece_model(folder, **options):
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.Train(
        sentence_iterator=iter(TEXT.splitlines()), model_writer=model, model_type="bpe", byte_fallback=True,
        character_coverage=0.98, normalization_rule_name="identity", num_threads=1, split_digits=True,
        allow_whitespace_only_pieces=True, remove_extra_whitespaces=False, minloglevel=2, **options)
    (folder / "tokenizer.model").write_bytes(model.getvalue())


def token(content, is_special=True):
    return {"content": content, "lstrip": False, "normalized": False, "rstrip": False, "single_word": False,
            "special": is_special}


def alone(name, folder, tokenizer_class):
    """The tokenizer of a folder with a tokenizer.model as a folder with a tokenizer.json in its place."""
    with tempfile.TemporaryDirectory() as work:
        tokenizer_class.from_pretrained(folder, from_slow=True).save_pretrained(work)
        target = fresh(name)
        data = json.loads((Path(work) / "tokenizer.json").read_text(encoding="utf-8"))
        # The converter only knows the published form, without a sequence around it.
        for normalizer in (data["normalizer"] or {}).get("normalizers", []):
            if normalizer["type"] == "Precompiled":
                data["normalizer"] = normalizer
        write(target, "tokenizer.json", data)
        shutil.copy(folder / "tokenizer_config.json", target / "tokenizer_config.json")


def llama():
    """SentencePiece BPE with byte fallback as in Llama 2, and the same as tokenizer.json alone."""
    folder = fresh("spm-llama")
    sentencepiece_model(folder, vocab_size=504)
    config = {
        "add_bos_token": True, "add_eos_token": False,
        "added_tokens_decoder": {"0": token("<unk>"), "1": token("<s>"), "2": token("</s>"), "504": token("<|user|>"),
                                 "505": token("<|end|>"), "506": token("▁note▁", False)},
        "bos_token": "<s>", "clean_up_tokenization_spaces": False, "eos_token": "</s>", "legacy": False,
        "model_max_length": 256, "pad_token": None, "sp_model_kwargs": {}, "tokenizer_class": "LlamaTokenizer",
        "unk_token": "<unk>", "use_default_system_prompt": False,
        "chat_template": "{% for m in messages %}{{ '<|' + m['role'] + '|>\n' + m['content'] + '<|end|>\n' }}{% endfor %}"}
    write(folder, "tokenizer_config.json", config)
    alone("hf-llama", folder, LlamaTokenizerFast)


def gemma():
    """SentencePiece BPE as in Gemma: pieces defined by the user, the special tokens in another order."""
    folder = fresh("spm-gemma")
    sentencepiece_model(folder, vocab_size=512, pad_id=0, eos_id=1, bos_id=2, unk_id=3, add_dummy_prefix=False,
                        pad_piece="<pad>", eos_piece="<eos>", bos_piece="<bos>",
                        control_symbols=["<mask>"],
                        user_defined_symbols=["<unused0>", "<start_of_turn>", "<end_of_turn>", "\n", "\n\n", "▁▁"])
    config = {
        "add_bos_token": True, "add_eos_token": False,
        "added_tokens_decoder": {"0": token("<pad>"), "1": token("<eos>"), "2": token("<bos>"), "3": token("<unk>"),
                                 "4": token("<mask>", False), "5": token("<unused0>", False),
                                 "6": token("<start_of_turn>"), "7": token("<end_of_turn>"), "10": token("▁▁", False)},
        "bos_token": "<bos>", "clean_up_tokenization_spaces": False, "eos_token": "<eos>", "model_max_length": 256,
        "pad_token": "<pad>", "sp_model_kwargs": {}, "spaces_between_special_tokens": False,
        "tokenizer_class": "GemmaTokenizer", "unk_token": "<unk>", "use_default_system_prompt": False}
    write(folder, "tokenizer_config.json", config)
    alone("hf-gemma", folder, GemmaTokenizerFast)


def roberta():
    """Byte-level BPE as in RoBERTa: the template of RobertaProcessing, special tokens in the vocabulary."""
    folder = fresh("bpe-roberta")
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, trim_offsets=True, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel(add_prefix_space=True, trim_offsets=True, use_regex=True)
    names = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    tokenizer.train_from_iterator([TEXT], trainers.BpeTrainer(
        vocab_size=512, special_tokens=names, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    tokenizer.post_processor = processors.RobertaProcessing(sep=("</s>", 2), cls=("<s>", 0), trim_offsets=True,
                                                            add_prefix_space=False)
    tokenizer.save(str(folder / "tokenizer.json"))
    write(folder, "tokenizer_config.json", {
        "add_prefix_space": False, "added_tokens_decoder": decoder_of(tokenizer), "bos_token": "<s>",
        "clean_up_tokenization_spaces": True, "cls_token": "<s>", "eos_token": "</s>", "errors": "replace",
        "mask_token": "<mask>", "model_max_length": 64, "pad_token": "<pad>", "sep_token": "</s>",
        "tokenizer_class": "RobertaTokenizer", "trim_offsets": True, "unk_token": "<unk>"})


def whitespace():
    """BPE over words as they are, as in Jina's Chinese model: no bytes, words apart by white space and signs."""
    folder = fresh("bpe-whitespace")
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    names = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    tokenizer.train_from_iterator([TEXT], trainers.BpeTrainer(vocab_size=500, special_tokens=names, show_progress=False))
    tokenizer.post_processor = processors.RobertaProcessing(sep=("</s>", 2), cls=("<s>", 0), trim_offsets=True,
                                                            add_prefix_space=False)
    tokenizer.save(str(folder / "tokenizer.json"))
    write(folder, "tokenizer_config.json", {
        "add_prefix_space": False, "added_tokens_decoder": decoder_of(tokenizer), "bos_token": "<s>",
        "clean_up_tokenization_spaces": True, "cls_token": "<s>", "eos_token": "</s>", "errors": "replace",
        "mask_token": "<mask>", "model_max_length": 64, "pad_token": "<pad>", "sep_token": "</s>",
        "tokenizer_class": "RobertaTokenizer", "trim_offsets": True, "unk_token": "<unk>"})


def unigram():
    """SentencePiece Unigram as in XLM-RoBERTa, with a few rules of normalization, and the same as tokenizer.json alone."""
    folder = fresh("unigram")
    with tempfile.TemporaryDirectory() as work:
        rules = Path(work) / "rules.tsv"
        rules.write_text("".join(f"{ord(a):X}\t{' '.join(f'{ord(c):X}' for c in b)}\n" for a, b in
                                 [("½", "1/2"), ("…", "..."), ("“", '"'), ("”", '"'), ("～", "~"), ("\t", " ")]))
        model = io.BytesIO()
        sentencepiece.SentencePieceTrainer.Train(
            sentence_iterator=iter(TEXT.splitlines()), model_writer=model, model_type="unigram", vocab_size=300,
            character_coverage=0.99, normalization_rule_tsv=str(rules), num_threads=1, minloglevel=2)
    proto = ModelProto.FromString(model.getvalue())
    proto.normalizer_spec.ClearField("normalization_rule_tsv")
    (folder / "sentencepiece.bpe.model").write_bytes(proto.SerializeToString())
    write(folder, "tokenizer_config.json", {
        "added_tokens_decoder": {"0": token("<s>"), "1": token("<pad>"), "2": token("</s>"), "3": token("<unk>"),
                                 "301": token("<mask>")},
        "bos_token": "<s>", "clean_up_tokenization_spaces": True, "cls_token": "<s>", "eos_token": "</s>",
        "mask_token": "<mask>", "model_max_length": 64, "pad_token": "<pad>", "sep_token": "</s>",
        "tokenizer_class": "XLMRobertaTokenizer", "unk_token": "<unk>"})
    alone("hf-unigram", folder, XLMRobertaTokenizerFast)


def wordpiece():
    """WordPiece as in BERT, in lower case."""
    folder = fresh("wordpiece")
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=None,
                                                      lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece(prefix="##", cleanup=True)
    names = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer.train_from_iterator([TEXT], trainers.WordPieceTrainer(vocab_size=500, special_tokens=names,
                                                                    show_progress=False))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    tokenizer.save(str(folder / "tokenizer.json"))
    write(folder, "tokenizer_config.json", {
        "added_tokens_decoder": decoder_of(tokenizer), "clean_up_tokenization_spaces": True, "cls_token": "[CLS]",
        "do_lower_case": True, "mask_token": "[MASK]", "model_max_length": 64, "pad_token": "[PAD]", "sep_token": "[SEP]",
        "strip_accents": None, "tokenize_chinese_chars": True, "tokenizer_class": "BertTokenizer", "unk_token": "[UNK]"})


for make in (llama3, gpt2, qwen2, llama, gemma, roberta, whitespace, unigram, wordpiece):
    if not sys.argv[2:] or make.__name__ in sys.argv[2:]:
        make()
