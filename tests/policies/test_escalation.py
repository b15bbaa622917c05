"""The policy within Rasa's own ensemble: alone it proves little."""

from __future__ import annotations

from pathlib import Path

import pytest
from rasa.core.policies.policy import Policy
from rasa.core.policies.rule_policy import RulePolicy
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    Event,
    SlotSet,
    UserUttered,
)
from rasa.shared.exceptions import InvalidConfigException

from deskhand.conversation.escalation import Reason
from deskhand.policies.escalation import EscalationPolicy, feelings
from tests.policies.conftest import DOMAIN, Ensemble, create

FORM = "order_status_form"
LISTEN = ActionExecuted("action_listen")


def says(intent: str, text: str = "…", confidence: float | None = 0.9) -> UserUttered:
    return UserUttered(text, {"name": intent} | ({} if confidence is None else {"confidence": confidence}))


IN_FORM: list[Event] = [
    LISTEN,
    says("order_status"),
    ActionExecuted(FORM),
    ActiveLoop(FORM),
    SlotSet("requested_slot", "order_number"),
    LISTEN,
]


@pytest.fixture
def ensemble(rule_policy: Policy, tmp_path: Path) -> Ensemble:
    return Ensemble([rule_policy, create(EscalationPolicy, tmp_path)])


def reason_of(ensemble: Ensemble, events: list[Event]) -> str | None:
    """The reason that `action_handoff` finds when it is the next action; None for another action."""
    action, prediction = ensemble.predict(events)
    reasons = [event.value for event in prediction.events if isinstance(event, SlotSet)]
    return reasons[0] if action == "action_handoff" else None


def test_a_wish_for_a_person_is_granted(ensemble: Ensemble) -> None:
    assert reason_of(ensemble, [LISTEN, says("request_human")]) == Reason.ASKED_FOR_PERSON


def test_in_the_middle_of_a_form_as_well(ensemble: Ensemble) -> None:
    assert ensemble.predict([*IN_FORM, says("inform")])[0] == FORM
    assert reason_of(ensemble, [*IN_FORM, says("request_human")]) == Reason.ASKED_FOR_PERSON
    assert reason_of(ensemble, [*IN_FORM, says("dispute_charge")]) == Reason.BILLING_DISPUTE


def test_the_text_counts_when_the_intent_was_missed(ensemble: Ensemble) -> None:
    assert reason_of(ensemble, [*IN_FORM, says("inform", "let me talk to a human")]) == Reason.ASKED_FOR_PERSON


def test_a_guess_is_not_enough(ensemble: Ensemble) -> None:
    assert reason_of(ensemble, [*IN_FORM, says("request_human", confidence=0.2)]) is None


def test_the_limits_are_settings(rule_policy: Policy, tmp_path: Path) -> None:
    patient = Ensemble([rule_policy, create(EscalationPolicy, tmp_path, person=0.95)])
    assert reason_of(patient, [LISTEN, says("request_human")]) is None


def test_a_message_in_a_story_is_meant(ensemble: Ensemble) -> None:
    assert reason_of(ensemble, [LISTEN, says("request_human", confidence=None)]) == Reason.ASKED_FOR_PERSON


def test_an_action_can_ask_for_a_person_in_the_same_turn(ensemble: Ensemble) -> None:
    events = [*IN_FORM, says("inform"), ActionExecuted(FORM), SlotSet("handoff_reason", "refund_above_threshold")]
    assert reason_of(ensemble, events) == Reason.REFUND_ABOVE_THRESHOLD


def test_a_reason_that_does_not_exist_still_brings_a_person(ensemble: Ensemble) -> None:
    events = [LISTEN, says("inform"), ActionExecuted("action_answer"), SlotSet("handoff_reason", "nonsense")]
    assert reason_of(ensemble, events) == Reason.OUTSIDE_RULES


def test_three_turns_that_lead_nowhere_bring_a_person(ensemble: Ensemble) -> None:
    lost = [says("dont_know"), ActionExecutionRejected(FORM), ActionExecuted("action_answer"), LISTEN]
    assert reason_of(ensemble, [*IN_FORM, *lost, *lost, says("dont_know")]) is None
    thrice = [*IN_FORM, *lost, *lost, says("dont_know"), ActionExecutionRejected(FORM)]
    assert reason_of(ensemble, thrice) == Reason.NO_PROGRESS


@pytest.mark.parametrize("form_goes_on", [True, False])
def test_after_a_handoff_the_turn_ends(ensemble: Ensemble, form_goes_on: bool) -> None:
    # In story tests actions do not run, so the form is still active there.
    events = [*IN_FORM, says("request_human"), ActionExecuted("action_handoff")]
    closed = [] if form_goes_on else [ActiveLoop(None), SlotSet("requested_slot", None)]
    assert ensemble.predict([*events, *closed])[0] == "action_listen"


def test_a_reason_counts_once(ensemble: Ensemble) -> None:
    handed_over = [LISTEN, says("inform"), SlotSet("handoff_reason", "anger"), ActionExecuted("action_handoff"), LISTEN]
    assert ensemble.predict([*handed_over, says("ask_question")])[0] == "action_answer"


def test_a_second_wish_in_a_later_turn_is_granted_again(ensemble: Ensemble) -> None:
    first = [LISTEN, says("request_human"), ActionExecuted("action_handoff"), LISTEN]
    assert reason_of(ensemble, [*first, says("request_human")]) == Reason.ASKED_FOR_PERSON


def test_before_anybody_spoke_it_has_no_opinion(tmp_path: Path) -> None:
    _, prediction = Ensemble([create(EscalationPolicy, tmp_path)]).predict([])
    assert prediction.max_confidence == 0


def test_a_priority_below_rules_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfigException, match="priority"):
        create(EscalationPolicy, tmp_path, priority=RulePolicy.get_default_config()["priority"])


def test_training_names_the_action_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfigException, match="action_handoff"):
        create(EscalationPolicy, tmp_path).train([], Domain.empty())


def test_training_needs_nothing(tmp_path: Path) -> None:
    policy = create(EscalationPolicy, tmp_path)
    assert policy.train([], DOMAIN).name == "EscalationPolicy"


def sounds(angry: float, intent: str = "inform") -> UserUttered:
    parse = {"intent": {"name": intent, "confidence": 0.9}, "mood": {"angry": angry, "annoyed": 0.0, "distressed": 0.0}}
    return UserUttered("still not here, you lot", parse["intent"], parse_data=parse)


def test_anger_that_is_heard_ends_a_form(ensemble: Ensemble) -> None:
    assert reason_of(ensemble, [*IN_FORM, sounds(0.9)]) == Reason.ANGER
    assert reason_of(ensemble, [*IN_FORM, sounds(0.1)]) is None


def test_anger_is_forgotten_after_a_handoff() -> None:
    handed_over = [LISTEN, sounds(0.9), ActionExecuted("action_handoff"), LISTEN, sounds(0.2)]
    assert [feeling.angry for feeling in feelings(handed_over)] == [0.2]


def test_the_whole_ranking_counts(ensemble: Ensemble) -> None:
    ranking = [{"name": "nlu_fallback", "confidence": 0.6}, {"name": "report_bereavement", "confidence": 0.55}]
    parse = {"intent": ranking[0], "intent_ranking": ranking}
    message = UserUttered("…", ranking[0], parse_data=parse)
    assert reason_of(ensemble, [*IN_FORM, message]) == Reason.BEREAVEMENT
