"""Text → sub-words → contextual vectors. The one place that knows what kind of encoder is in use."""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn

from deskhand.encoders.bert import Bert, BertShape, load_hugging_face_tensors
from deskhand.encoders.emoji import speak_emoji
from deskhand.encoders.errors import WeightsError
from deskhand.encoders.text import encodable
from deskhand.encoders.weights import CONFIG_FILE, POOLING_FILE, TOKENIZER_FILE, WEIGHTS_FILE

CHARACTERS_PER_TOKEN = 16
"""More characters than this per sub-word never fit into the encoder; the rest of a text is not even read."""


_MEAN, _FIRST = "mean", "cls"
_OLD_NAMES = {"mean_tokens": _MEAN, "cls_token": _FIRST}


class Encoder(Protocol):
    """What the joint model needs of an encoder. `lower` is frozen, so its result may be kept; `upper` is
    trained. Also an `nn.Module`."""

    hidden_size: int
    first_token_is_sentence: bool
    """Whether the first token stands for the whole text, and not the mean over all tokens."""
    lower_gives_vectors: bool
    """Whether what `lower` gives are vectors of tokens, as `upper` gives them."""

    def lower(self, ids: Tensor, mask: Tensor) -> Tensor: ...

    def upper(self, states: Tensor, mask: Tensor) -> Tensor: ...

    def word_vectors(self) -> Tensor:
        """[sub-words, size]: what each is at first, before it has seen any other."""
        ...


@dataclass(frozen=True)
class Subwords:
    """One tokenised text: ids, and for each the characters it stands for (0, 0 for special tokens)."""

    ids: list[int]
    offsets: list[tuple[int, int]]


class SubwordTokenizer:
    """The encoder's own tokenizer. At most `max_tokens` sub-words of a text count, and no more than the encoder
    has positions for."""

    def __init__(self, folder: Path, max_tokens: int) -> None:
        """Raises `WeightsError` when the tokenizer cannot be read."""
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
            max_tokens = min(max_tokens, _positions(_json(folder / CONFIG_FILE)))
        except Exception as exc:  # the library raises nothing more exact
            raise WeightsError(f"{TOKENIZER_FILE} or {CONFIG_FILE} in {folder} cannot be read: {exc}") from exc
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
        config = _json(folder / CONFIG_FILE)
        if _is_plain_bert(config):
            return _PlainBert(config, folder, frozen_layers, dropout)
        return _HuggingFace(folder, frozen_layers)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as exc:
        raise WeightsError(
            f"The encoder in {folder} cannot be loaded ({type(exc).__name__}: {exc}). Its {CONFIG_FILE} and "
            f"{WEIGHTS_FILE} must be whole and belong together: copy the folder anew."
        ) from exc


def frozen_copy(encoder: Encoder) -> Encoder:
    """The encoder as it is now, for good. What takes no gradient in either is shared and not copied."""
    module: nn.Module = encoder  # type: ignore[assignment]  # the protocol cannot say that it is one
    shared = {id(part): part for part in module.modules() if _is_frozen(part)}
    copied: Encoder = copy.deepcopy(module, shared).requires_grad_(False)  # type: ignore[assignment]  # as above
    return copied


def _is_frozen(part: nn.Module) -> bool:
    parameters = list(part.parameters())
    return bool(parameters) and not any(parameter.requires_grad for parameter in parameters)


