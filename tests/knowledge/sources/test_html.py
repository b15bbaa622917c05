"""Of a page only what it is about becomes an article."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from deskhand.knowledge.articles import ALWAYS, Article, ArticleError, Audience, EmptyArticle
from deskhand.knowledge.passages import Passage, passages_of
from deskhand.knowledge.sources import read
from deskhand.knowledge.sources.source_file import SourceFile

HEAD = '<title>Tents | Shop</title><link rel="canonical" href="https://shop.example/tents">'
ReadPage = Callable[..., Article]


@pytest.fixture
def read_page(tmp_path: Path) -> ReadPage:
    """Reads a page with this body, in UTF-8 and with a title and an address unless told otherwise."""

    def read_it(body: str | bytes, head: str = HEAD, html: str = '<html lang="en">') -> Article:
        page = (
            body if isinstance(body, bytes) else f"<!doctype html>{html}<head>{head}</head><body>{body}</body></html>"
        )
        content = page if isinstance(page, bytes) else page.encode()
        return read(SourceFile(tmp_path / "page.html", content))

    return read_it


def passages(article: Article) -> list[tuple[tuple[str, ...], str]]:
    return [(passage.headings, passage.text) for passage in passages_of(article)]


def only(article: Article) -> Passage:
    [passage] = passages_of(article)
    return passage


def test_a_page_says_what_it_is_in_its_head(read_page: ReadPage) -> None:
    article = read_page(
        "<h1>All about tents</h1><p>They are green.</p>",
        HEAD
        + '<meta name="deskhand:audience" content="internal"><meta name="deskhand:valid_from" content="2026-03-01">'
        + '<meta name="deskhand:valid_until" content="2026-12-31"><meta name="deskhand:languages" content="en, de">',
    )

    assert article.title == "All about tents"
    assert article.url == "https://shop.example/tents"
    assert article.audience is Audience.INTERNAL
    assert (article.valid_from, article.valid_until) == (date(2026, 3, 1), date(2026, 12, 31))
    assert article.languages == ("en", "de")


def test_a_page_on_the_web_is_the_publics_and_has_always_held(read_page: ReadPage) -> None:
    article = read_page("<p>They are green.</p>", html='<html lang="de-AT">')

    assert article.title == "Tents"
    assert (article.audience, article.valid_from, article.valid_until) == (Audience.CUSTOMER, ALWAYS, None)
    assert article.languages == ("de",)


@pytest.mark.parametrize(
    "frame",
    [
        "<nav><ul><li>Noise here.</li></ul></nav>",
        "<header>Noise here.</header>",
        "<footer>Noise here.</footer>",
        "<aside>Noise here.</aside>",
        '<div class="cookie-banner">Noise here.</div>',
        '<div id="onetrust-consent-sdk">Noise here.</div>',
        '<div role="dialog">Noise here.</div>',
        '<ul class="breadcrumbs"><li>Noise here.</li></ul>',
        '<div class="article-votes">Noise here.</div>',
        '<section class="related-articles">Noise here.</section>',
        '<p style="display: none">Noise here.</p>',
        "<p hidden>Noise here.</p>",
        '<span aria-hidden="true">Noise here.</span>',
        "<form><label>Noise here.</label><input></form>",
        "<script>'Noise here.'</script>",
        "<style>p { content: 'Noise here.' }</style>",
        "<!-- Noise here. -->",
        "<noscript>Noise here.</noscript>",
    ],
)
def test_what_frames_the_text_stays_out(read_page: ReadPage, frame: str) -> None:
    assert only(read_page(f"<div><p>Before.</p>{frame}<p>After.</p></div>")).sentences == ("Before.", "After.")


@pytest.mark.parametrize(
    "text",
    [
        '<section id="cookies"><p>We set two cookies.</p></section>',
        '<div class="overflow-hidden"><p>We set two cookies.</p></div>',
        f"<form><p>We set two cookies.</p>{'<input>' * 3}<p>{'So we do. ' * 50}</p></form>",
    ],
)
def test_what_the_page_is_about_stays_in(read_page: ReadPage, text: str) -> None:
    assert "We set two cookies." in only(read_page(text)).sentences


def test_only_the_main_part_counts_where_there_is_one(read_page: ReadPage) -> None:
    page = "<div>Buy now!</div><main><article>Teaser.</article><p>They are green. They are light.</p></main>"

    assert only(read_page(page)).sentences == ("Teaser.", "They are green.", "They are light.")


def test_headings_lists_and_steps_are_kept(read_page: ReadPage) -> None:
    page = (
        "<h1>Tents</h1><p>Mind the pegs.</p><h2>Pitching</h2><ol><li>Unfold it.</li><li>Peg it down.<ul><li>Four pegs."
        "</li></ul></li></ol><h2>Care</h2><ul><li>Dry it.</li><li>Keep it * dry_.</li></ul>"
    )
    opening, pitching, care = passages_of(read_page(page))

    assert (opening.headings, opening.sentences) == ((), ("Mind the pegs.",))
    assert (pitching.headings, pitching.steps) == (("Pitching",), ("Unfold it.", "Peg it down. Four pegs."))
    assert care.sentences == ("Dry it.", "Keep it * dry_.")


def test_what_is_folded_away_has_its_question_as_heading(read_page: ReadPage) -> None:
    page = (
        "<h1>Tents</h1><h2>Questions</h2><details><summary>Is it <b>green</b>?</summary><p>Yes.</p>"
        "<details><summary>How green?</summary>Very.</details></details><details><summary>Big?</summary>No.</details>"
    )

    assert passages(read_page(page)) == [
        (("Questions", "Is it green?"), "Yes."),
        (("Questions", "Is it green?", "How green?"), "Very."),
        (("Questions", "Big?"), "No."),
    ]


def test_what_follows_what_is_folded_away_is_not_part_of_it(read_page: ReadPage) -> None:
    page = (
        "<h1>Tents</h1><details><summary>Green?</summary>Yes. <details><summary>Dark?</summary>No.</details>Ask us."
        "</details><p>We sell six.</p><h2>More</h2><details><summary>Big?</summary>No.</details> Some more."
    )

    assert passages(read_page(page)) == [
        (("Green?",), "Yes."),
        (("Green?", "Dark?"), "No."),
        (("Green?",), "Ask us."),
        ((), "We sell six."),
        (("More", "Big?"), "No."),
        (("More",), "Some more."),
    ]


def test_rows_of_tables_become_sentences(read_page: ReadPage) -> None:
    page = """
        <table><caption>Jackets</caption>
        <tr><th>Size</th><th>Chest</th><th>UK size</th><th>Note</th></tr>
        <tr><td>M</td><td>96–101&nbsp;cm</td><td>38</td><td>–</td></tr>
        <tr><td>Extra long</td><td>101 cm</td><td></td><td>To order</td></tr></table>
    """

    assert only(read_page(page)).sentences == (
        "Jackets",
        "Size M: chest 96–101 cm, UK size 38.",
        "Extra long: chest 101 cm, note To order.",
    )


def test_cells_over_several_rows_stand_in_each(read_page: ReadPage) -> None:
    page = (
        "<table><tr><th>Country</th><th>Way</th><th>Price</th></tr><tr><td rowspan='2'>France</td><td>Post</td>"
        "<td>£9</td></tr><tr><td>Courier</td><td>£19</td></tr></table>"
    )

    assert only(read_page(page)).sentences == (
        "France: way Post, price £9.",
        "France: way Courier, price £19.",
    )


def test_terms_go_with_their_definitions(read_page: ReadPage) -> None:
    page = "<dl><dt>Voltage:</dt><dd>12 V</dd></dl><dl><dt>Is it loud?</dt><dd>No.</dd></dl>"

    assert passages(read_page(page)) == [((), "Voltage: 12 V"), (("Is it loud?",), "No.")]


def test_a_table_that_only_lays_out_the_page_is_not_cut_into_rows(read_page: ReadPage) -> None:
    inner = "<table><tr><td>Weight</td><td>2 kg</td></tr></table>"

    assert "Weight: 2 kg." in only(read_page(f"<table><tr><td>{inner}</td></tr></table>")).sentences


@pytest.mark.parametrize(
    "page",
    [
        "<p>Ä first.<p>A second.<ul><li>One<li>Two</ul><b>bold <i>both</b> rest</i>",
        "<div><div><p>Ä first.</div><p>A second.</p>",
        "<p>Ä first.</p></div></section><p>A second.",
    ],
)
def test_broken_html_is_read_as_browsers_do(read_page: ReadPage, page: str) -> None:
    assert only(read_page(page)).sentences[:2] == ("Ä first.", "A second.")


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "utf-8"),
        ("utf-8", "iso-8859-1"),
        ("cp1252", "windows-1252"),
        ("cp1252", "utf-8"),
        ("utf-16", "utf-16"),
    ],
)
def test_a_wrongly_declared_encoding_is_seen_through(read_page: ReadPage, encoding: str, declared: str) -> None:
    page = f'<html><head><meta charset="{declared}">{HEAD}</head><p>Déjà vu costs £5 in Zürich – “really”.</p></html>'

    assert only(read_page(page.encode(encoding))).text == "Déjà vu costs £5 in Zürich – “really”."


@pytest.mark.parametrize("page", [b"", b"just words", bytes(range(256)) * 4])
def test_what_is_no_page_is_refused(read_page: ReadPage, page: bytes) -> None:
    with pytest.raises(ArticleError):
        read_page(page)


def test_a_page_without_text_is_empty(read_page: ReadPage) -> None:
    with pytest.raises(EmptyArticle, match="no text"):
        read_page('<div id="root"></div><script>load()</script>')


@pytest.mark.parametrize(
    ("head", "line", "words"),
    [
        ("<title>T</title>", 1, "needs a text as 'url'"),
        ('\n<link rel="canonical" href="tents">', 2, "isn't a web address"),
        (HEAD + '\n\n<meta name="deskhand:audience" content="all">', 3, "must be customer or internal"),
        (HEAD + '\n<meta name="deskhand:valid_from" content="soon">', 2, "must be a day"),
        (HEAD + '\n<meta name="deskhand:valid_from" content="2026-02-30">', 2, "must be a day"),
        (HEAD + '\n<meta name="deskhand:autor" content="x">', 2, "unknown field 'deskhand:autor'"),
        (HEAD + '\n<meta name="deskhand:languages" content="English">', 2, "must be a language"),
    ],
)
def test_a_mistake_is_named_with_its_line(read_page: ReadPage, head: str, line: int, words: str) -> None:
    with pytest.raises(ArticleError, match=words) as caught:
        read_page("<h1>T</h1><p>They are green.</p>", head)

    assert caught.value.line == line


def test_a_page_that_is_nested_without_end_stops_nothing(read_page: ReadPage) -> None:
    assert only(read_page("<div>" * 200 + "<p>Deep down.</p>" + "</div>" * 200)).text == "Deep down."
    with pytest.raises(ArticleError, match="can't be read"):
        read_page("<div>" * 5_000 + "<p>Deep down.</p>" + "</div>" * 5_000)
