"""The component as Rasa uses it: created, trained, stored, loaded, asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.fallback_classifier import undo_fallback_prediction
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.extractors.entity_synonyms import EntitySynonymMapper
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from deskhand.nlu import fingerprint
from deskhand.nlu.transformer_classifier import TransformerClassifier
from tests.nlu.conftest import words_of

RESOURCE = Resource("classifier")
CONTEXT = ExecutionContext(GraphSchema({}))


def message(text: str, intent: str | None = None, entities: list[dict[str, Any]] | None = None) -> Message:
    data: dict[str, Any] = {"text": text}
    if intent:
        data["intent"] = intent
    if entities:
        data["entities"] = entities
    built = Message(data=data)
    built.set(TOKENS_NAMES[TEXT], [Token(text[start:end], start) for start, end in words_of(text)])
    return built


def entity(text: str, value: str, name: str = "product", **more: str) -> dict[str, Any]:
    start = text.index(value)
    return {"start": start, "end": start + len(value), "value": value, "entity": name, **more}


DATA = TrainingData(
    training_examples=[
        *(message(text, "greet") for text in ("hello", "hi", "hello hello", "hi hi", "hi hello")),
        *(
            message(text, "order_status", [entity(text, product)])
            for product in ("tent", "stove", "lamp")
            for text in (f"where is my {product}", f"where is the {product}", f"my {product}")
        ),
        Message(data={"action_text": "a message without text"}),
    ]
)


@pytest.fixture(scope="module")
def config(tiny_encoder: Path) -> dict[str, Any]:
    return {
        "weights": str(tiny_encoder),
        "epochs": 40,
        "batch_size": 8,
        "frozen_layers": 2,
        "learning_rate": 1e-3,
        "max_tokens": 48,
    }


@pytest.fixture(scope="module")
def storage(config: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> LocalModelStorage:
    storage = LocalModelStorage(tmp_path_factory.mktemp("model"))
    TransformerClassifier.create(config, storage, RESOURCE, CONTEXT).train(DATA)
    return storage


@pytest.fixture
def component(config: dict[str, Any], storage: LocalModelStorage) -> TransformerClassifier:
    return TransformerClassifier.load({**config, "fallback": False}, storage, RESOURCE, CONTEXT)


def test_it_understands_after_loading(component: TransformerClassifier) -> None:
    [read] = component.process([message("where is my stove")])
    assert read.get("intent")["name"] == "order_status"
    assert read.get("intent") == read.get("intent_ranking")[0]
    assert [item["name"] for item in read.get("intent_ranking")] == ["order_status", "greet"]


def test_entities_come_in_rasas_format(component: TransformerClassifier) -> None:
    [read] = component.process([message("where is my stove")])
    [found] = read.get("entities")
    assert 0 < found.pop("confidence_entity") <= 1
    assert found == {
        "entity": "product",
        "start": 12,
        "end": 17,
        "value": "stove",
        "extractor": "TransformerClassifier",
    }


def test_synonyms_are_mapped_after_it(component: TransformerClassifier, storage: LocalModelStorage) -> None:
    synonyms = {"stove": "Ember stove"}
    mapper = EntitySynonymMapper({}, storage, Resource("synonyms"), synonyms)
    [read] = mapper.process(component.process([message("where is my stove")]))
    assert read.get("entities")[0]["value"] == "Ember stove"


def test_entities_of_earlier_extractors_stay(component: TransformerClassifier) -> None:
    earlier = entity("where is my stove", "where", "place", extractor="RegexEntityExtractor")
    [read] = component.process([message("where is my stove", entities=[earlier])])
    assert [item["extractor"] for item in read.get("entities")] == ["RegexEntityExtractor", "TransformerClassifier"]


def test_annotations_meant_for_another_extractor_are_not_learned(config: dict[str, Any], tmp_path: Path) -> None:
    storage = LocalModelStorage(tmp_path)
    theirs = [entity("my tent", "tent", extractor="RegexEntityExtractor")]
    data = TrainingData(training_examples=[message("my tent", "order", theirs), message("hi", "greet")])
    component = TransformerClassifier.create(config, storage, RESOURCE, CONTEXT)
    component.train(data)
    assert component.process([message("my tent")])[0].get("entities") == []


def test_a_message_not_understood_is_nlu_fallback_and_the_best_guess_comes_second(
    config: dict[str, Any], storage: LocalModelStorage
) -> None:
    component = TransformerClassifier.load(config, storage, RESOURCE, CONTEXT)
    assert component._trained is not None
    object.__setattr__(component._trained.calibration, "least_prominence", 2.1)
    [read] = component.process([message("where is my stove")])
    names = [item["name"] for item in read.get("intent_ranking")]
    assert read.get("intent")["name"] == "nlu_fallback"
    assert names == ["nlu_fallback", "order_status", "greet"]
    shares = [item["confidence"] for item in read.get("intent_ranking")]
    assert shares[0] >= shares[1]
    # As `rasa test` does, to score the guess:
    assert undo_fallback_prediction(read.data)["intent"]["name"] == "order_status"


def test_an_empty_message_is_nlu_fallback(config: dict[str, Any], storage: LocalModelStorage) -> None:
    component = TransformerClassifier.load(config, storage, RESOURCE, CONTEXT)
    [read] = component.process([message("   ")])
    assert read.get("intent") == {"name": "nlu_fallback", "confidence": 1.0}


def test_without_fallback_an_empty_message_has_no_intent(component: TransformerClassifier) -> None:
    [read] = component.process([message("")])
    assert read.get("intent") == {"name": None, "confidence": 0.0}
    assert read.get("intent_ranking") == []


def test_messages_without_text_pass_through(component: TransformerClassifier) -> None:
    silent = Message(data={"action_name": "action_listen"})
    assert component.process([silent])[0].data == {"action_name": "action_listen"}


@pytest.mark.parametrize("text", ["😀😀", "x" * 1_000_000, "hello " * 100_000, "<script>", "/restart", "\x00"])
def test_any_message_is_read(component: TransformerClassifier, text: str) -> None:
    [read] = component.process([message(text)])
    assert read.get("intent")["name"] in ("greet", "order_status")


def test_the_ranking_is_no_longer_than_asked_for(config: dict[str, Any], storage: LocalModelStorage) -> None:
    short = {**config, "ranking_length": 1, "fallback": False}
    [read] = TransformerClassifier.load(short, storage, RESOURCE, CONTEXT).process([message("hello")])
    assert len(read.get("intent_ranking")) == 1


def test_with_nothing_to_learn_from_nothing_is_claimed(config: dict[str, Any], tmp_path: Path) -> None:
    storage = LocalModelStorage(tmp_path)
    TransformerClassifier.create(config, storage, RESOURCE, CONTEXT).train(TrainingData())
    component = TransformerClassifier.load(config, storage, RESOURCE, CONTEXT)
    assert component.process([message("hello")])[0].get("intent") is None


def test_a_mistyped_setting_is_refused(storage: LocalModelStorage) -> None:
    with pytest.raises(InvalidConfigException, match="'epoch'"):
        TransformerClassifier.create({"epoch": 3}, storage, RESOURCE, CONTEXT)


def test_rasa_trains_again_when_our_code_or_the_weights_change(
    config: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = TransformerClassifier.fingerprint_addon(config)
    assert before == TransformerClassifier.fingerprint_addon(config)
    assert before != TransformerClassifier.fingerprint_addon({})
    monkeypatch.setattr("deskhand.nlu.transformer_classifier.source_digest", lambda *folders: "changed")
    assert before != TransformerClassifier.fingerprint_addon(config)


def test_the_digest_of_sources_sees_every_change(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("x = 1\n")
    before = fingerprint.source_digest(tmp_path)
    (tmp_path / "two.py").write_text("y = 1\n")
    between = fingerprint.source_digest(tmp_path)
    (tmp_path / "one.py").write_text("x = 2\n")
    assert len({before, between, fingerprint.source_digest(tmp_path)}) == 3


WISHES = {"wishes": ["greet", "order_status"], "one_at_a_time": {"product": ["order_status"]}, "fallback": False}


def test_a_message_with_several_wishes_tells_them_and_leads_with_the_first(
    config: dict[str, Any], tmp_path: Path
) -> None:
    # With nothing held out there are no limits, which so little data would set anywhere.
    storage, config = LocalModelStorage(tmp_path), {**config, **WISHES, "holdout": 0.0}
    TransformerClassifier.create(config, storage, RESOURCE, CONTEXT).train(DATA)
    component = TransformerClassifier.load(config, storage, RESOURCE, CONTEXT)
    text = "where is my tent, and also, hello hello"
    [read] = component.process([message(text)])
    [first, second] = read.get("wishes")
    assert (first["intent"], first["text"], first["start"]) == ("order_status", "where is my tent, and also, ", 0)
    assert (second["intent"], second["text"], second["end"]) == ("greet", "hello hello", len(text))
    assert read.get("intent") == {"name": "order_status", "confidence": first["confidence"]}
    assert "wishes" in read.as_dict(only_output_properties=True)


def test_a_message_with_one_wish_tells_none(config: dict[str, Any], storage: LocalModelStorage) -> None:
    component = TransformerClassifier.load({**config, **WISHES}, storage, RESOURCE, CONTEXT)
    assert component.process([message("where is my tent")])[0].get("wishes") is None


def test_without_the_setting_no_wishes_are_looked_for(component: TransformerClassifier) -> None:
    assert component.process([message("where is my tent, and also, hello hello")])[0].get("wishes") is None


def test_the_limit_for_wishes_is_learned_and_kept(config: dict[str, Any], tmp_path: Path) -> None:
    storage = LocalModelStorage(tmp_path)
    single = message("where is my tent and hello hello", "order_status")  # one wish, whatever it looks like
    data = TrainingData(training_examples=[*DATA.training_examples, single])
    trained = TransformerClassifier.create({**config, **WISHES}, storage, RESOURCE, CONTEXT)
    trained.train(data)
    loaded = TransformerClassifier.load({**config, **WISHES}, storage, RESOURCE, CONTEXT)
    assert loaded._terms == trained._terms
    assert loaded.process([single])[0].get("wishes") is None


@pytest.mark.parametrize("setting", [{"wishes": "order_status"}, {"one_at_a_time": ["product"]}, {"wishes": [1]}])
def test_a_setting_of_another_shape_is_refused(setting: dict[str, Any], storage: LocalModelStorage) -> None:
    with pytest.raises(InvalidConfigException, match=next(iter(setting))):
        TransformerClassifier.create(setting, storage, RESOURCE, CONTEXT)
