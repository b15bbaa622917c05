"""Answering, small talk and not understanding, as the customer sees it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest
import yaml
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import services
from actions.fallback import EXPLAINED, DefaultFallbackAction, ExplainQuestionAction, OutOfScopeAction
from actions.knowledge import AnswerQuestionAction
from actions.people import AcceptOfferAction, DeclineOfferAction
from actions.services import Services
from actions.small_talk import GoodbyeAction, GreetAction
from deskhand.conversation.questions import Feedback
from deskhand.knowledge import Answer, CannotLookUp, Citation
from deskhand.settings import Settings

ROOT = Path(__file__).parents[2]
QUESTION = "how long do refunds take"
QUESTION_ID = UUID("6f0c1c5e-7a44-4a53-9a31-0a8c2f3f9a10")
ANSWER = Answer("Five working days.", (Citation("Refunds", "https://shop.example/refunds"),), 0.9, QUESTION_ID)


class KnowsRefunds:
    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.feedbacks: list[tuple[UUID, Feedback]] = []
        self.is_away = False

    async def answer(self, question: str, **about: Any) -> Answer | None:
        self.asked.append({"question": question, **about})
        if self.is_away:
            raise CannotLookUp("No articles.")
        return ANSWER if "refund" in question else None

    async def feedback(self, question_id: UUID, kind: Feedback) -> None:
        self.feedbacks.append((question_id, kind))


@pytest.fixture(autouse=True)
def knowledge(tmp_path):
    nothing: Any = None
    knows = KnowsRefunds()
    services.use(
        Services(
            crm=nothing,
            verifications=nothing,
            conversations=nothing,
            mailer=nothing,
            knowledge=cast(Any, knows),
            settings=Settings(data_dir=tmp_path),
            line=nothing,
            callbacks=nothing,
        )
    )
    return knows


def user(text: str, intent: str, timestamp: float = 100.0) -> dict[str, Any]:
    return {
        "event": "user",
        "text": text,
        "timestamp": timestamp,
        "parse_data": {"text": text, "intent": {"name": intent, "confidence": 0.9}, "entities": []},
    }


def bot(text: str, **custom: Any) -> dict[str, Any]:
    return {"event": "bot", "text": text, "data": {"custom": custom} if custom else {}}


def answered() -> dict[str, Any]:
    return {"event": "action", "name": "action_answer_question"}


async def say(action: Action, *events: dict[str, Any], form: str | None = None, asked: str | None = None):
    """What the action says and does after these events, the last of which is the customer's."""
    latest = events[-1]["parse_data"]
    tracker = Tracker(
        sender_id="c1",
        slots={"requested_slot": asked},
        latest_message=latest,
        events=list(events),
        paused=False,
        followup_action=None,
        active_loop={"name": form} if form else {},
        latest_action_name="action_listen",
    )
    dispatcher = CollectingDispatcher()
    done = await action.run(dispatcher, tracker, {})
    return dispatcher.messages, done


def responses(messages: list[dict[str, Any]]) -> list[str | None]:
    return [message.get("response") for message in messages]


async def test_an_answer_comes_with_its_source_and_one_question_whether_it_helped():
    messages, _ = await say(AnswerQuestionAction(), user(QUESTION, "ask_question"))

    assert messages[0]["text"] == "Five working days."
    assert messages[0]["custom"]["citations"] == [{"title": "Refunds", "url": "https://shop.example/refunds"}]
    assert messages[1]["response"] == "utter_did_it_help"
    assert messages[1]["custom"] == {"offer": "did_it_help"}


async def test_whether_it_helped_is_asked_once_in_a_conversation():
    earlier = [user(QUESTION, "ask_question"), bot("Five."), bot("Did this help?", offer="did_it_help")]
    messages, _ = await say(AnswerQuestionAction(), *earlier, user(QUESTION, "ask_question"))

    assert len(messages) == 1


async def test_in_a_form_the_answer_asks_nothing_of_its_own():
    messages, _ = await say(AnswerQuestionAction(), user(QUESTION, "ask_question"), form="return_form", asked="email")

    assert len(messages) == 1


@pytest.mark.parametrize(
    ("intent", "form", "response", "offer"),
    [
        ("ask_question", None, "utter_no_answer", "person"),
        ("report_problem", None, "utter_no_answer_to_problem", "person"),
        ("ask_question", "return_form", "utter_no_answer_in_form", None),
    ],
)
async def test_what_is_not_in_the_articles_is_not_answered(intent, form, response, offer):
    messages, _ = await say(AnswerQuestionAction(), user("do you sell kayaks", intent), form=form)

    assert responses(messages) == [response]
    assert messages[0]["custom"].get("offer") == offer


