"""Reading test files: what they mean, and what is said of those that mean nothing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from deskhand.e2e.errors import BadTestFile, NoSuchTest
from deskhand.e2e.parsing import read_file, read_selected

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def write(tmp_path: Path):
    def write(text: str, name: str = "some.yml") -> Path:
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return file

    return write


def steps_of(file: Path) -> list[tuple[str, object]]:
    return [(step.kind, step.value) for step in read_file(file)[0].steps]


def test_a_conversation_in_the_format_of_rasa_pro(write):
    file = write("""
fixtures:
  - premium:
      - plan: family
      - months: 2
metadata:
  - sam:
      customer: sam@example.com
test_cases:
  - test_case: pausing
    fixtures: [premium]
    metadata: sam
    steps:
      - user: "pause it"
      - bot: "For how long?"
      - utter: utter_confirm
      - slot_was_set:
          - months: 2
          - plan
      - slot_was_not_set:
          - comment
""")

    (case,) = read_file(file)

    assert (case.name, case.customers, dict(case.slots)) == (
        "pausing",
        ("sam@example.com",),
        {"plan": "family", "months": 2},
    )
    assert steps_of(file) == [
        ("user", "pause it"),
        ("bot", "For how long?"),
        ("utter", "utter_confirm"),
        ("slot_was_set", (("months", 2, True), ("plan", None, False))),
        ("slot_was_not_set", (("comment", None, False),)),
    ]
    assert [step.line for step in case.steps] == [14, 15, 16, 17, 20]


def test_what_ours_add(write):
    file = write("""
test_cases:
  - test_case: all of it
    metadata: {customers: [a@example.com, b@example.com], uses: workshop}
    steps:
      - press: Yes
      - elapse: 25h
      - handoff: none
      - handoff: {reason: anger}
      - crm: {order: FW-200102, status: cancelled}
      - bot_contains: [one, two]
      - send_again:
      - user: 4
""")

    assert read_file(file)[0].claims == {"a@example.com", "b@example.com", "workshop"}
    assert steps_of(file) == [
        ("press", "Yes"),
        ("elapse", timedelta(hours=25)),
        ("handoff", None),
        ("handoff", {"reason": "anger"}),
        ("crm", {"record": "order", "key": "FW-200102", "fields": {"status": "cancelled"}}),
        ("bot_contains", ("one", "two")),
        ("send_again", True),
        ("user", "4"),
    ]


def test_assertions_of_rasa_pro_become_steps(write):
    file = write("""
test_cases:
  - test_case: with assertions
    steps:
      - user: hi
        assertions:
          - action_executed: action_greet
          - bot_uttered: {utter_name: utter_greet, text_matches: "^Hi", buttons: [{title: Track, payload: /x}]}
          - bot_did_not_utter: {utter_name: utter_goodbye}
""")

    assert steps_of(file) == [
        ("user", "hi"),
        ("action_executed", ("action_greet",)),
        ("utter", "utter_greet"),
        ("bot_matches", "^Hi"),
        ("offers", ("Track",)),
        ("utter_not", ("utter_goodbye",)),
    ]


CASE = "test_cases:\n  - test_case: one\n    steps:\n"


@pytest.mark.parametrize(
    ("text", "line", "problem", "to_do"),
    [
        ("test_cases: [\n", 2, "not YAML", "double quotes"),
        ("- user: hi\n", 1, "no mapping", "test_cases:"),
        ("test_case: []\n", 1, "no `test_case`", "Did you mean 'test_cases'?"),
        ("test_cases: []\n", 1, "no `test_cases`", "list at least one"),
        ("test_cases:\n  - steps: []\n", 2, "has no name", "- test_case:"),
        ("test_cases:\n  - test_case: one\n", 2, "has no `steps`", "- user:"),
        (CASE + "      - user: hi\n      - bott: hello\n", 5, "no step `bott`", "Did you mean 'bot'?"),
        (CASE + "      - user: hi\n        bot: hello\n", 4, "says `user`, `bot`", "exactly one"),
        (CASE + "      - user: {one_time_code}\n", 4, "brace", "double quotes"),
        (CASE + "      - elapse: soon\n", 4, "'soon' is no duration", "25h"),
        (CASE + "      - crm: {order: FW-1, statsu: x}\n", 4, "no `statsu`", "Did you mean 'status'?"),
        (CASE + "      - crm: {status: x}\n", 4, "what it is about", "order"),
        (CASE + "      - crm: {order: FW-1}\n", 4, "nothing about the order", "status"),
        (CASE + "      - bot_matches: '['\n", 4, "no regular expression", "bot_contains"),
        (CASE + "      - mail: {count: 1}\n", 4, "whose mail", "`to: an@email`"),
        (
            CASE + "      - user: hi\n        assertions:\n          - flow_started: x\n",
            6,
            "flow_started",
            "bot_uttered",
        ),
        (
            "test_cases:\n  - test_case: one\n    fixtures: [x]\n    steps:\n      - user: hi\n",
            3,
            "no fixture 'x'",
            "add",
        ),
        (
            "test_cases:\n  - test_case: one\n    metadata: x\n    steps:\n      - user: hi\n",
            3,
            "no metadata 'x'",
            "add",
        ),
        (
            "test_cases:\n  - test_case: one\n    metadata: {costumer: x}\n    steps:\n      - user: hi\n",
            3,
            "no `costumer`",
            "Did you mean 'customer'?",
        ),
        (CASE + "      - user: hi\n  - test_case: one\n    steps:\n      - user: hi\n", 5, "two test cases", "another"),
    ],
)
def test_a_bad_file_is_reported_with_its_line_and_what_to_do(write, text, line, problem, to_do):
    file = write(text)

    with pytest.raises(BadTestFile) as raised:
        read_file(file)

    assert str(raised.value).startswith(f"{file}, line {line}: ")
    assert problem in str(raised.value)
    assert to_do in str(raised.value).partition("To do: ")[2]


def test_a_selection_by_part_of_a_name(write, tmp_path):
    cases = "".join(f"  - test_case: {name}\n    steps: [{{user: hi}}]\n" for name in ("one", "two", "two more"))
    write(f"test_cases:\n{cases}")

    def names(selection: str) -> list[str]:
        return [case.name for case in read_selected([selection])]

    assert names(str(tmp_path)) == ["one", "two", "two more"]
    assert names(f"{tmp_path}/some.yml::mor") == ["two more"]
    assert names(f"{tmp_path}/some.yml::two") == ["two"]  # a whole name is not a part of another
    with pytest.raises(NoSuchTest, match="Did you mean 'two'"):
        names(f"{tmp_path}/some.yml::twoo")
    with pytest.raises(NoSuchTest, match="no file or folder"):
        names(f"{tmp_path}/none.yml")


def test_the_projects_own_conversations_can_be_read():
    cases = read_selected([str(PROJECT / "tests" / "e2e")])

    assert len(cases) >= 45
