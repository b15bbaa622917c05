from __future__ import annotations

from pathlib import Path

import pytest
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.events import ActionExecuted, Event, SlotSet, UserUttered
from rasa.shared.exceptions import InvalidConfigException

from deskhand.policies.errors import PolicyError
from deskhand.policies.transformer_policy import TENSORS_FILE, TransformerPolicy
from tests.policies.conftest import CONTEXT, DOMAIN, RULES, STORIES, Ensemble, create, training_trackers

LISTEN = ActionExecuted("action_listen")
GREETED: list[Event] = [LISTEN, UserUttered("hi", {"name": "greet"}), ActionExecuted("utter_greet"), LISTEN]
THANKS = UserUttered("ta", {"name": "thank"})
SETTINGS = {"epochs": 60, "batch_size": 8, "max_history": 5}


def load(folder: Path) -> TransformerPolicy:
    config = {**TransformerPolicy.get_default_config(), **SETTINGS}
    return TransformerPolicy.load(config, LocalModelStorage(folder), Resource("TransformerPolicy"), CONTEXT)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("policy")
    policy = create(TransformerPolicy, folder / "model", **SETTINGS)
    policy.train(training_trackers(folder, STORIES), DOMAIN)
    return folder / "model"


@pytest.fixture
def ensemble(stored: Path) -> Ensemble:
    return Ensemble([load(stored)])


def test_it_follows_the_stories_after_loading(ensemble: Ensemble) -> None:
    assert ensemble.predict(GREETED[:2])[0] == "utter_greet"
    assert ensemble.predict(GREETED[:3])[0] == "action_listen"
    assert ensemble.predict([*GREETED, THANKS])[0] == "utter_welcome"


def test_slots_make_a_difference(ensemble: Ensemble) -> None:
    assert ensemble.predict([*GREETED, THANKS, SlotSet("member", True)])[0] == "utter_member"


def test_it_predicts_a_probability_for_every_action(ensemble: Ensemble) -> None:
    _, prediction = ensemble.predict([*GREETED, THANKS])
    assert len(prediction.probabilities) == DOMAIN.num_actions
    assert sum(prediction.probabilities) == pytest.approx(1.0, abs=1e-5)
    assert prediction.max_confidence > 0.4


def test_a_dialogue_longer_than_its_history_is_no_trouble(ensemble: Ensemble) -> None:
    assert ensemble.predict([*GREETED * 30, THANKS])[0] == "utter_welcome"


def test_rules_overrule_it(ensemble: Ensemble, rule_policy: object) -> None:
    both = Ensemble([*ensemble.policies, rule_policy])  # type: ignore[list-item]
    asked = UserUttered("how long is delivery?", {"name": "ask_question"})
    assert both.predict([*GREETED, asked])[0] == "action_answer"


def test_without_stories_it_is_silent(tmp_path: Path) -> None:
    policy = create(TransformerPolicy, tmp_path / "model")
    policy.train(training_trackers(tmp_path, RULES), DOMAIN)
    _, prediction = Ensemble([load(tmp_path / "model")]).predict(GREETED[:2])
    assert prediction.max_confidence == 0


def test_only_json_and_safetensors_are_stored(stored: Path) -> None:
    assert {file.suffix for file in stored.rglob("*.*") if file.is_file()} == {".json", ".safetensors"}


def test_broken_files_are_an_error_of_ours(stored: Path, tmp_path: Path) -> None:
    create(TransformerPolicy, tmp_path / "model", **SETTINGS).train(training_trackers(tmp_path, STORIES), DOMAIN)
    [file] = (tmp_path / "model").rglob(TENSORS_FILE)
    file.write_bytes(b"nonsense")
    with pytest.raises(PolicyError, match="rasa train"):
        load(tmp_path / "model")


def test_a_mistyped_setting_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfigException, match="'epoch'"):
        create(TransformerPolicy, tmp_path, epoch=3)
