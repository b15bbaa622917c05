import pytest

from deskhand.conversation.escalation import HIGH_STAKES, Reason, Signals, decide


def test_asking_for_a_person() -> None:
    assert decide(Signals("request_human", 0.9, "can i talk to someone")) is Reason.ASKED_FOR_PERSON


@pytest.mark.parametrize(
    "text",
    ["agent", "human please", "let me speak to a real person", "can you put me through to an advisor?", "AGENT!!"],
)
def test_a_person_can_be_reached_even_when_the_model_misses_it(text: str) -> None:
    assert decide(Signals("nlu_fallback", 0.2, text)) is Reason.ASKED_FOR_PERSON


@pytest.mark.parametrize(
    "text", ["is a real person packing my order?", "i don't want to talk to a person", "are you human", "estate agent"]
)
def test_words_about_people_are_no_wish_for_one(text: str) -> None:
    assert decide(Signals("bot_challenge", 0.9, text)) is None


@pytest.mark.parametrize("intent", HIGH_STAKES)
def test_high_stakes_go_to_a_person(intent: str) -> None:
    assert decide(Signals(intent, 0.8)) is HIGH_STAKES[intent]
    assert decide(Signals(intent, 0.2)) is None


@pytest.mark.parametrize("text", ["I am absolutely furious", "worst company ever", "i've had enough of this"])
def test_anger(text: str) -> None:
    assert decide(Signals("complain", 0.9, text)) is Reason.ANGER


@pytest.mark.parametrize("text", ["the damn parcel is late again", "not happy", "shit, wrong number"])
def test_grumbling_is_not_anger(text: str) -> None:
    assert decide(Signals("complain", 0.9, text)) is None


def test_no_progress() -> None:
    assert decide(Signals(turns_without_progress=2)) is None
    assert decide(Signals(turns_without_progress=3)) is Reason.NO_PROGRESS


def test_what_an_action_asked_for_counts_first() -> None:
    signals = Signals("request_human", 1.0, requested_reason="refund_above_threshold")
    assert decide(signals) is Reason.REFUND_ABOVE_THRESHOLD


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("i want to end my life", Reason.VULNERABILITY),
        ("my lantern battery is smoking", Reason.SAFETY),
        ("the stove caught fire", Reason.SAFETY),
        ("my husband passed away last week", Reason.BEREAVEMENT),
        ("you'll hear from my solicitor", Reason.LEGAL_THREAT),
    ],
)
def test_what_is_grave_does_not_depend_on_the_model(text: str, reason: Reason) -> None:
    assert decide(Signals("cancel_subscription", 0.9, text)) is reason


@pytest.mark.parametrize(
    "text",
    ["how do i light a fire pit", "is the gas canister included", "my battery died", "sue ordered it", "it smokes"],
)
def test_harmless_words_are_not_grave(text: str) -> None:
    assert decide(Signals("ask_question", 0.9, text)) is None
