from deskhand.conversation.reading import Option, choose

ORDERS = [
    Option("a", ("FW-200101", "Skylark tent", "blue")),
    Option("b", ("FW-200102", "Ember stove", "red")),
    Option("c", ("FW-200103", "Skylark tent", "green")),
]


def test_by_colour() -> None:
    assert choose("the blue one", ORDERS) == ["a"]


def test_by_position_and_by_number() -> None:
    assert choose("second", ORDERS) == ["b"]
    assert choose("3", ORDERS) == ["c"]


def test_the_last_order_is_the_newest() -> None:
    assert choose("my last order", ORDERS) == ["a"]


def test_by_product_with_typos() -> None:
    assert choose("the embr stov", ORDERS) == ["b"]


def test_several_that_fit_equally_come_back_together() -> None:
    assert choose("the tent", ORDERS) == ["a", "c"]


def test_several_that_are_named() -> None:
    assert choose("stove and the green tent", ORDERS) == ["b", "c"]
    assert choose("both", ORDERS[:2]) == ["a", "b"]


def test_nothing_that_fits() -> None:
    assert choose("banana", ORDERS) == []
    assert choose("the blue one", []) == []
