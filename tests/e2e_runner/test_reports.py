"""What a person and a CI system read, and what no conversation touched."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

from deskhand.e2e.cases import Case, Step
from deskhand.e2e.conversation import Failure, Result
from deskhand.e2e.coverage import Coverage, Touched, names_in
from deskhand.e2e.junit import write_junit
from deskhand.e2e.matching import Mismatch
from deskhand.e2e.reporting import diff, failure_report, summary
from deskhand.e2e.seen import Reply, Turn

PROJECT = Path(__file__).parents[2]
STEP = Step("utter", "utter_ask_email", 12)
EVENTS = (
    {
        "event": "user",
        "parse_data": {
            "intent": {"name": "greet", "confidence": 0.734},
            "entities": [{"entity": "product", "value": "tent"}],
        },
    },
    {"event": "action", "name": "action_greet"},
    {"event": "bot", "metadata": {"utter_action": "utter_greet"}},
)


def result(name: str, **more) -> Result:
    case = Case(name, Path("tests/e2e/some.yml"), 3, (STEP,))
    turns = (
        Turn("", (Reply("I'm an AI."),)),
        Turn("hi \x00\x1b[31m <&>", (Reply("Hello!", buttons={"Track": "b"}),), EVENTS),
    )
    return Result(case, turns, 1.25, conversation_id="abc", **more)


PASSED = result("a good one")
FAILED = result("a \x07bad one", failure=Failure(STEP, Mismatch("utter_ask_email", "utter_greet", "A note.")))
BROKEN = result("a broken one", error="The chat is gone.")


def test_a_failure_shows_the_conversation_the_difference_and_the_facts():
    report = failure_report(FAILED)

    for part in (
        "customer  hi",
        "assistant Hello!",
        "[Track]",
        "tests/e2e/some.yml:12: `utter` is not as expected",
        "- utter_ask_email",
        "+ utter_greet",
        "A note.",
        "greet (0.73), entities product=tent",
        "did          action_greet",
    ):
        assert part in report
    assert "\x1b" not in report


def test_the_difference_points_at_what_differs():
    lines = list(diff("Your refund is £34.", "Your refund is £43."))

    assert lines[0] == "- expected   + got"
    assert "- Your refund is £34." in lines
    assert "+ Your refund is £43." in lines
    assert any(line.startswith("?") for line in lines)


def test_the_closing_line():
    assert summary([PASSED, FAILED, BROKEN], 2.0).splitlines()[-1] == "1 passed, 2 failed"


def test_junit_is_well_formed_whatever_was_said(tmp_path):
    file = tmp_path / "deep" / "e2e.xml"
    write_junit([PASSED, FAILED, BROKEN], 3.5, file)

    root = ElementTree.parse(file).getroot()
    (suite,) = root
    assert (root.tag, suite.get("name")) == ("testsuites", "tests/e2e/some.yml")
    assert [suite.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["3", "1", "1", "0"]
    cases = {case.get("name"): case for case in suite}
    assert "utter_ask_email" in (cases["a �bad one"].findtext("failure") or "")
    assert cases["a broken one"].find("error").get("message") == "The chat is gone."
    assert "<&>" in (cases["a good one"].findtext("system-out") or "")


def test_coverage_names_what_nobody_touched(tmp_path):
    domain = tmp_path / "domain.yml"
    domain.write_text(
        "intents: [greet, {goodbye: {use_entities: []}}]\n"
        "actions: [action_greet, validate_some_form]\n"
        "forms: {some_form: {required_slots: []}, other_form: {required_slots: []}}\n"
        "responses: {utter_greet: [{text: hi}]}\n"
    )
    touched = Touched()
    touched.add([*EVENTS, {"event": "active_loop", "name": "some_form"}, {"event": "action", "name": "some_form"}])

    coverage = Coverage(names_in(domain), touched)

    assert [coverage.percent(kind) for kind in ("intents", "actions", "forms", "responses")] == [50, 100, 50, 100]
    assert coverage.missing("intents") == ["goodbye"]
    text = "\n".join(coverage.lines())
    assert "intents      1 of   2   50.0 %" in text
    assert "untouched: other_form" in text
    assert "other_form" not in "\n".join(coverage.lines(with_names=False))


def test_the_projects_domain_is_understood():
    names = names_in(PROJECT / "domain.yml")

    assert len(names["intents"]) >= 30
    assert "cancel_order_form" in names["forms"]
