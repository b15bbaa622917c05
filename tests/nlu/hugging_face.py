"""Encoders of other kinds than BERT, small and with random weights, as folders in Hugging Face's layout."""

from __future__ import annotations

from pathlib import Path

import torch
import transformers
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

CORPUS = [
    "from Leeds to York",
    "i want a small pepperoni and a large mushroom pizza",
    "travel from York to Leeds please",
    "hello hi good morning",
    "Zürich and İstanbul, naïve café",
] * 10

SIZES = {"hidden_size": 32, "num_attention_heads": 4, "intermediate_size": 64, "num_hidden_layers": 4}
POSITIONS = 66
"""RoBERTa's kin keep two of them."""


def word_piece() -> Tokenizer:
    """BERT's: lower case, cut at punctuation."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    tokenizer.train_from_iterator(CORPUS, trainers.WordPieceTrainer(vocab_size=200, special_tokens=specials))
    ends = [("[CLS]", 2), ("[SEP]", 3)]
    tokenizer.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", special_tokens=ends)
    return tokenizer


def byte_level(trimmed: bool) -> Tokenizer:
    """RoBERTa's (`trimmed`: offsets leave out the space before a word) or ModernBERT's (they take it in)."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    specials = ["<s>", "<pad>", "</s>", "<unk>"]
    trainer = trainers.BpeTrainer(vocab_size=400, special_tokens=specials, initial_alphabet=alphabet)
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.post_processor = processors.RobertaProcessing(
        ("</s>", 2), ("<s>", 0), trim_offsets=trimmed, add_prefix_space=False
    )
    return tokenizer


def unigram() -> Tokenizer:
    """SentencePiece's, as XLM-R and ALBERT have it."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    specials = ["<s>", "<pad>", "</s>", "<unk>"]
    trainer = trainers.UnigramTrainer(vocab_size=150, special_tokens=specials, unk_token="<unk>")
    tokenizer.train_from_iterator(CORPUS, trainer)
    ends = [("<s>", 0), ("</s>", 2)]
    tokenizer.post_processor = processors.TemplateProcessing("<s> $A </s>", special_tokens=ends)
    return tokenizer


KINDS = ("distilbert", "bert", "roberta", "mpnet", "albert", "xlm-roberta", "modernbert")


def _parts(kind: str) -> tuple[transformers.PreTrainedConfig, Tokenizer]:
    sizes = {**SIZES, "max_position_embeddings": POSITIONS}
    if kind == "distilbert":
        narrow = {"dim": 32, "n_layers": 4, "n_heads": 4, "hidden_dim": 64, "max_position_embeddings": POSITIONS}
        return transformers.DistilBertConfig(**narrow), word_piece()
    if kind == "bert":  # of other proportions, and not read by our own forward pass
        odd = {**sizes, "hidden_size": 48, "num_attention_heads": 3, "num_hidden_layers": 2, "hidden_act": "relu"}
        return transformers.BertConfig(**odd), word_piece()
    if kind == "roberta":
        return transformers.RobertaConfig(**sizes, pad_token_id=1), byte_level(trimmed=True)
    if kind == "mpnet":
        return transformers.MPNetConfig(**sizes, pad_token_id=1), word_piece()
    if kind == "albert":
        return transformers.AlbertConfig(**sizes, embedding_size=16), unigram()
    if kind == "xlm-roberta":
        return transformers.XLMRobertaConfig(**sizes, pad_token_id=1), unigram()
    marks = {"pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2, "cls_token_id": 0, "sep_token_id": 2}
    return transformers.ModernBertConfig(**sizes, **marks), byte_level(trimmed=False)


def write(kind: str, folder: Path) -> Path:
    """The encoder's three files."""
    config, tokenizer = _parts(kind)
    config.vocab_size = tokenizer.get_vocab_size()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        transformers.AutoModel.from_config(config).save_pretrained(folder)
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder
