from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.events import ActionExecuted, Event, SlotSet, UserUttered
from rasa.shared.exceptions import InvalidConfigException

from deskhand.policies import transformer_policy
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


@pytest.mark.parametrize("setting", [{"hidden_size": 30}, {"layers": 0}, {"epochs": -1}])
def test_an_impossible_setting_is_refused(tmp_path: Path, setting: dict[str, int]) -> None:
    with pytest.raises(InvalidConfigException, match=next(iter(setting))):
        create(TransformerPolicy, tmp_path, **setting)


def test_an_intent_of_no_story_says_nothing(ensemble: Ensemble) -> None:
    _, strange = ensemble.predict([*GREETED, UserUttered("?", {"name": "dont_know"})])
    _, unheard_of = ensemble.predict([*GREETED, UserUttered("?", {"name": "not_in_the_domain"})])
    assert strange.probabilities == unheard_of.probabilities


def test_actions_of_no_story_are_hardly_predicted(ensemble: Ensemble) -> None:
    _, prediction = ensemble.predict([*GREETED, THANKS])
    assert prediction.probabilities[DOMAIN.index_for_action("action_handoff")] < 0.05


def test_it_warns_of_stories_told_in_texts(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    told = STORIES + '      - user: "what a day"\n      - action: utter_goodbye\n'
    create(TransformerPolicy, tmp_path / "model", **SETTINGS).train(training_trackers(tmp_path, told), DOMAIN)
    assert "intents and actions only" in caplog.text


def test_finetuning_goes_on_from_the_model_before(stored: Path, tmp_path: Path) -> None:
    shutil.copytree(stored, tmp_path / "model")
    context = ExecutionContext(GraphSchema({}), is_finetuning=True)
    settings = {**TransformerPolicy.get_default_config(), **SETTINGS, "epochs": 20}
    resource = Resource("TransformerPolicy")
    policy = TransformerPolicy.load(settings, LocalModelStorage(tmp_path / "model"), resource, context)
    more = STORIES + "      - intent: dispute_charge\n      - action: action_handoff\n"
    policy.train(training_trackers(tmp_path, more), DOMAIN)
    finetuned = Ensemble([load(tmp_path / "model")])
    said_goodbye = [LISTEN, UserUttered("bye", {"name": "goodbye"}), ActionExecuted("utter_goodbye"), LISTEN]
    disputes = UserUttered("I was charged twice", {"name": "dispute_charge"})
    assert finetuned.predict([*said_goodbye, disputes])[0] == "action_handoff"
    assert finetuned.predict([*GREETED, THANKS])[0] == "utter_welcome"


def test_the_same_stories_and_seed_give_the_same_files(stored: Path, tmp_path: Path) -> None:
    policy = create(TransformerPolicy, tmp_path / "model", **SETTINGS)
    policy.train(training_trackers(tmp_path, STORIES), DOMAIN)
    [before] = stored.rglob(TENSORS_FILE)
    [again] = (tmp_path / "model").rglob(TENSORS_FILE)
    assert before.read_bytes() == again.read_bytes()


def test_it_is_trained_anew_when_the_code_changes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = TransformerPolicy.fingerprint_addon({})
    for file in Path(transformer_policy.__file__).parent.glob("*.py"):
        shutil.copy(file, tmp_path)
    monkeypatch.setattr(transformer_policy, "__file__", str(tmp_path / "transformer_policy.py"))
    assert TransformerPolicy.fingerprint_addon({}) == before
    (tmp_path / "dialogue_model.py").write_text("# changed")
    assert TransformerPolicy.fingerprint_addon({}) != before
