from __future__ import annotations

import psycopg
import pytest

from deskhand.knowledge.index_words import tsvector


@pytest.fixture
def connection(empty_database_url: str):
    with psycopg.connect(empty_database_url) as connection:
        yield connection


def holds(connection: psycopg.Connection, words: str, query: str) -> bool:
    (found,) = connection.execute("SELECT %s::tsvector @@ %s::tsquery", [words, query]).fetchone()
    return found


def test_words_are_found_by_their_stems_in_title_headings_and_text(connection):
    words = tsvector("Tent poles", ["Broken sleeves"], ["Slide it over the break.", "Order spares."])

    for query in ("'pol'", "'sleev'", "'break'", "'spar'", "'tent' <-> 'pol'"):
        assert holds(connection, words, query), query
    assert not holds(connection, words, "'hammock'")


def test_a_phrase_does_not_go_across_two_sentences(connection):
    assert not holds(connection, tsvector("T", [], ["Dry the air.", "Bed down."]), "'air' <-> 'bed'")
    assert holds(connection, tsvector("T", [], ["Pump the air bed."]), "'air' <-> 'bed'")


def test_a_word_in_the_title_counts_more_than_one_in_the_text(connection):
    ranks = [
        connection.execute("SELECT ts_rank(%s::tsvector, 'zip'::tsquery)", [words]).fetchone()[0]
        for words in (tsvector("Zip", [], ["It sticks."]), tsvector("Stuck", [], ["Zip it."]))
    ]

    assert ranks[0] > ranks[1]


@pytest.mark.parametrize("text", ["it's 'quoted' \\ and : odd", "Größe café £3.95 x" + "y" * 5000, "\0 🙂 ⛺"])
def test_any_text_makes_a_tsvector(connection, text):
    connection.execute("SELECT %s::tsvector", [tsvector(text, [text], [text] * 300)])


def test_accents_make_no_difference(connection):
    assert holds(connection, tsvector("Café", [], ["Für Größen"]), "'caf'")
