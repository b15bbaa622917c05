import pytest

from deskhand.conversation.mood import ANNOYANCE, Feeling, Mood, feeling_of, overall, strain

CALM, ANNOYED, ANGRY, DISTRESSED = Feeling(), Feeling(annoyed=0.9), Feeling(angry=0.9), Feeling(distressed=0.8)


def test_a_feeling_is_read_from_shares_by_name() -> None:
    feeling = feeling_of({"calm": 0.1, "annoyed": 0.2, "angry": 0.6, "distressed": 0.1})
    assert feeling == Feeling(0.2, 0.6, 0.1)
    assert feeling.mood is Mood.ANGRY


@pytest.mark.parametrize("shares", [None, {}, {"angry": "very"}, {"angry": None}])
def test_what_says_nothing_is_calm(shares: dict[str, object] | None) -> None:
    assert feeling_of(shares) == CALM
    assert CALM.mood is Mood.CALM


def test_shares_stay_between_nothing_and_all() -> None:
    assert feeling_of({"angry": 7, "distressed": -1}) == Feeling(angry=1.0)


@pytest.mark.parametrize("text", ["nobody.at.all@hate.example", "FW-204518", "☹ 12", "https://worst.example/ever", ""])
def test_an_address_or_a_number_sounds_like_nothing(text: str) -> None:
    assert feeling_of({"angry": 0.9}, text) == CALM
    assert feeling_of({"angry": 0.9}, f"you lot: {text}").angry == 0.9


def test_one_angry_message_weighs_its_share_and_annoyance_a_part_of_it() -> None:
    assert strain([ANGRY]) == pytest.approx(0.9)
    assert strain([ANNOYED]) == pytest.approx(0.9 * ANNOYANCE)
    assert strain([]) == 0


def test_annoyance_adds_up_and_fades() -> None:
    thrice = strain([ANNOYED] * 3)
    assert strain([ANNOYED]) < strain([ANNOYED] * 2) < thrice
    assert strain([ANNOYED, ANNOYED, ANNOYED, CALM, CALM, CALM]) < strain([ANNOYED])


def test_the_mood_of_a_conversation_is_its_last_strong_one() -> None:
    assert overall([ANGRY, CALM]) is Mood.ANGRY
    assert overall([ANGRY, DISTRESSED, CALM]) is Mood.DISTRESSED
    assert overall([ANNOYED, CALM]) is Mood.ANNOYED
    assert overall([CALM, CALM]) is Mood.CALM
    assert overall([]) is Mood.CALM


def test_an_outburst_is_over_after_a_while() -> None:
    assert overall([ANGRY, *[CALM] * 7]) is Mood.CALM
