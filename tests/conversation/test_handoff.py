"""The packet states what was said and done, and nothing else."""

from pathlib import Path

import pytest
import yaml

from deskhand.conversation.escalation import Reason
from deskhand.conversation.handoff import (
    IDENTITIES,
    SUGGESTIONS,
    WHY,
    WISHES,
    Policy,
    Told,
    build_packet,
    question_for_articles,
)
from deskhand.conversation.identity import Proof
from deskhand.conversation.model import HandoffPacket
from deskhand.conversation.mood import Feeling
from deskhand.conversation.results import IN_OWN_WORDS, RESULTS, Kind, Said, attempts

DOMAIN = yaml.safe_load((Path(__file__).parents[2] / "domain.yml").read_text("utf-8"))
CHANGED = [name for name, result in RESULTS.items() if result.kind is Kind.DONE]


NOTHING = Told()


def packet(told: Told = NOTHING, reason: Reason = Reason.ASKED_FOR_PERSON, **more: object) -> HandoffPacket:
    given: dict[str, object] = {"slots": {}, "identity": "none", "crm_context": {}, **more}
    return build_packet(reason, told, **given)  # type: ignore[arg-type]


def test_nothing_said_is_nothing_stated() -> None:
    made = packet()
    assert made.summary == (
        "The customer has not said what they want. Handed over because the customer asked for a person. "
        "They have not been identified. Nothing has been changed."
    )
    assert made.tried == ()
    assert made.open == ()
    assert made.policy is None
    assert made.sentiment is None


def test_it_tells_what_is_wanted_what_was_tried_and_what_is_open() -> None:
    told = Told(
        wishes=["order_status", "cancel_order"],
        said=[
            Said(None, "FW-204518 is on its way.", "where is it", action="action_order_status"),
            Said("utter_order_dispatched_not_changeable", "FW-204518 has left already.", "cancel it"),
        ],
        last_words="get me a person",
    )
    made = packet(told, identity="matched")
    assert made.tried == (
        "told where the order is (FW-204518)",
        "the order cannot be changed: it has been dispatched (FW-204518)",
    )
    assert made.open == ("to cancel an order",)
    assert "wants to know where an order is, then to cancel an order." in made.summary
    assert "In vain: the order cannot be changed" in made.summary
    assert "Nothing has been changed." in made.summary
    assert "Open: to cancel an order." in made.summary
    assert made.summary.endswith("Their last words: “get me a person”")


@pytest.mark.parametrize("response", CHANGED)
def test_what_was_changed_is_said_and_not_denied(response: str) -> None:
    made = packet(Told(wishes=[str(RESULTS[response].settles)], said=[Said(response, "")], changed_something=True))
    assert f"Done so far: {RESULTS[response].words}" in made.summary
    assert "Nothing has been changed" not in made.summary
    assert made.open == ()


@pytest.mark.parametrize("response", sorted(set(RESULTS) - set(CHANGED)))
def test_what_was_not_done_is_never_listed_as_done(response: str) -> None:
    made = packet(Told(wishes=["cancel_order"], said=[Said(response, "")]))
    assert "Done so far" not in made.summary
    assert made.open == ("to cancel an order",)


def test_a_change_whose_end_is_not_known_is_left_to_the_crm() -> None:
    made = packet(Told(wishes=["cancel_order"], changed_something=True))
    assert "The CRM shows what has been changed." in made.summary
    assert "Nothing has been changed" not in made.summary
    assert "Done so far" not in made.summary


def test_a_wish_that_was_settled_and_comes_again_is_open() -> None:
    told = Told(
        wishes=["start_return"], said=[Said("utter_return_refund_started", "RT-1001")], under_way="start_return"
    )
    assert packet(told).open == ("to return something",)


def test_what_waits_is_told_as_not_begun() -> None:
    made = packet(Told(wishes=["cancel_order"], waiting=["refund_status"]))
    assert "Not begun yet: to know where a refund is." in made.summary
    assert made.open == ("to cancel an order", "to know where a refund is")


def test_an_answer_is_told_with_its_source_and_a_missing_one_with_its_question() -> None:
    said = [
        Said(None, "Three days.", "how long is delivery", ("Delivery",), "action_answer_question"),
        Said("utter_no_answer", "I can't find that.", "do you ship to the moon"),
    ]
    words = [attempt.words for attempt in attempts(said)]
    assert words == [
        "answered from the articles (“Delivery”) on “how long is delivery”",
        "the articles had no answer on “do you ship to the moon”",
    ]


def test_smalltalk_and_questions_of_the_assistant_are_no_attempts() -> None:
    assert attempts([Said("utter_greet", "Hi"), Said("utter_confirm_cancel_order", "Cancel FW-204518?")]) == []


def test_the_same_twice_is_told_once() -> None:
    assert len(attempts([Said("utter_unclear", "Sorry?"), Said("utter_unclear", "Sorry?")])) == 1


def test_the_mood_and_the_language_are_told() -> None:
    made = packet(Told(feelings=[Feeling(angry=0.5), Feeling(annoyed=0.2, angry=0.7)], language="en"))
    assert (made.mood, made.language) == ("angry", "en")
    assert made.sentiment == -1.0


def test_a_suggestion_names_the_policy_that_it_rests_on() -> None:
    made = packet(reason=Reason.BILLING_DISPUTE, policy=Policy("A pending payment goes away.", "Charged twice", "/a"))
    assert made.suggested_resolution == (
        "Compare the payments with the orders and the subscription, then explain or refund. "
        "“Charged twice” says: A pending payment goes away."
    )
    assert made.policy is not None
    assert made.policy.url == "/a"


def test_what_is_looked_up_is_of_the_reason_or_of_what_is_open() -> None:
    assert question_for_articles(Reason.BILLING_DISPUTE, Told()) == "I was charged twice"
    assert question_for_articles(Reason.ASKED_FOR_PERSON, Told(wishes=["start_return"])) == "how do I return something"
    settled = Told(wishes=["start_return"], said=[Said("utter_return_refund_started", "")])
    assert question_for_articles(Reason.ASKED_FOR_PERSON, settled) is None


def test_every_reason_and_identity_has_words() -> None:
    assert set(WHY) == set(Reason)
    assert set(SUGGESTIONS) <= set(Reason)
    assert set(IDENTITIES) == {proof.name.lower() for proof in Proof}


def test_every_response_and_wish_exists_in_the_domain() -> None:
    assert set(RESULTS) <= set(DOMAIN["responses"])
    assert set(IN_OWN_WORDS) <= set(DOMAIN["actions"])
    assert set(WISHES) <= set(DOMAIN["intents"])
    assert {result.settles for result in RESULTS.values()} - {None} <= set(WISHES)