@pytest.mark.parametrize(
    ("intent", "response"),
    [("ask_question", "utter_ask_your_question"), ("report_problem", "utter_ask_your_problem")],
)
async def test_a_button_without_a_question_asks_for_one(intent, response):
    messages, _ = await say(AnswerQuestionAction(), user(f"/{intent}", intent))

    assert responses(messages) == [response]


@pytest.mark.parametrize(
    ("form", "response"), [(None, "utter_cannot_look_up"), ("return_form", "utter_cannot_look_up_in_form")]
)
async def test_when_nothing_can_be_looked_up_it_says_that_and_not_that_the_articles_lack_it(knowledge, form, response):
    knowledge.is_away = True
    messages, _ = await say(AnswerQuestionAction(), user(QUESTION, "ask_question"), form=form)

    assert responses(messages) == [response]


async def test_a_follow_up_is_looked_up_with_the_questions_before_it(knowledge):
    earlier = [
        {"event": "session_started"},
        user("how long does it take", "ask_question"),
        answered(),
        bot("Five.", citations=[]),
        user("thanks", "thank"),
        user("and to france?", "nlu_fallback"),
        bot("A week.", citations=[]),
    ]
    await say(AnswerQuestionAction(), *earlier, user("what about parcels", "ask_question"))

    assert knowledge.asked[0]["previous"] == ["how long does it take", "and to france?"]
    assert knowledge.asked[0]["conversation_id"] == "c1"


async def test_what_was_asked_in_an_earlier_visit_is_not_what_this_is_about(knowledge):
    earlier = [user("how long does it take", "ask_question"), answered(), {"event": "session_started"}]
    await say(AnswerQuestionAction(), *earlier, user("what about parcels", "ask_question"))

    assert knowledge.asked[0]["previous"] == []


@pytest.mark.parametrize(
    ("action", "said", "intent", "kind"),
    [
        (AcceptOfferAction(), "yes", "affirm", Feedback.HELPED),
        (DeclineOfferAction(), "no", "deny", Feedback.NOT_HELPED),
        (AnswerQuestionAction(), "no that didn't help", "report_problem", Feedback.NOT_HELPED),
    ],
)
async def test_whether_it_helped_is_kept_with_the_question(knowledge, action, said, intent, kind):
    earlier = [
        user(QUESTION, "ask_question"),
        answered(),
        bot("Five.", citations=[], question_id=str(QUESTION_ID)),
        bot("Did this help?", offer="did_it_help"),
    ]
    await say(action, *earlier, user(said, intent))

    assert knowledge.feedbacks == [(QUESTION_ID, kind)]


async def test_a_yes_to_something_else_is_no_feedback(knowledge):
    earlier = [
        user(QUESTION, "ask_question"),
        answered(),
        bot("Five.", citations=[], question_id=str(QUESTION_ID)),
        bot("Anything else?", offer="anything_else"),
    ]
    await say(AcceptOfferAction(), *earlier, user("yes", "affirm"))

    assert knowledge.feedbacks == []


async def test_an_answer_says_under_which_question_it_is_kept():
    messages, _ = await say(AnswerQuestionAction(), user(QUESTION, "ask_question"))

    assert messages[0]["custom"]["question_id"] == str(QUESTION_ID)


async def test_what_was_not_understood_is_answered_where_the_articles_do(knowledge):
    messages, _ = await say(DefaultFallbackAction(), user("and the refund?", "nlu_fallback"))

    assert messages[0]["text"] == "Five working days."
    assert knowledge.asked[0]["keep_unanswered"] is False


async def test_what_goes_on_from_an_answer_is_looked_up_although_it_looks_like_nothing_of_ours(knowledge):
    earlier = [user(QUESTION, "ask_question"), answered(), bot("Five.", citations=[]), bot("Did this help?")]
    messages, _ = await say(OutOfScopeAction(), *earlier, user("and the refund to spain?", "out_of_scope"))

    assert messages[0]["text"] == "Five working days."


