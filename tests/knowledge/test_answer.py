"""From a question to an answer with its source, or to none."""

from __future__ import annotations

import logging
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from deskhand.conversation.questions import Feedback
from deskhand.knowledge import CannotLookUp, Citation, Knowledge
from deskhand.knowledge.asked.evidence import Pointed
from deskhand.knowledge.decision import Decision
from deskhand.knowledge.writing.writer import Written
from deskhand.store.errors import DatabaseUnavailable
from tests.knowledge.found import FakeFinder, candidate

ROOT = Path(__file__).parents[2]
# A meaning of 1 is a probability of 0.88, one of 0 is 0.12.
DECISION = Decision({"meaning": 4.0}, -2.0, 0.5)

COST = candidate("Standard delivery costs £3.95.", near=[0.9], title="Delivery", headings=("Cost",))
SUNDAYS = candidate("We don't deliver on Sundays.", near=[0.8], title="Delivery", headings=("Days",))
RETURNS = candidate("You have 30 days.", near=[0.8], title="Returns")
STEPS = candidate(steps=["Open the valve.", "Strike a match."], near=[0.9, 0.8], title="Stove")


class Log:
    def __init__(self, *, away: bool = False) -> None:
        self.kept: list[dict[str, object]] = []
        self.feedbacks: list[tuple[UUID, Feedback]] = []
        self.away = away

    async def record(self, text: str, **about: object) -> UUID:
        if self.away:
            raise DatabaseUnavailable("away")
        self.kept.append({"text": text, **about})
        return uuid4()

    async def feedback(self, question_id: UUID, kind: Feedback) -> bool:
        if self.away:
            raise DatabaseUnavailable("away")
        self.feedbacks.append((question_id, kind))
        return True


class Words:
    def __init__(self, written: Written | None) -> None:
        self.written = written
        self.asked: list[tuple[str, list[str], list[str]]] = []

    async def write(self, question, previous, excerpts):
        self.asked.append((question, list(previous), [excerpt.title for excerpt in excerpts]))
        return self.written


def knowledge(finds=None, **options) -> Knowledge:
    return Knowledge(FakeFinder(finds or {}), decision=DECISION, **options)


async def test_the_answer_is_the_passages_own_words_with_their_source():
    answer = await knowledge({"how much is delivery": [COST]}).answer("how much is delivery")

    assert answer is not None
    assert answer.text == "Standard delivery costs £3.95."
    assert answer.citations == (Citation("Delivery", "https://shop.example/delivery"),)
    assert answer.confidence == pytest.approx(0.88, abs=0.01)


async def test_below_the_threshold_there_is_no_answer():
    assert await knowledge().answer("do you sell kayaks") is None


@pytest.mark.parametrize("question", ["", "   ", "???", "😀", "…"])
async def test_a_question_of_no_words_is_not_looked_up(question):
    finder = FakeFinder({})

    assert await Knowledge(finder, decision=DECISION).answer(question) is None
    assert finder.asked == []


async def test_an_empty_index_is_no_reason_to_say_that_the_articles_lack_it():
    with pytest.raises(CannotLookUp, match="deskhand knowledge sync"):
        await knowledge({"how much": []}).answer("how much")


async def test_two_things_asked_at_once_are_both_answered():
    finds = {"how much is delivery": [COST], "how long can i return things": [RETURNS]}

    answer = await knowledge(finds).answer("how much is delivery and how long can i return things")

    assert answer is not None
    assert answer.text == "Standard delivery costs £3.95. You have 30 days."
    assert [cited.title for cited in answer.citations] == ["Delivery", "Returns"]


async def test_two_things_from_one_passage_are_both_said_however_they_are_found():
    filler = "This sentence says something at length about a matter that nobody has asked about at all today."
    sentences = ["Delivery costs £3.95.", filler, filler, filler, "It comes by van."]
    passage = candidate(*sentences, near=[0.9, 0.1, 0.1, 0.1, 0.1])
    by_asking = replace(passage, pointed=Pointed(0.8, (4, 4)))
    finds = {"how much is delivery": [passage], "who brings my order": [by_asking]}

    answer = await knowledge(finds).answer("how much is delivery and who brings my order")

    assert answer is not None
    assert "Delivery costs £3.95." in answer.text
    assert "It comes by van." in answer.text


async def test_where_it_is_known_what_is_asked_another_threshold_counts():
    decision = Decision({"meaning": 4.0}, -2.0, 0.5, with_asked=Decision({"meaning": 4.0}, -2.0, 0.9))
    asked = replace(COST, features={**COST.features, "asked_there": 1.0})
    plain = replace(COST, features={**COST.features, "asked_there": 0.0})
    knows = Knowledge(FakeFinder({"q what": [asked], "q where": [plain]}), decision=decision)

    assert await knows.answer("q what") is None
    assert await knows.answer("q where") is not None


