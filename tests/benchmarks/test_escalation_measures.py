from benchmarks.escalation_measures import Item, Outcome, by_reason, score

ITEMS = [
    Item(("help", "a person"), "asked_for_person", first=2),
    Item(("you crooks",), "anger", frozenset({"asked_for_person"})),
    Item(("hello",), "nobody"),
    Item(("hi",), "nobody"),
]


def test_all_right() -> None:
    found = score(ITEMS, [Outcome(2, "asked_for_person"), Outcome(1, "anger"), Outcome(), Outcome()])
    assert (found.recall, found.precision, found.right_reason) == (1.0, 1.0, 2)


def test_missed_and_wrongly_handed_over() -> None:
    found = score(ITEMS, [Outcome(), Outcome(1, "anger"), Outcome(1, "safety"), Outcome()])
    assert (found.recall, found.precision) == (0.5, 0.5)


def test_too_early_is_missed_and_wrong() -> None:
    found = score(ITEMS, [Outcome(1, "asked_for_person"), Outcome(1, "anger"), Outcome(), Outcome()])
    assert (found.recall, found.precision) == (0.5, 0.5)


def test_a_reason_that_is_as_right_is_no_mistake() -> None:
    scores = by_reason(ITEMS, [Outcome(2, "asked_for_person"), Outcome(1, "asked_for_person"), Outcome(), Outcome()])
    assert scores["asked_for_person"].precision == 1.0
    assert (scores["anger"].recall, scores["anger"].right_reason) == (1.0, 0)
