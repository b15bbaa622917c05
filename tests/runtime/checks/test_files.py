"""Mistakes in config.yml, endpoints.yml and credentials.yml are named with their line, and the right name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from deskhand.runtime.checks.config import TENSORFLOW, check_config, rasas_names
from deskhand.runtime.checks.credentials import check_credentials
from deskhand.runtime.checks.endpoints import check_endpoints
from deskhand.runtime.checks.problems import ConfigurationError

PROJECT = Path(__file__).resolve().parents[3]

Check = Callable[[Path], None]


def error_of(check: Check, folder: Path, text: str) -> str:
    file = folder / "file.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        check(file)
    return str(caught.value).removeprefix(f"{folder}/")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (
            "tracker_store:\n  type: SQLL\n",
            "file.yml, line 2: there is no tracker store of the type 'SQLL'. Did you mean 'sql'?",
        ),
        (
            "# x\n\ntracker_stor:\n  type: sql\n",
            "file.yml, line 3: there is no section 'tracker_stor'. Did you mean 'tracker_store'?",
        ),
        (
            "tracker_store:\n  type: deskhand.runtime.tracker_store.PostgreTrackerStore\n",
            "Did you mean 'deskhand.runtime.tracker_store.PostgresTrackerStore'?",
        ),
        (
            "tracker_store:\n  type: deskhand.runtim.tracker_store.PostgresTrackerStore\n",
            "there is no Python module 'deskhand.runtim'. "
            "Did you mean 'deskhand.runtime.tracker_store.PostgresTrackerStore'?",
        ),
        ("tracker_store:\n  tpye: sql\n", "line 2: there is no option 'tpye'. Did you mean 'type'?"),
        ("event_broker:\n  url: x\n  type: kafkaa\n", "line 3: there is no event broker of the type 'kafkaa'."),
        ("lock_store:\n  type: rediss\n", "line 2: there is no lock store of the type 'rediss'."),
        ("nlg:\n  type: responce\n", "line 2: there is no response server of the type 'responce'."),
        ("models:\n  urll: http://x\n", "line 2: the model server has no option 'urll'. Did you mean 'url'?"),
        ("models:\n  token: x\n", "line 1: the model server has no 'url'."),
        ("action_endpoint:\n  url: htp://x\n", "line 2: the action server's 'url' must begin with http://"),
        ("action_endpoint:\n  type: grpc\n", "line 2: the action server has no 'type'."),
        ("nlg: [a\n", "file.yml, line 2: this is not valid YAML"),
        ("nlg:\n  url: a\nnlg:\n  url: b\n", "line 3: 'nlg' stands here for the second time; first in line 1."),
        ("- nlg\n", "line 1: `key: value` lines are expected here."),
    ],
)
def test_endpoints(text: str, error: str, tmp_path: Path) -> None:
    assert error in error_of(check_endpoints, tmp_path, text)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("rest:\ntelegrm:\n  a: b\n", "line 2: there is no channel 'telegrm'. Did you mean 'telegram'?"),
        (
            "deskhand.channels.webchat.WebChatt:\n",
            "line 1: the channel 'deskhand.channels.webchat.WebChatt' cannot be found: the module "
            "'deskhand.channels.webchat' has no 'WebChatt'. Did you mean 'deskhand.channels.webchat.WebChat'?",
        ),
        ("rest: {\n", "this is not valid YAML"),
    ],
)
def test_credentials(text: str, error: str, tmp_path: Path) -> None:
    assert error in error_of(check_credentials, tmp_path, text)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (
            "pipeline:\n- name: SpacyTokeniser\n",
            "line 2: there is no component 'SpacyTokeniser'. Did you mean 'SpacyTokenizer'?",
        ),
        (
            "policies:\n  - name: RulePolicy\n  - name: RulesPolicy\n",
            "line 3: there is no policy 'RulesPolicy'. Did you mean 'RulePolicy'?",
        ),
        ("policies:\n- name: SpacyNLP\n", "line 2: there is no policy 'SpacyNLP'."),
        ("policies:\n- priority: 1\n", "line 2: this policy has no 'name'."),
        ("recipe: default.v2\n", "line 1: there is no recipe 'default.v2'. Did you mean 'default.v1'?"),
        (
            "policies:\n- name: deskhand.policies.escalation.EscalatePolicy\n",
            "Did you mean 'deskhand.policies.escalation.EscalationPolicy'?",
        ),
    ],
)
def test_config(text: str, error: str, tmp_path: Path) -> None:
    assert error in error_of(check_config, tmp_path, text)


@pytest.mark.parametrize("component", sorted(TENSORFLOW))
def test_a_tensorflow_component_is_refused_with_what_to_use_instead(component: str, tmp_path: Path) -> None:
    error = error_of(check_config, tmp_path, f"pipeline:\n- name: {component}\n")

    assert f"line 2: '{component}' needs TensorFlow" in error
    assert "deskhand." in error


def test_a_tensorflow_component_is_refused_under_its_long_name_too(tmp_path: Path) -> None:
    name = "rasa.nlu.classifiers.diet_classifier.DIETClassifier"

    assert "needs TensorFlow" in error_of(check_config, tmp_path, f"pipeline:\n- name: {name}\n")


def test_all_of_rasas_names_are_known() -> None:
    components, policies = rasas_names()

    assert {"SpacyNLP", "WhitespaceTokenizer", "FallbackClassifier"} <= set(components)
    assert {"RulePolicy", "MemoizationPolicy", "AugmentedMemoizationPolicy"} <= set(policies)
    assert set(TENSORFLOW) <= {*components, *policies}


@pytest.mark.parametrize(
    ("check", "name"),
    [(check_config, "config.yml"), (check_endpoints, "endpoints.yml"), (check_credentials, "credentials.yml")],
)
def test_our_own_files_pass(check: Check, name: str) -> None:
    check(PROJECT / name)


@pytest.mark.parametrize("text", ["", "# nothing\n", "tracker_store:\n", "tracker_store:\n  type: SQL\n"])
def test_what_rasa_accepts_passes(text: str, tmp_path: Path) -> None:
    file = tmp_path / "endpoints.yml"
    file.write_text(text, encoding="utf-8")

    check_endpoints(file)
