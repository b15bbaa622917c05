"""Whether the newest model sees that a message has several wishes, and that another has only one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from deskhand.runtime.model_tests import ModelBelowThreshold, demanded

HELD_OUT = "tests/nlu/several_wishes.yml"
SHOWN = 10

Parse = Callable[[str], Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True)
class WishThresholds:
    """Shares from 0 to 1."""

    recognised: float
    """The least, of messages with several wishes whose wishes are exactly those."""
    mistaken: float
    """The most, of messages with one wish that may be taken for several."""


def wish_thresholds(project: Path) -> WishThresholds:
    """What pyproject.toml demands. Raises `NoThresholds`."""
    recognised, mistaken = demanded(project, "wishes_recognised", "wishes_mistaken")
    return WishThresholds(recognised, mistaken)


def check_wishes(project: Path) -> list[str]:
    """Tries the newest model on the held-out messages. Returns what was measured, in words.

    Raises `ModelBelowThreshold`, which quotes messages that were not understood as they should be.
    """
    from rasa.core.agent import Agent
    from rasa.model import get_latest_model

    agent = Agent.load(get_latest_model(str(project / "models")))
    content = yaml.safe_load((project / HELD_OUT).read_text(encoding="utf-8"))
    return asyncio.run(judge_wishes(agent.parse_message, content, wish_thresholds(project)))


async def judge_wishes(parse: Parse, content: Mapping[str, Any], wanted: WishThresholds) -> list[str]:
    """Compares what is parsed with what the held-out file says, as `check_wishes` says."""
    several, single = content["several"], content["single"]
    missed = [case["text"] for case in several if await _wishes(parse, case["text"]) != set(case["wishes"])]
    mistaken = [text for text in single if await _wishes(parse, text)]
    recognised = len(several) - len(missed)
    measured = [
        f"Wishes     all found in {recognised} of {len(several)} messages with several (at least "
        f"{wanted.recognised:.0%}), more than one in {len(mistaken)} of {len(single)} tricky messages with one "
        f"(at most {wanted.mistaken:.0%})"
    ]
    if recognised < wanted.recognised * len(several) or len(mistaken) > wanted.mistaken * len(single):
        quoted = [f"  {text!r}" for text in (*missed[:SHOWN], *mistaken[:SHOWN])]
        raise ModelBelowThreshold("\n".join(["The model is below its thresholds.", *measured, *quoted]))
    return measured


async def _wishes(parse: Parse, text: str) -> set[str]:
    parsed = await parse(text)
    return {str(wish["intent"]) for wish in parsed.get("wishes") or []}
