import pytest

from deskhand.conversation.escalation import HIGH_STAKES, Reason, Signals, Thresholds, decide, in_vain, says_again
from deskhand.conversation.mood import Feeling


def test_asking_for_a_person() -> None:
    assert decide(Signals("request_human", 0.9, "can i talk to someone")) is Reason.ASKED_FOR_PERSON


@pytest.mark.parametrize(
    "text",
    [
        "agent",
        "human please",
        "let me speak to a real person",
        "can you put me through to an advisor?",
        "AGENT!!",
        "hand me over",
        "can you put me thru",
        "i want to speak with somebody",
    ],
)
def test_a_person_can_be_reached_even_when_the_model_misses_it(text: str) -> None:
    assert decide(Signals("nlu_fallback", 0.2, text)) is Reason.ASKED_FOR_PERSON


@pytest.mark.parametrize(
    "text", ["is a real person packing my order?", "i don't want to talk to a person", "are you human", "estate agent"]
)
def test_words_about_people_are_no_wish_for_one(text: str) -> None:
    assert decide(Signals("bot_challenge", 0.9, text)) is None


@pytest.mark.parametrize(
    "text",
    [
        "kann ich mit einem menschen sprechen",
        "ich will mit jemandem reden",
        "je voudrais parler à un conseiller",
        "quiero hablar con una persona",
        "vorrei parlare con un operatore",
    ],
)
def test_a_person_can_be_asked_for_in_other_languages(text: str) -> None:
    assert decide(Signals("foreign_language", 0.9, text)) is Reason.ASKED_FOR_PERSON


@pytest.mark.parametrize("intent", HIGH_STAKES)
def test_high_stakes_go_to_a_person(intent: str) -> None:
    assert decide(Signals(intent, 0.8)) is HIGH_STAKES[intent]
    assert decide(Signals(intent, 0.2)) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("the power bank has swelled up like a loaf", Reason.SAFETY),
        ("it hisses by the valve and i can smell it", Reason.SAFETY),
        ("can you move my late wife's box to me", Reason.BEREAVEMENT),
        ("our dad has sadly passed away", Reason.BEREAVEMENT),
        ("i am a widow since may", Reason.BEREAVEMENT),
        ("my solicitor says i have a case", Reason.LEGAL_THREAT),
        ("i've reported you to trading standards", Reason.LEGAL_THREAT),
    ],
)
def test_grave_words_count_even_when_the_model_misses_them(text: str, reason: Reason) -> None:
    assert decide(Signals("nlu_fallback", 0.6, text)) is reason


@pytest.mark.parametrize(
    "text",
    [
        "my dad's torch died",
        "my wife says the lantern died",
        "where is my late parcel",
        "it's a present for my solicitor",
        "are your stoves approved by trading standards",
        "do candles smell and do kettles hiss? the battery lasts",
    ],
)
def test_words_that_only_look_grave(text: str) -> None:
    assert decide(Signals("ask_question", 0.9, text)) is None


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


def test_one_message_that_sounds_angry_or_distressed_is_enough() -> None:
    assert decide(Signals("complain", 0.9, feelings=[Feeling(angry=0.9)])) is Reason.ANGER
    assert decide(Signals("complain", 0.9, feelings=[Feeling(angry=0.4, distressed=0.4)])) is Reason.ANGER


def test_annoyance_is_enough_only_when_it_adds_up() -> None:
    put_out = Feeling(annoyed=0.9)
    assert decide(Signals("complain", 0.9, feelings=[put_out])) is None
    assert decide(Signals("complain", 0.9, feelings=[put_out] * 6), Thresholds(strain=1.0)) is Reason.ANGER


def test_one_who_has_calmed_down_is_not_handed_over() -> None:
    assert decide(Signals("thank", 0.9, feelings=[Feeling(angry=0.5)] * 4 + [Feeling()])) is None


def test_matters_that_are_grave_together_go_to_a_person() -> None:
    shares = {"cancel_order": 0.3, "dispute_charge": 0.25, "report_hacked_account": 0.4}
    assert decide(Signals("cancel_order", 0.3, shares=shares)) is Reason.ACCOUNT_SECURITY
    shares = {"cancel_order": 0.5, "dispute_charge": 0.25, "report_hacked_account": 0.2}
    assert decide(Signals("cancel_order", 0.5, shares=shares)) is Reason.BILLING_DISPUTE
    assert decide(Signals("cancel_order", 0.6, shares={"cancel_order": 0.6, "dispute_charge": 0.3})) is None


def test_what_the_model_did_not_dare_to_say_counts() -> None:
    assert decide(Signals("nlu_fallback", 0.6, shares={"report_bereavement": 0.6})) is Reason.BEREAVEMENT


@pytest.mark.parametrize(
    "text",
    [
        "that's not what i asked",
        "you are not listening",
        "no, that's still wrong",
        "you've misunderstood",
        "not that",
        "i already told you",
        "still not what i want",
    ],
)
def test_a_customer_may_say_that_it_was_in_vain(text: str) -> None:
    assert in_vain(text)


@pytest.mark.parametrize(
    "text", ["it's not what i ordered", "it is not working", "not today", "i haven't got it yet", "no", "is that it?"]
)
def test_other_disappointments_are_none_with_the_assistant(text: str) -> None:
    assert not in_vain(text)


@pytest.mark.parametrize(
    ("text", "before"),
    [("the blue TENT!", "blue tent"), ("i said the blue tent", "the blue tent please"), ("zub", "zub zub")],
)
def test_the_same_in_other_order_and_case_is_the_same(text: str, before: str) -> None:
    assert says_again(text, before)


@pytest.mark.parametrize(
    ("text", "before"),
    [("my tent leaks", "where is my order"), ("yes", "yes"), ("204518", "204518"), ("", ""), ("ok", "tent")],
)
def test_other_words_and_bare_answers_are_not(text: str, before: str) -> None:
    assert not says_again(text, before)


def test_a_complaint_that_is_shouted_is_anger() -> None:
    shares = {"complain": 0.4, "insult": 0.3}
    assert decide(Signals("complain", 0.4, "DO NOT SEND ME THAT AGAIN", shares=shares)) is Reason.ANGER
    assert decide(Signals("complain", 0.4, "do not send me that again", shares=shares)) is None
    assert decide(Signals("order_status", 0.9, "WHERE IS MY ORDER PLEASE", shares={"order_status": 0.9})) is None


def test_one_bare_insult_is_met_calmly_and_the_second_counts() -> None:
    heard = Feeling(angry=0.9)
    assert decide(Signals("insult", 0.9, "you stupid bot", feelings=[heard])) is None
    assert decide(Signals("insult", 0.9, "you stupid bot", feelings=[heard, heard])) is Reason.ANGER


@pytest.mark.parametrize("text", ["joke of a company", "you people are clowns", "useless, the lot of yous"])
def test_an_insult_of_those_behind_the_assistant_counts_at_once(text: str) -> None:
    assert decide(Signals("insult", 0.9, text, feelings=[Feeling(angry=0.9)])) is Reason.ANGER
