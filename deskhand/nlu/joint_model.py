"""One encoder, three heads: the intent of a message, the tags of its words, and how it sounds."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

import torch
from torch import Tensor, nn
from torch.nn import functional

from deskhand.encoders.encoder import Encoder, Subwords, SubwordTokenizer, frozen_copy, pad, pooled
from deskhand.nlu.crf import Crf
from deskhand.nlu.mood import NO_MOOD, NO_TONES, ToneHead, Tones, number_of
from deskhand.nlu.tags import LabelledSpan, Span, TagScheme

LINEAR_SHARE = 0.75 / 16
"""Three quarters of the linear classifier's logits, in units of cosines: about 16 makes these logits, too."""
SHAPE_BUCKETS = 512
SHAPE_SIZE = 32
COSINE_SCALE = 12.0
"""Cosines become logits by this factor: with S intents a perfect match then outweighs S-1 orthogonal ones."""


@dataclass(frozen=True)
class Example:
    """A message, its words by characters, and for training what it means."""

    text: str
    words: tuple[Span, ...] = ()
    intent: str | None = None
    entities: tuple[LabelledSpan, ...] = ()
    mood: str | None = None
    """How it sounds, where somebody said so: a value of `conversation.mood.Mood`."""
    in_vain: bool = False
    """Whether it says that the answer before missed."""


@dataclass(frozen=True)
class Featurized:
    """An example in numbers: L sub-words, W words."""

    states: Tensor
    """What the encoder's frozen part gives, [L, …]."""
    word_of_subword: Tensor
    """[L]; 0 for none, i+1 for word i."""
    shapes: Tensor
    """[W] bucket of each word's shape. Words beyond what the encoder reads are left out."""
    tags: Tensor = field(default_factory=lambda: torch.zeros(0, dtype=torch.long))
    """[W]"""
    mood: int = NO_MOOD
    """Its place in `mood.MOODS`."""
    in_vain: bool = False


def word_shape(word: str) -> str:
    """What a word looks like: `FW-204518` → `X2-d6`, `jo@x.com` → `x2@x1.x3`. The encoder cuts numbers into
    arbitrary pieces and has lost the case, which are the two things that tell codes from order numbers."""
    kinds = ("d" if c.isdigit() else "X" if c.isupper() else "x" if c.isalpha() else c for c in word)
    runs = ((kind, sum(1 for _ in run)) for kind, run in groupby(kinds))
    return "".join(f"{kind}{min(length, 9)}" if kind in "dxX" else kind for kind, length in runs)


def shape_bucket(word: str) -> int:
    """The same number for the same shape, in every process."""
    return zlib.crc32(word_shape(word).encode("utf-8", "replace")) % SHAPE_BUCKETS


class IntentHead(nn.Module):
    """Similarity to one learned prototype an intent (Snell, Swersky, Zemel 2017, trained further), and a little of what
    a linear classifier says over the encoder as it was before training.

    The two err differently: fine-tuning learns what tells the intents apart, but forgets some of what the encoder
    knew of sentences unlike the examples.
    """

    def __init__(self, intents: int, hidden_size: int, pretrained_size: int) -> None:
        """The sizes are those of a sentence's vector from the trained encoder and of its `pretrained_vectors`."""
        super().__init__()
        self.prototypes = nn.Parameter(torch.randn(intents, hidden_size) * 0.02)
        self.linear = nn.Linear(pretrained_size, intents)

    def cosines(self, sentences: Tensor) -> Tensor:
        """Unit vectors [B, hidden] → [B, intents]."""
        return sentences @ functional.normalize(self.prototypes, dim=-1).T

    def forward(self, sentences: Tensor, pretrained: Tensor) -> Tensor:
        """Unit vectors of the trained encoder, [B, hidden], and `pretrained_vectors` → scores [B, intents]."""
        scores: Tensor = self.cosines(sentences) + LINEAR_SHARE * self.linear(pretrained)
        return scores


class TagHead(nn.Module):
    """Word vectors and word shapes → tag scores, and the field over them."""

    def __init__(self, scheme: TagScheme, hidden_size: int) -> None:
        super().__init__()
        self.shapes = nn.Embedding(SHAPE_BUCKETS, SHAPE_SIZE)
        self.scores = nn.Linear(hidden_size + SHAPE_SIZE, len(scheme))
        self.crf = Crf(scheme)
        self.dropout = nn.Dropout(0.1)

    def forward(self, hidden: Tensor, word_of_subword: Tensor, shapes: Tensor) -> Tensor:
        """[B, L, hidden], [B, L], [B, W] → [B, W, tags]. A word's vector is the mean of its sub-words'."""
        batch, _, size = hidden.shape
        slots = shapes.shape[1] + 1
        sums = hidden.new_zeros(batch, slots, size)
        sums = sums.scatter_add(1, word_of_subword[:, :, None].expand(-1, -1, size), hidden)
        counts = hidden.new_zeros(batch, slots).scatter_add(1, word_of_subword, torch.ones_like(hidden[..., 0]))
        words = (sums / counts.clamp(min=1)[:, :, None])[:, 1:]
        joined = torch.cat([words, self.shapes(shapes)], dim=-1)
        scores: Tensor = self.scores(self.dropout(joined))
        return scores


