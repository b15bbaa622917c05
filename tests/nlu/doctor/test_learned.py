"""What only meaning shows, on the real encoder."""

from __future__ import annotations

import numpy as np
import pytest

from deskhand.encoders.weights import DEFAULT_WEIGHTS
from deskhand.nlu.doctor.beliefs import _left_out_scores, believe
from deskhand.nlu.doctor.examination import LEARNED, Patient, examine
from deskhand.nlu.doctor.findings import Finding, Kind
from deskhand.nlu.doctor.reading import read
from deskhand.nlu.doctor.vectors import near_pairs, nearest, sentence_vectors
from tests.nlu.doctor.conftest import Write

THINGS = ["tent", "stove", "jacket", "lantern", "pan", "hammock", "knife", "planter"]
STATUS = [f"{start} my {thing}" for start in ("where is", "when will i get", "track") for thing in THINGS]
RETURN = [f"{start} this {thing}" for start in ("i want to return", "send back", "refund me for") for thing in THINGS]
NEAR = {Kind.NEARLY_TWO_INTENTS, Kind.NEAR_DUPLICATE}
GREET = ["hi", "hello", "hey there", "good morning", "good evening", "hiya", "morning", "hello there", "howdy"]


def learned(write: Write, **intents: list[str]) -> list[Finding]:
    return examine(Patient(read(write(**intents)), None, None, DEFAULT_WEIGHTS), LEARNED)


def test_clean_intents_are_left_in_peace(write: Write) -> None:
    assert learned(write, status=STATUS, give_back=RETURN, greet=GREET) == []


def test_an_example_under_the_wrong_intent(write: Write) -> None:
    found = learned(write, status=STATUS, give_back=[*RETURN, "good afternoon"], greet=GREET)
    [finding] = [each for each in found if each.kind == Kind.MISLABELLED]
    assert finding.quotes[0].text == "good afternoon"
    assert finding.quotes[1].intent == "greet"
    assert "Move it to greet" in finding.action


def test_examples_out_of_scope_are_meant_to_look_like_others(write: Write) -> None:
    assert learned(write, status=STATUS, out_of_scope=[*RETURN, "good afternoon"], greet=GREET) == []


def test_intents_that_say_the_same(write: Write) -> None:
    split = [[text for n, text in enumerate(STATUS) if (n + n // len(THINGS)) % 2 == part] for part in (0, 1)]
    found = learned(write, one=split[0], two=split[1], greet=GREET)
    [finding] = [each for each in found if each.kind == Kind.OVERLAP]
    assert finding.intents == ("one", "two")
    assert {quote.intent for quote in finding.quotes} == {"one", "two"}
    assert finding.action.startswith("Merge one and two")


def test_nearly_the_same_sentence(write: Write) -> None:
    greetings = [*GREET, "Hello there!!", "hello, there"]
    found = learned(
        write, status=[*STATUS, "have you sent my order yet"], ask=["have you sent my order yet?"], greet=greetings
    )
    assert [(each.kind, len(each.quotes)) for each in found if each.kind in NEAR] == [
        (Kind.NEARLY_TWO_INTENTS, 2),
        (Kind.NEAR_DUPLICATE, 3),
    ]


def test_an_emoji_makes_a_difference(write: Write) -> None:
    assert learned(write, status=STATUS, greet=[*GREET, "hi 👋"]) == []


def test_sentences_that_differ_in_a_number_or_an_entity_are_not_the_same(write: Write) -> None:
    status = [
        "where is order 204518 please",
        "where is order 204519 please",
        "wheres the [red](colour) tent",
        "wheres the [rad](colour) tent",
    ]
    assert learned(write, status=status) == []


def test_leaving_one_out_at_once_is_leaving_each_out_in_turn() -> None:
    generator = np.random.default_rng(0)
    vectors = generator.normal(size=(12, 5)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    wanted = np.eye(3, dtype=np.float32)[generator.integers(0, 3, 12)]
    kernel = np.exp(2.0 * (vectors @ vectors.T - 1))
    for left_out in range(12):
        rest = np.arange(12) != left_out
        inner = kernel[np.ix_(rest, rest)] + 0.1 * np.eye(11)
        expected = kernel[left_out, rest] @ np.linalg.solve(inner, wanted[rest])
        assert _left_out_scores(vectors, wanted)[left_out] == pytest.approx(expected, abs=1e-3)


def test_many_sentences_are_judged_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deskhand.nlu.doctor.beliefs._AT_ONCE", 20)
    vectors = sentence_vectors([*STATUS, *GREET], DEFAULT_WEIGHTS)
    beliefs = believe(vectors, ["status"] * len(STATUS) + ["greet"] * len(GREET))
    assert (beliefs.guesses == beliefs.labels).mean() > 0.9


def test_vectors_do_not_depend_on_what_is_encoded_with_them() -> None:
    texts = ["hi", "where is my order", "", "a " * 500, "👋"]
    together = sentence_vectors(texts, DEFAULT_WEIGHTS)
    alone = np.concatenate([sentence_vectors([text], DEFAULT_WEIGHTS) for text in texts])
    assert np.abs(together - alone).max() < 1e-4


def test_neighbours_and_pairs() -> None:
    vectors = np.array([[1, 0], [0.999, 0.04], [0, 1]], dtype=np.float32)
    assert list(near_pairs(vectors, 0.99)) == [(0, 1)]
    assert nearest(vectors, 5).tolist() == [[1, 2], [0, 2], [1, 0]]