def _json(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content


def _positions(config: dict[str, Any]) -> int:
    """How many sub-words the encoder can number. RoBERTa and its kin keep two positions for themselves."""
    own = 0 if config.get("model_type") == "bert" else 2
    positions = config.get("max_position_embeddings")
    return int(positions) - own if positions and int(positions) > own else sys.maxsize


def _first_token_is_sentence(folder: Path) -> bool:
    """What a sentence-transformers folder says on pooling; anything else has the mean.

    Raises `WeightsError` for a kind of pooling that we do not have.
    """
    if not (folder / POOLING_FILE).is_file():
        return False
    pooling = _json(folder / POOLING_FILE)
    switched_on = [name.removeprefix("pooling_mode_") for name, value in pooling.items() if value is True]
    modes = {pooling.get("pooling_mode")} - {None} or {
        _OLD_NAMES.get(name, name) for name in switched_on if f"pooling_mode_{name}" in pooling
    }
    if modes not in ({_MEAN}, {_FIRST}):
        raise WeightsError(
            f"{folder / POOLING_FILE} asks for the pooling {sorted(map(str, modes))}; Deskhand has {_MEAN!r} and "
            f"{_FIRST!r}. Choose an encoder that was trained with one of these."
        )
    return modes == {_FIRST}


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
        self.first_token_is_sentence = _first_token_is_sentence(folder)
        self.lower_gives_vectors = True
        load_hugging_face_tensors(self, load_file(folder / WEIGHTS_FILE))

    def word_vectors(self) -> Tensor:
        return self.embeddings.word_embeddings.weight


class _HuggingFace(nn.Module):
    """Any other encoder, through `transformers`. Nothing is kept between epochs, so training is slower."""

    def __init__(self, folder: Path, frozen_layers: int) -> None:
        super().__init__()
        self.model = _from_transformers(folder)
        self.hidden_size = int(self.model.config.hidden_size)
        self.first_token_is_sentence = _first_token_is_sentence(folder)
        self.lower_gives_vectors = False
        self.model.get_input_embeddings().requires_grad_(False)
        stacks = [module for module in self.model.modules() if isinstance(module, nn.ModuleList)]
        layers = max(stacks, key=len, default=nn.ModuleList())
        # Fewer modules than layers: each is used several times (ALBERT), and freezing one freezes all.
        if len(layers) >= getattr(self.model.config, "num_hidden_layers", 0):
            layers[:frozen_layers].requires_grad_(False)

    def lower(self, ids: Tensor, mask: Tensor) -> Tensor:
        return ids

    def word_vectors(self) -> Tensor:
        weight: Tensor = self.model.get_input_embeddings().weight
        return weight

    def upper(self, states: Tensor, mask: Tensor) -> Tensor:
        output: Tensor = self.model(input_ids=states, attention_mask=mask.long()).last_hidden_state
        return output


def _from_transformers(folder: Path) -> Any:
    """Raises `ValueError` when the weights are not those of an encoder, or not all of them are there."""
    from transformers import AutoModel  # takes seconds, and most installations never need it
    from transformers.utils.logging import disable_progress_bar, set_verbosity_error

    disable_progress_bar()
    set_verbosity_error()  # it would list what is left out, such as a head that fills in masked words
    model, report = AutoModel.from_pretrained(
        folder,
        local_files_only=True,
        trust_remote_code=False,  # unset, it asks on the terminal
        use_safetensors=True,
        dtype=torch.float32,  # half precision is no faster on a CPU, and too coarse to train in
        output_loading_info=True,
    )
    if model.config.is_encoder_decoder:
        raise ValueError(f"{model.config.model_type} is an encoder with a decoder")
    parts = {name for name, _ in model.named_children()} - {"pooler"}
    unlike = [
        name
        for kind in ("missing_keys", "unexpected_keys")
        for name in sorted(report[kind])
        if name.removeprefix(f"{model.base_model_prefix}.").split(".")[0] in parts and "position_ids" not in name
    ]
    if unlike:
        raise ValueError(f"missing, or not part of transformers' {type(model).__name__}: {', '.join(unlike[:3])}")
    return model.eval()


def pad(rows: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    """Rows of [length, …] → one tensor [rows, longest, …] and its mask [rows, longest], true for content."""
    lengths = torch.tensor([len(row) for row in rows])
    mask = torch.arange(int(lengths.max()))[None, :] < lengths[:, None]
    return nn.utils.rnn.pad_sequence(list(rows), batch_first=True), mask


def pooled(hidden: Tensor, mask: Tensor, first_token: bool = False) -> Tensor:
    """The sentence vector, of length 1: the mean over tokens, or the first one. [batch, length, hidden] →
    [batch, hidden]."""
    if first_token:
        return nn.functional.normalize(hidden[:, 0], dim=-1)
    weights = mask[:, :, None].to(hidden.dtype)
    mean = (hidden * weights).sum(1) / weights.sum(1)
    return nn.functional.normalize(mean, dim=-1)