class JointModel(nn.Module):
    """The encoder with its heads, each of which is missing when the data has nothing to learn it from."""

    def __init__(self, encoder: Encoder, intents: Sequence[str], scheme: TagScheme, tones: Tones = NO_TONES) -> None:
        super().__init__()
        self.encoder = encoder
        self.intents = tuple(intents)
        self.scheme = scheme
        size = encoder.hidden_size
        self.pretrained = frozen_copy(encoder) if intents or tones != NO_TONES else None
        pretrained_size = (2 if encoder.lower_gives_vectors else 1) * size
        self.intent_head = IntentHead(len(intents), size, pretrained_size) if intents else None
        self.tag_head = TagHead(scheme, size) if scheme.labels else None
        self.tones = tones
        self.tone_head = ToneHead(size, pretrained_size, tones)

    def trained_state(self) -> dict[str, Tensor]:
        """The tensors that training changes, by name: what a trained model needs beside the weights."""
        trained = {name for name, parameter in self.named_parameters() if parameter.requires_grad}
        return {name: tensor for name, tensor in self.state_dict().items() if name in trained}


def featurize(
    examples: Sequence[Example], tokenizer: SubwordTokenizer, model: JointModel, batch_size: int = 64
) -> list[Featurized]:
    """Everything about the examples that training does not change, computed once."""
    subwords = tokenizer([example.text for example in examples])
    order = sorted(range(len(examples)), key=lambda index: len(subwords[index].ids))
    states: dict[int, Tensor] = {}
    for start in range(0, len(order), batch_size):
        batch = order[start : start + batch_size]
        ids, mask = pad([torch.tensor(subwords[index].ids) for index in batch])
        lower = model.encoder.lower(ids, mask)
        for row, index in enumerate(batch):
            states[index] = lower[row, : len(subwords[index].ids)].clone()
    return [
        _featurized(example, subwords[index], states[index], model.scheme) for index, example in enumerate(examples)
    ]


def _featurized(example: Example, subwords: Subwords, states: Tensor, scheme: TagScheme) -> Featurized:
    seen_until = max((end for _, end in subwords.offsets), default=0)
    words = [word for word in example.words if word[0] < seen_until]
    word_of_subword = [0] * len(subwords.ids)
    number = 0
    for place, (start, end) in enumerate(subwords.offsets):
        if start == end:
            continue
        while number < len(words) and words[number][1] <= start:
            number += 1
        if number < len(words) and words[number][0] < end:
            word_of_subword[place] = number + 1
    return Featurized(
        states=states,
        word_of_subword=torch.tensor(word_of_subword, dtype=torch.long),
        shapes=torch.tensor([shape_bucket(example.text[s:e]) for s, e in words], dtype=torch.long),
        tags=torch.tensor(scheme.encode(words, example.entities), dtype=torch.long),
        mood=number_of(example.mood, example.intent),
        in_vain=example.in_vain,
    )


@dataclass(frozen=True)
class Batch:
    """Padded features: B examples, L sub-words, W words."""

    states: Tensor
    mask: Tensor
    word_of_subword: Tensor
    shapes: Tensor
    tags: Tensor
    word_mask: Tensor
    moods: Tensor
    in_vain: Tensor

    @classmethod
    def of(cls, rows: Sequence[Featurized]) -> Batch:
        """One batch of these rows."""
        states, mask = pad([row.states for row in rows])
        shapes, word_mask = pad([row.shapes for row in rows])
        return cls(
            states=states,
            mask=mask,
            word_of_subword=pad([row.word_of_subword for row in rows])[0],
            shapes=shapes,
            tags=pad([row.tags for row in rows])[0],
            word_mask=word_mask,
            moods=torch.tensor([row.mood for row in rows]),
            in_vain=torch.tensor([row.in_vain for row in rows]),
        )


def encode(encoder: Encoder, batch: Batch) -> tuple[Tensor, Tensor]:
    """(token vectors [B, L, hidden], sentence vectors [B, hidden])."""
    hidden = encoder.upper(batch.states, batch.mask)
    return hidden, pooled(hidden, batch.mask, encoder.first_token_is_sentence)


def pretrained_vectors(model: JointModel, batch: Batch) -> Tensor:
    """[B, depths · hidden], each of length 1: the texts as the encoder saw them before training, at its end and, where
    it gives that away, half-way: what a text is about and how it is worded lie at different depths. [B, 0] of a model
    for entities alone."""
    encoder = model.pretrained
    if encoder is None:
        return torch.zeros(len(batch.mask), 0)
    _, vectors = encode(encoder, batch)
    if not encoder.lower_gives_vectors:
        return vectors
    half_way = pooled(batch.states, batch.mask, encoder.first_token_is_sentence)
    return functional.normalize(torch.cat([half_way, vectors], dim=-1), dim=-1)
