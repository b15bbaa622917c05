"""Text → sub-words → contextual vectors. The one place that knows what kind of encoder is in use."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn

from deskhand.nlu.bert import Bert, BertShape, load_hugging_face_tensors
from deskhand.nlu.emoji import speak_emoji
from deskhand.nlu.errors import WeightsError
from deskhand.nlu.text import encodable
from deskhand.nlu.weights import CONFIG_FILE, TOKENIZER_FILE, WEIGHTS_FILE

CHARACTERS_PER_TOKEN = 16
"""More characters than this per sub-word never fit into the encoder; the rest of a text is not even read."""


class Encoder(Protocol):
    """What the joint model needs of an encoder. `lower` is frozen, so its result may be kept; `upper` is
    trained. Also an `nn.Module`."""

    hidden_size: int

    def lower(self, ids: Tensor, mask: Tensor) -> Tensor: ...

    def upper(self, states: Tensor, mask: Tensor) -> Tensor: ...


@dataclass(frozen=True)
class Subwords:
    """One tokenised text: ids, and for each the characters it stands for (0, 0 for special tokens)."""

    ids: list[int]
    offsets: list[tuple[int, int]]


class SubwordTokenizer:
    """The encoder's own tokenizer. At most `max_tokens` sub-words of a text count."""

    def __init__(self, folder: Path, max_tokens: int) -> None:
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        speak_emoji(self._tokenizer)
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_tokens)
        self._max_characters = max_tokens * CHARACTERS_PER_TOKEN

    def __call__(self, texts: Sequence[str]) -> list[Subwords]:
        """The sub-words of each text, special tokens included: never an empty list."""
        cut = [encodable(text[: self._max_characters]) for text in texts]
        return [Subwords(item.ids, item.offsets) for item in self._tokenizer.encode_batch(cut)]


def load_encoder(folder: Path, frozen_layers: int, dropout: float) -> Encoder:
    """The encoder in `folder`, with its first `frozen_layers` layers frozen.

    Raises `WeightsError` when the files cannot be read or do not belong together.
    """
    try:
        config: dict[str, Any] = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
        if _is_plain_bert(config):
            return _PlainBert(config, folder, frozen_layers, dropout)
        return _HuggingFace(folder, frozen_layers)
    except (OSError, ValueError, KeyError, RuntimeError) as exc:
        raise WeightsError(f"The encoder in {folder} cannot be loaded: {exc}") from exc


def _is_plain_bert(config: dict[str, Any]) -> bool:
    return (
        config.get("model_type") == "bert"
        and config.get("hidden_act", "gelu") == "gelu"
        and config.get("position_embedding_type", "absolute") == "absolute"
    )


class _PlainBert(Bert):
    def __init__(self, config: dict[str, Any], folder: Path, frozen_layers: int, dropout: float) -> None:
        super().__init__(BertShape.from_config(config), frozen_layers, dropout)
        self.hidden_size = self.shape.hidden_size
        load_hugging_face_tensors(self, load_file(folder / WEIGHTS_FILE))


class _HuggingFace(nn.Module):
    """Any other encoder, through `transformers`. Nothing is kept between epochs, so training is slower."""

    def __init__(self, folder: Path, frozen_layers: int) -> None:
        super().__init__()
        from transformers import AutoModel  # takes seconds, and most installations never need it

        self.model = AutoModel.from_pretrained(folder, local_files_only=True)
        self.hidden_size = int(self.model.config.hidden_size)
        stacks = [module for module in self.model.modules() if isinstance(module, nn.ModuleList)]
        embeddings = self.model.get_input_embeddings()
        for module in [embeddings, *(max(stacks, key=len)[:frozen_layers] if stacks else [])]:
            module.requires_grad_(False)

    def lower(self, ids: Tensor, mask: Tensor) -> Tensor:
        return ids

    def upper(self, states: Tensor, mask: Tensor) -> Tensor:
        output: Tensor = self.model(input_ids=states, attention_mask=mask.long()).last_hidden_state
        return output


def pad(rows: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    """Rows of [length, …] → one tensor [rows, longest, …] and its mask [rows, longest], true for content."""
    lengths = torch.tensor([len(row) for row in rows])
    mask = torch.arange(int(lengths.max()))[None, :] < lengths[:, None]
    return nn.utils.rnn.pad_sequence(list(rows), batch_first=True), mask


def pooled(hidden: Tensor, mask: Tensor) -> Tensor:
    """The sentence vector: the mean over tokens, of length 1. [batch, length, hidden] → [batch, hidden]."""
    weights = mask[:, :, None].to(hidden.dtype)
    mean = (hidden * weights).sum(1) / weights.sum(1)
    return nn.functional.normalize(mean, dim=-1)
