"""What is demanded of a model for messages with several wishes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from deskhand.runtime.model_tests import ModelBelowThreshold, NoThresholds
from deskhand.runtime.wish_tests import HELD_OUT, WishThresholds, judge_wishes, wish_thresholds

PROJECT = Path(__file__).parents[2]
WANTED = WishThresholds(recognised=0.5, mistaken=0.0)


async def parse(text: str) -> dict[str, Any]:
    """Finds a wish in each sentence."""
    wishes = [{"intent": sentence.strip()} for sentence in text.split(".")]
    return {"wishes": wishes} if len(wishes) > 1 else {}


def held_out(several: list[dict[str, Any]], single: list[str]) -> dict[str, Any]:
    return {"several": several, "single": single}


async def test_it_is_told_how_many_were_recognised_and_mistaken() -> None:
    several = [{"text": "a. b", "wishes": ["b", "a"]}, {"text": "a and b", "wishes": ["a", "b"]}]
    [line] = await judge_wishes(parse, held_out(several, ["a and b"]), WANTED)
    assert "1 of 2" in line
    assert "0 of 1" in line


async def test_too_few_recognised_fail_and_are_quoted() -> None:
    several = [{"text": "a and b", "wishes": ["a", "b"]}, {"text": "a. b", "wishes": ["a", "c"]}]
    with pytest.raises(ModelBelowThreshold, match="a and b"):
        await judge_wishes(parse, held_out(several, []), WANTED)


async def test_too_many_mistaken_fail_and_are_quoted() -> None:
    with pytest.raises(ModelBelowThreshold, match=r"Hello\. a"):
        await judge_wishes(parse, held_out([], ["Hello. a"]), WANTED)


def test_the_project_says_its_thresholds() -> None:
    wanted = wish_thresholds(PROJECT)
    assert 0.5 < wanted.recognised <= 1
    assert 0 <= wanted.mistaken < 0.2


def test_a_project_that_says_none_is_told_where(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.deskhand.thresholds]\nintent_f1 = 1", encoding="utf-8")
    with pytest.raises(NoThresholds, match="wishes_recognised"):
        wish_thresholds(tmp_path)


def test_the_held_out_messages_are_apart_from_the_training_data_and_name_wishes_of_the_configuration() -> None:
    content = yaml.safe_load((PROJECT / HELD_OUT).read_text(encoding="utf-8"))
    trained = "\n".join(file.read_text(encoding="utf-8").lower() for file in (PROJECT / "data/nlu").glob("*.yml"))
    texts = [*(case["text"] for case in content["several"]), *content["single"]]
    assert [text for text in texts if f"- {text.lower()}\n" in trained] == []
    assert {wish for case in content["several"] for wish in case["wishes"]} <= set(configured()["wishes"])


def test_every_job_and_every_reason_for_a_person_can_be_one_of_several_wishes() -> None:
    from actions.base import JOB_INTENTS
    from deskhand.conversation.escalation import GOES_TO_A_PERSON

    domain = yaml.safe_load((PROJECT / "domain.yml").read_text(encoding="utf-8"))
    wishes = set(configured()["wishes"])
    assert wishes <= set(domain["intents"])
    assert (JOB_INTENTS | GOES_TO_A_PERSON) - wishes == {"give_feedback"}
    for entity, intents in configured()["one_at_a_time"].items():
        assert entity in domain["entities"]
        assert set(intents) <= wishes


def configured() -> dict[str, Any]:
    pipeline = yaml.safe_load((PROJECT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    [classifier] = [part for part in pipeline if part["name"].endswith("TransformerClassifier")]
    return dict(classifier)
