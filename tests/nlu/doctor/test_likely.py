"""What is worth a look, counted without a model."""

from __future__ import annotations

from deskhand.nlu.doctor import agreement, breadth
from deskhand.nlu.doctor.findings import Finding, Kind
from deskhand.nlu.doctor.names import read_names
from deskhand.nlu.doctor.reading import read
from tests.nlu.doctor.conftest import Write

MANY = [f"say number {number} in some way" for number in range(40)]


def lines(found: list[Finding]) -> list[list[int]]:
    return [[quote.place.line for quote in each.quotes] for each in found]


def test_an_intent_with_few_examples_beside_the_others(write: Write) -> None:
    found = breadth.few_examples(read(write(a=MANY, b=MANY, c=["hi", "hello"])).by_intent, None)
    assert [(each.kind, each.message) for each in found] == [
        (Kind.FEW_EXAMPLES, "c has 2 examples, where half of the intents have 40 or more.")
    ]


def test_an_intent_of_the_domain_that_has_none(write: Write) -> None:
    names = read_names(write("intents:\n- a\n- lost\n- EXTERNAL_timer\n", "domain.yml"))
    [found] = breadth.few_examples(read(write(a=MANY)).by_intent, names)
    assert found.message.startswith("lost is in the domain, but has no example")
    assert lines([found]) == [[3]]


def test_an_intent_with_very_many_examples(write: Write) -> None:
    huge = [f"one more example of it, the {number}th" for number in range(300)]
    [found] = breadth.very_many(read(write(a=MANY, b=MANY, c=huge)).by_intent)
    assert "c has 300 examples" in found.message


def test_examples_that_begin_alike(write: Write) -> None:
    alike = [f"i want to {verb} it" for verb in ("buy", "get", "order", "have", "take", "see", "keep")]
    [found] = breadth.narrow(read(write(a=[*alike, "sell me one"])).by_intent)
    assert found.message == "7 of 8 examples of a begin with 'i want'."


def test_examples_that_are_one_sentence_with_other_entities(write: Write) -> None:
    alike = [
        f"[{colour}](colour) [{thing}](product)" for colour in ("red", "blue", "green") for thing in ("tent", "pan")
    ]
    [found] = breadth.narrow(read(write(a=[*alike, "a lamp", "give me that"])).by_intent)
    assert "are of the form '[colour] [product]'" in found.message


def test_varied_examples_are_not_narrow(write: Write) -> None:
    varied = ["hi", "hello you", "good morning", "hey there all", "yo", "greetings", "morning", "hiya", "evening all"]
    assert breadth.narrow(read(write(a=varied)).by_intent) == []


def test_a_phrase_that_was_left_without_its_annotation(write: Write) -> None:
    usual = [f"{verb} my [tent](product) please" for verb in ("send", "mend", "sell", "track", "wash")]
    found = agreement.disagreements(read(write(a=[*usual, "send my tent please"])).sentences)
    assert lines(found) == [[10]]
    assert "'tent' is annotated as product 5 times" in found[0].message


def test_a_phrase_that_is_another_entity_elsewhere(write: Write) -> None:
    usual = [f"{verb} the [last](position) order" for verb in ("send", "mend", "sell", "track", "wash")]
    found = agreement.disagreements(read(write(a=[*usual, "send the [last](when) order"])).sentences)
    assert [quote.note for quote in found[0].quotes] == ["as when"]


def test_a_phrase_in_other_surroundings_may_be_something_else(write: Write) -> None:
    usual = [f"{verb} the [last](position) order" for verb in ("send", "mend", "sell", "track", "wash")]
    assert agreement.disagreements(read(write(a=[*usual, "how long does it last"])).sentences) == []


def test_a_phrase_within_a_longer_entity_is_no_disagreement(write: Write) -> None:
    usual = [f"{verb} my [tent](product) please" for verb in ("send", "mend", "sell", "track", "wash")]
    assert agreement.disagreements(read(write(a=[*usual, "my [tent repair](service) please"])).sentences) == []


def test_an_entity_that_takes_in_what_usually_stays_outside(write: Write) -> None:
    usual = [f"it comes on [day {number}](when)" for number in range(15)]
    found = agreement.boundaries(read(write(a=[*usual, "it comes [on friday](when)"])).sentences)
    assert lines(found) == [[20]]
    assert "when begins with 'on' here; 15 times that word stays outside" in found[0].message


def test_an_entity_with_a_single_value(write: Write) -> None:
    found = agreement.single_values(
        read(write(a=["the [family](plan) plan", "[Family](plan)", "[tent](product)"])).sentences
    )
    assert [each.message for each in found] == ["All 2 annotations of plan are 'family'."]