async def test_two_things_from_one_article_cite_it_once():
    finds = {"how much is delivery": [COST], "do you deliver on sundays": [SUNDAYS]}

    answer = await knowledge(finds).answer("how much is delivery and do you deliver on sundays")

    assert answer is not None
    assert answer.text == "Standard delivery costs £3.95. We don't deliver on Sundays."
    assert len(answer.citations) == 1


async def test_the_second_part_of_a_question_is_looked_up_with_the_first():
    finder = FakeFinder({})

    await Knowledge(finder, decision=DECISION).answer("how much is delivery and how long does it take")

    assert ("how long does it take", "how much is delivery") in finder.asked


async def test_when_only_one_of_two_things_is_known_that_one_is_said():
    answer = await knowledge({"how much is delivery": [COST]}).answer("how much is delivery and do you sell kayaks")

    assert answer is not None
    assert answer.text == "Standard delivery costs £3.95."


@pytest.mark.parametrize(
    ("previous", "goes_on_from"),
    [
        ([], None),
        (["can i return a tent", "how much is delivery to the islands"], "how much is delivery to the islands"),
        (["how much is delivery", "and to orkney?"], "how much is delivery and to orkney?"),
        (["and to orkney?"], "and to orkney?"),
    ],
)
async def test_a_follow_up_is_looked_up_with_what_it_goes_on_from(previous, goes_on_from):
    finder = FakeFinder({})

    await Knowledge(finder, decision=DECISION).answer("how long?", previous=previous)

    assert finder.asked == [("how long?", goes_on_from)]


async def test_every_question_is_kept_with_what_became_of_it():
    log = Log()
    knows = knowledge({"how much is delivery": [COST]}, log=log)

    answer = await knows.answer("how much is delivery", conversation_id="c1")
    await knows.answer("do you sell kayaks", conversation_id="c1")

    given, declined = log.kept
    assert answer is not None
    assert answer.question_id is not None
    assert (given["answered"], given["answer"], given["conversation_id"]) == (True, answer.text, "c1")
    assert (declined["answered"], declined["answer"]) == (False, None)
    assert [found.source for found in given["passages"]] == ["delivery.md"]
    assert [found.text for found in declined["passages"]] == ["Something else."]


async def test_what_is_not_answered_is_not_kept_where_that_is_not_wanted():
    log = Log()

    await knowledge(log=log).answer("blorp blorp", keep_unanswered=False)

    assert log.kept == []


async def test_a_question_that_cannot_be_kept_is_answered_all_the_same(caplog):
    caplog.set_level(logging.INFO)
    knows = knowledge({"how much is delivery": [COST]}, log=Log(away=True))

    answer = await knows.answer("how much is delivery")
    await knows.feedback(uuid4(), Feedback.HELPED)

    assert answer is not None
    assert answer.question_id is None
    assert "how much" not in caplog.text


async def test_a_models_words_are_said_with_what_they_cite():
    words = Words(Written("Delivery is £3.95.", (1,)))
    knows = knowledge({"how much is delivery": [SUNDAYS, COST, RETURNS]}, wording=words)

    answer = await knows.answer("how much is delivery", previous=["hi jo@example.com"])

    assert answer is not None
    assert answer.text == "Delivery is £3.95."
    assert [cited.title for cited in answer.citations] == ["Delivery"]
    assert words.asked == [("how much is delivery", ["hi [email]"], ["Delivery", "Delivery", "Returns"])]


async def test_without_a_draft_that_holds_the_passages_speak_for_themselves():
    answer = await knowledge({"q what": [COST]}, wording=Words(None)).answer("q what")

    assert answer is not None
    assert answer.text == "Standard delivery costs £3.95."


async def test_no_personal_data_goes_to_a_model():
    words = Words(None)

    await knowledge({"i am jo@example.com how much": [COST]}, wording=words).answer("i am jo@example.com how much")

    assert words.asked[0][0] == "i am [email] how much"


async def test_steps_are_given_word_for_word_and_not_to_a_model():
    words = Words(Written("Just light it.", (0,)))

    answer = await knowledge({"stove won't light": [STEPS]}, wording=words).answer("stove won't light")

    assert answer is not None
    assert answer.text == "1. Open the valve.\n2. Strike a match."
    assert words.asked == []


async def test_what_is_not_known_is_not_given_to_a_model_either():
    words = Words(Written("We have kayaks.", (0,)))

    assert await knowledge(wording=words).answer("do you sell kayaks") is None
    assert words.asked == []


def test_importing_what_answers_loads_no_model_library():
    program = (
        "import sys, deskhand.knowledge, deskhand.knowledge.opening, actions.services;"
        "print([m for m in ('torch', 'rasa', 'spacy') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)

    assert result.stdout.strip() == "[]"
