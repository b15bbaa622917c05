"""A PDF becomes headings, paragraphs and steps again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from deskhand.knowledge.articles import ALWAYS, Article, ArticleError, Audience, EmptyArticle
from deskhand.knowledge.passages import passages_of
from deskhand.knowledge.sources import pdf as pdf_source
from deskhand.knowledge.sources import read
from deskhand.knowledge.sources.source_file import SourceFile
from tests.knowledge.sources.pdfs import BOLD, Text, pdf, scanned, with_table

SIDECAR = b"title: Bell tent\nurl: https://shop.example/bell-tent.pdf\naudience: customer\n"
ReadPdf = Callable[..., Article]


@pytest.fixture
def read_pdf(tmp_path: Path) -> ReadPdf:
    def read_it(content: bytes, sidecar: bytes | None = SIDECAR) -> Article:
        return read(SourceFile(tmp_path / "guide.pdf", content, sidecar))

    return read_it


def passages(article: Article) -> list[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]]:
    return [(passage.headings, passage.sentences, passage.steps) for passage in passages_of(article)]


def test_what_a_pdf_cannot_say_stands_beside_it(read_pdf: ReadPdf) -> None:
    article = read_pdf(pdf([Text(["Keep it dry."])]), SIDECAR + b"languages: [en, cy]\n")

    assert (article.title, article.url) == ("Bell tent", "https://shop.example/bell-tent.pdf")
    assert (article.audience, article.languages) == (Audience.CUSTOMER, ("en", "cy"))
    assert (article.valid_from, article.valid_until) == (ALWAYS, None)
    assert article.file.name == "guide.pdf"


def test_headings_are_told_by_their_size_or_weight(read_pdf: ReadPdf) -> None:
    page = [
        Text(["Bell tent"], size=22, font=BOLD),
        Text(["Keep it dry."]),
        Text(["Care"], size=15, font=BOLD),
        Text(["Brush it."]),
        Text(["After rain"], font=BOLD),
        Text(["Air it for a day, and then", "roll it up."]),
        Text(["Storage over the", "winter"], size=15, font=BOLD),
        Text(["Hang it up."]),
    ]

    assert passages(read_pdf(pdf(page))) == [
        ((), ("Keep it dry.",), ()),
        (("Care",), ("Brush it.",), ()),
        (("Care", "After rain"), ("Air it for a day, and then roll it up.",), ()),
        (("Storage over the winter",), ("Hang it up.",), ()),
    ]


def test_numbered_steps_are_steps_also_where_they_go_on_below(read_pdf: ReadPdf) -> None:
    page = [
        Text(["Pitch it like this:"]),
        Text(["1. Unfold the groundsheet and peg", "    down its corners."], above=6),
        Text(["2. Raise the pole."], above=2),
        Text(["3) Tighten the ropes."], above=2),
        Text(["Ask us if a pole is missing."], above=24),
    ]

    [(_, sentences, steps)] = passages(read_pdf(pdf(page)))
    assert steps == ("Unfold the groundsheet and peg down its corners.", "Raise the pole.", "Tighten the ropes.")
    assert sentences == ("Pitch it like this:", "Ask us if a pole is missing.")


def test_numbers_far_from_their_text_are_put_before_it(read_pdf: ReadPdf) -> None:
    page = [Text(["1.", "2."], above=0), Text(["Unfold it.", "Raise the pole."], left=140, above=-27.5)]

    [(_, sentences, steps)] = passages(read_pdf(pdf(page)))
    assert (sentences, steps) == ((), ("Unfold it.", "Raise the pole."))


def test_bullets_are_sentences(read_pdf: ReadPdf) -> None:
    [(_, sentences, _)] = passages(read_pdf(pdf([Text(["• Eight pegs", "• One pole", "– A bag"])])))

    assert sentences == ("Eight pegs", "One pole", "A bag")


def test_broken_words_are_mended_and_hyphens_kept(read_pdf: ReadPdf) -> None:
    page = [
        Text(["The ground-", "sheet is water-", "proof. Our water-proof bag has a zip and the tent a guy-", "Rope."]),
        Text(["It is sold from 1 May to 3-", "4 June."]),
    ]

    [(_, sentences, _)] = passages(read_pdf(pdf(page)))
    assert sentences[0] == "The groundsheet is water-proof."
    assert sentences[-1] == "It is sold from 1 May to 3-4 June."


def test_a_sentence_over_the_end_of_a_page_is_whole_and_what_repeats_is_left_out(read_pdf: ReadPdf) -> None:
    file = pdf(
        [Text(["Loosen the ropes in rain, because"])],
        [Text(["wet cotton shrinks."])],
        [Text(["It has 12 pegs."]), Text(["12"])],
        head="Fernway care leaflet, version 3",
        foot="Page # of 3",
    )

    [(_, sentences, _)] = passages(read_pdf(file))
    assert sentences == ("Loosen the ropes in rain, because wet cotton shrinks.", "It has 12 pegs.", "12")


def test_columns_are_read_one_after_the_other(read_pdf: ReadPdf) -> None:
    left = ["The left column says this", "and goes on below it, line", "after line, until it ends", "here."]
    right = ["The right column is read", "afterwards, and that is", "what this test wants to", "see."]
    page = [Text(left), Text(right, left=330, above=-(4 * 11 * 1.25))]

    [(_, sentences, _)] = passages(read_pdf(pdf(page)))
    assert sentences == (
        "The left column says this and goes on below it, line after line, until it ends here.",
        "The right column is read afterwards, and that is what this test wants to see.",
    )


def test_rows_of_tables_become_sentences_in_their_place(read_pdf: ReadPdf) -> None:
    rows = [["Size", "Chest", "UK size"], ["M", "96–101 cm", "38"], ["L", "102–107 cm", "40"]]

    [(_, sentences, _)] = passages(read_pdf(with_table(rows, "Before it.", "After it.")))
    assert sentences == (
        "Before it.",
        "Size M: chest 96–101 cm, UK size 38.",
        "Size L: chest 102–107 cm, UK size 40.",
        "After it.",
    )


def test_signs_that_mean_something_in_markdown_are_text(read_pdf: ReadPdf) -> None:
    [(_, sentences, _)] = passages(read_pdf(pdf([Text(["Use *one* peg_hole [A] <b> & `x` # 1 | 2."])])))

    assert sentences == ("Use *one* peg_hole [A] <b> & `x` # 1 | 2.",)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (pdf([Text(["Secret."])], password="open sesame"), "encrypted"),
        (b"", "broken"),
        (b"%PDF-1.7\nnothing here", "broken"),
        (pdf([Text(["Cut in half."])])[:400], "broken|no text"),
        (b"<html>no PDF</html>", "broken"),
    ],
)
def test_what_cannot_be_read_is_said_plainly(read_pdf: ReadPdf, content: bytes, words: str) -> None:
    with pytest.raises(ArticleError, match=words):
        read_pdf(content)


@pytest.mark.parametrize("content", [scanned(), pdf([])])
def test_a_scan_and_an_empty_page_have_no_text(read_pdf: ReadPdf, content: bytes) -> None:
    with pytest.raises(EmptyArticle, match="OCR"):
        read_pdf(content)


def test_a_pdf_without_its_sidecar_is_named(read_pdf: ReadPdf) -> None:
    with pytest.raises(ArticleError, match=r"needs a file 'guide\.pdf\.yml' beside it"):
        read_pdf(pdf([Text(["Text."])]), None)


def test_a_mistake_in_the_sidecar_is_named_there(read_pdf: ReadPdf) -> None:
    with pytest.raises(ArticleError, match="must be customer or internal") as caught:
        read_pdf(pdf([Text(["Text."])]), SIDECAR.replace(b"audience: customer", b"audience: all"))

    assert (caught.value.file.name, caught.value.line) == ("guide.pdf.yml", 3)


def test_a_file_that_takes_too_long_is_given_up(read_pdf: ReadPdf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_source, "MOST_SECONDS", -1.0)

    with pytest.raises(ArticleError, match="takes more than"):
        read_pdf(pdf([Text(["Text."])]))
