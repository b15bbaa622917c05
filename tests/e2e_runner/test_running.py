"""Many conversations at once, and never two that share something."""

from __future__ import annotations

import asyncio
from pathlib import Path

from ruamel.yaml import YAML

from deskhand.e2e.cases import Case
from deskhand.e2e.conversation import Result
from deskhand.e2e.running import run_cases
from deskhand.e2e.stack import free_ports, write_credentials


def case(name: str, *customers: str, uses: tuple[str, ...] = ()) -> Case:
    return Case(name, Path("x.yml"), 1, (), customers=customers, uses=uses)


async def test_cases_that_share_something_come_one_after_the_other_and_others_at_once():
    running: set[str] = set()
    most = 0
    together: set[frozenset[str]] = set()

    async def hold(one: Case) -> Result:
        nonlocal most
        together.update(frozenset({one.name, other}) for other in running)
        running.add(one.name)
        most = max(most, len(running))
        for _ in range(5):
            await asyncio.sleep(0)
        running.discard(one.name)
        return Result(one, (), 0.0)

    cases = [
        case("a1", "jo@x"),
        case("a2", "jo@x"),
        case("b", "sam@x"),
        case("ab", "jo@x", "sam@x"),
        case("w1", uses=("workshop",)),
        case("w2", uses=("workshop",)),
        case("free"),
    ]
    told: list[str] = []
    results = await run_cases(cases, hold, jobs=3, done=lambda result: told.append(result.case.name))

    assert [result.case.name for result in results] == [one.name for one in cases]
    assert sorted(told) == sorted(one.name for one in cases)
    assert 1 < most <= 3
    for pair in ({"a1", "a2"}, {"a1", "ab"}, {"a2", "ab"}, {"b", "ab"}, {"w1", "w2"}):
        assert frozenset(pair) not in together


def test_free_ports_are_different_ones():
    assert len(set(free_ports(5))) == 5


def test_the_limits_are_raised_and_the_rest_of_the_credentials_stays(tmp_path):
    original = tmp_path / "credentials.yml"
    original.write_text(
        "rest:\ndeskhand.channels.webchat.WebChat:\n  frame_ancestors: [\"'none'\"]\n"
        "  messages_per_minute_and_session: 3\n"
    )
    (tmp_path / "out").mkdir()

    content = YAML(typ="safe").load(write_credentials(original, tmp_path / "out"))

    assert "rest" in content
    webchat = content["deskhand.channels.webchat.WebChat"]
    assert webchat["frame_ancestors"] == ["'none'"]
    assert webchat["messages_per_minute_and_session"] == webchat["sessions_per_minute_and_address"] == 1_000_000
