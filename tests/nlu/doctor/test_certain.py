"""What is wrong whatever the assistant is for."""

from __future__ import annotations

from pathlib import Path

from deskhand.nlu.doctor.examination import LEARNED, Patient, examine
from deskhand.nlu.doctor.findings import Finding, Kind
from deskhand.nlu.doctor.names import read_names
from deskhand.nlu.doctor.reading import read
from tests.nlu.doctor.conftest import Write

PLAIN = set(Kind) - LEARNED
CLEAN = {
    "greet": ["hi", "hello there", "good morning", "hey you"],
    "order_status": ["where is my [tent](product)", "any news on order 5", "track the [stove](product) for me"],
}


def certain(training: Path, held_out: Path | None = None, domain: Path | None = None) -> list[Finding]:
    patient = Patient(
        read(training), read(held_out) if held_out else None, read_names(domain) if domain else None, weights=""
    )
    return [finding for finding in examine(patient, PLAIN) if finding.kind.certain]


def kinds_and_lines(found: list[Finding]) -> list[tuple[Kind, list[int]]]:
    return [(each.kind, [quote.place.line for quote in each.quotes]) for each in found]


def test_clean_data_has_none(write: Write) -> None:
    domain = write("intents: [greet, {order_status: {use_entities: []}}]\nentities:\n- product\n", "domain.yml")
    assert certain(write(**CLEAN), write("", "heldout.yml", greet=["good evening"]), domain) == []


def test_a_sentence_under_two_intents(write: Write) -> None:
    found = certain(write(greet=["hi", "how’s  it going"], goodbye=["bye", "How's it going"]))
    assert kinds_and_lines(found) == [(Kind.TWO_INTENTS, [6, 10])]
    assert "greet and goodbye" in found[0].message


def test_a_sentence_twice(write: Write) -> None:
    found = certain(write(greet=["hi", "hello", "HELLO "], goodbye=["bye", "see you"]))
    assert kinds_and_lines(found) == [(Kind.DUPLICATE, [6, 7])]


def test_a_sentence_annotated_in_two_ways(write: Write) -> None:
    found = certain(write(a=["my [tent](product)", "my tent", "x"]))
    assert kinds_and_lines(found) == [(Kind.TWO_ANNOTATIONS, [5, 6])]


def test_a_synonym_and_its_value_are_one_annotation(write: Write) -> None:
    text = """\
        nlu:
        - synonym: "1"
          examples: |
            - first
        - intent: a
          examples: |
            - the [first](position)
            - the [first]{"entity": "position", "value": "1"}
        """
    assert kinds_and_lines(certain(write(text))) == [(Kind.DUPLICATE, [7, 8])]


def test_a_held_out_sentence_in_the_training_data(write: Write) -> None:
    found = certain(write(**CLEAN), write("", "heldout.yml", order_status=["Where is my [tent](product)?"]))
    assert [(each.kind, [str(quote.place.file.name) for quote in each.quotes]) for each in found] == [
        (Kind.HELD_OUT, ["nlu.yml", "heldout.yml"])
    ]


def test_an_intent_with_a_single_example(write: Write) -> None:
    assert kinds_and_lines(certain(write(greet=["hi", "hello"], goodbye=["bye"]))) == [(Kind.SINGLE_EXAMPLE, [9])]


def test_names_that_the_domain_does_not_know(write: Write) -> None:
    domain = write("intents:\n- greet\nentities: []\n", "domain.yml")
    found = certain(write(**CLEAN), domain=domain)
    assert [each.kind for each in found] == [Kind.UNKNOWN_INTENT, Kind.UNKNOWN_ENTITY]
    assert "order_status" in found[0].message
    assert "product" in found[1].message


def test_a_retrieval_intent_is_known_by_its_first_part(write: Write) -> None:
    domain = write("intents:\n- faq\n", "domain.yml")
    assert certain(write(**{"faq/hours": ["when are you open", "opening hours"]}), domain=domain) == []


def test_an_annotation_that_cuts_a_word_or_takes_in_a_space(write: Write) -> None:
    found = certain(write(a=["my [ten](product)ts", "my[tent](product)", "my [tent ](product)is wet", "[5](hour)pm"]))
    assert [(kind, lines) for kind, lines in kinds_and_lines(found)] == [
        (Kind.CUT_WORD, [5]),
        (Kind.CUT_WORD, [6]),
        (Kind.CUT_WORD, [7]),
    ]


def test_a_script_without_spaces_may_be_cut_anywhere(write: Write) -> None:
    assert certain(write(a=["我要[帐篷](product)修理", "[帐篷](product)坏了"])) == []


def test_a_phrase_with_two_values(write: Write) -> None:
    text = """\
        nlu:
        - synonym: medium
          examples: |
            - normal
        - intent: a
          examples: |
            - a [big]{"entity": "size", "value": "L"} one
            - [big]{"entity": "size", "value": "XL"} please
            - [normal]{"entity": "size", "value": "M"}
        """
    found = certain(write(text))
    assert kinds_and_lines(found) == [(Kind.TWO_VALUES, [7, 8]), (Kind.TWO_VALUES, [9])]
    assert "'medium' in the list of synonyms" in found[1].message