@pytest.mark.parametrize(
    ("earlier", "text"),
    [
        ([], "and the refund to spain?"),
        ([user(QUESTION, "ask_question"), bot("Five.", citations=[])], "will it rain tomorrow?"),
        (
            [user(QUESTION, "ask_question"), bot("Five.", citations=[]), user("hi", "greet"), bot("Hello")],
            "and the refund to spain?",
        ),
    ],
)
async def test_what_is_beyond_it_is_said_to_be(earlier, text):
    messages, _ = await say(OutOfScopeAction(), *earlier, user(text, "out_of_scope"))

    assert responses(messages) == ["utter_out_of_scope"]


async def test_a_single_word_that_was_not_understood_is_not_looked_up(knowledge):
    messages, _ = await say(DefaultFallbackAction(), user("refund", "nlu_fallback"))

    assert responses(messages) == ["utter_unclear"]
    assert knowledge.asked == []


async def test_not_understood_while_nothing_can_be_looked_up_is_just_not_understood(knowledge):
    knowledge.is_away = True
    messages, _ = await say(DefaultFallbackAction(), user("and the refund?", "nlu_fallback"))

    assert responses(messages) == ["utter_unclear"]


async def test_not_understood_once_offers_topics_and_twice_a_person():
    first = user("blorp", "nlu_fallback")

    once, _ = await say(DefaultFallbackAction(), first)
    twice, _ = await say(DefaultFallbackAction(), first, bot("Sorry?"), user("blarp", "nlu_fallback"))

    assert responses(once) == ["utter_unclear"]
    assert responses(twice) == ["utter_unclear_again"]
    assert twice[0]["custom"] == {"offer": "person"}


async def test_an_understood_message_in_between_starts_the_count_afresh():
    events = [user("blorp", "nlu_fallback"), user("thanks", "thank"), user("blarp", "nlu_fallback")]

    messages, _ = await say(DefaultFallbackAction(), *events)

    assert responses(messages) == ["utter_unclear"]


async def test_not_understood_in_a_form_explains_what_is_asked():
    messages, events = await say(
        DefaultFallbackAction(), user("blorp", "nlu_fallback"), form="return_form", asked="email"
    )

    assert responses(messages) == ["utter_unclear_in_form", "utter_explain_email"]
    assert events == []  # the rule goes on to action_return_to_form


@pytest.mark.parametrize(("form", "next_action"), [("return_form", "return_form"), (None, "action_listen")])
async def test_when_no_rule_led_here_it_goes_on_by_itself(form, next_action):
    _, events = await say(DefaultFallbackAction(), user("yes", "affirm"), form=form, asked="email")

    assert [(event["event"], event["name"]) for event in events] == [("followup", next_action)]


async def test_not_knowing_the_answer_is_helped():
    in_form, _ = await say(
        ExplainQuestionAction(), user("no idea", "dont_know"), form="return_form", asked="identity_fact"
    )
    outside, _ = await say(ExplainQuestionAction(), user("no idea", "dont_know"))

    assert responses(in_form) == ["utter_explain_identity_fact"]
    assert responses(outside) == ["utter_not_sure_what_to_do"]


async def test_hello_is_answered_even_right_after_the_introduction():
    opening = [{"event": "session_started", "timestamp": 99.5}, bot("Hello, I'm Fern")]
    said, _ = await say(GreetAction(), *opening, user("hi", "greet", timestamp=100.0))
    assert responses(said) == ["utter_greet"]


async def test_goodbye_asks_for_a_rating_but_not_in_the_middle_of_a_job():
    outside, _ = await say(GoodbyeAction(), user("bye", "goodbye"))
    midway, events = await say(GoodbyeAction(), user("bye", "goodbye"), form="return_form", asked="email")

    assert responses(outside) == ["utter_goodbye"]
    assert responses(midway) == ["utter_goodbye_midway"]
    # As if the form had run, so that Rasa gives it the next message.
    assert [event["name"] for event in events] == ["return_form", "action_listen"]


def test_every_response_that_is_said_exists():
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    said = {f"utter_explain_{slot}" for slot in EXPLAINED} | {
        "utter_ask_your_question",
        "utter_ask_your_problem",
        "utter_did_it_help",
        "utter_no_answer",
        "utter_no_answer_to_problem",
        "utter_no_answer_in_form",
        "utter_cannot_look_up",
        "utter_cannot_look_up_in_form",
        "utter_unclear",
        "utter_unclear_again",
        "utter_unclear_in_form",
        "utter_unclear_in_form_again",
        "utter_not_sure_what_to_do",
        "utter_greet",
        "utter_greet_in_form",
        "utter_goodbye",
        "utter_goodbye_midway",
    }

    assert said <= set(domain["responses"])
    assert set(domain["slots"]) >= EXPLAINED
