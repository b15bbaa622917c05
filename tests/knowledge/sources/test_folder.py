"""A folder is walked whole, whatever is in it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deskhand.knowledge.articles import ArticleError, Audience
from deskhand.knowledge.sources import folder as folder_source
from deskhand.knowledge.sources import read
from deskhand.knowledge.sources.folder import NoArticles, list_folder, load

PAGE = "<html><head><title>T</title>{}</head><body><p>They are green.</p></body></html>"
CANONICAL = '<link rel="canonical" href="https://shop.example/a">'


def write(file: Path, text: str = PAGE) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def sources(root: Path) -> list[str]:
    return [listed.source for listed in list_folder(root).files]


def test_articles_are_found_below_in_the_order_of_their_paths(tmp_path: Path) -> None:
    for name in ("b.md", "a/two.HTML", "a/one.htm", "a/guide.pdf", ".git/x.md", "picture.png", "a/guide.pdf.yml"):
        write(tmp_path / name)

    assert sources(tmp_path) == ["a/guide.pdf", "a/one.htm", "a/two.HTML", "b.md"]
    assert list_folder(tmp_path).others == ["a/guide.pdf.yml", "picture.png"]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoArticles, match="nowhere"):
        list_folder(tmp_path / "nowhere")


def test_links_that_lead_round_in_circles_are_followed_once(tmp_path: Path) -> None:
    write(tmp_path / "a/one.md")
    (tmp_path / "a/again").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "a/self.md").symlink_to(tmp_path / "a/self.md")
    elsewhere = tmp_path.with_name(f"{tmp_path.name}-elsewhere")
    write(elsewhere / "two.md")
    (tmp_path / "linked").symlink_to(elsewhere, target_is_directory=True)

    assert sources(tmp_path) == ["a/one.md", "a/self.md", "linked/two.md"]
    with pytest.raises(ArticleError, match="can't be read"):
        load(list_folder(tmp_path).files[1])


def test_a_link_to_nothing_a_pipe_and_a_closed_file_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone.md").symlink_to(tmp_path / "nothing.md")
    os.mkfifo(tmp_path / "pipe.md")
    write(tmp_path / "whole.md")

    gone, pipe, whole = list_folder(tmp_path).files
    for listed in (gone, pipe):
        with pytest.raises(ArticleError):
            load(listed)
    assert load(whole).content == PAGE.encode()


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "huge.html").open("wb") as file:
        file.truncate(100 * 2**20)

    with pytest.raises(ArticleError, match=r"has 100 MB; at most 10 MB"):
        load(list_folder(tmp_path).files[0])


def test_a_name_that_is_no_utf8_is_an_error_of_its_own(tmp_path: Path) -> None:
    write(tmp_path / "one.md")
    with open(os.fsencode(tmp_path) + b"/caf\xe9.md", "wb"):
        pass

    listing = list_folder(tmp_path)
    assert [listed.source for listed in listing.files] == ["one.md"]
    assert [error.problem for error in listing.errors] == ["the file's name isn't UTF-8. Give it another one."]


def test_what_a_folder_cannot_show_is_not_taken_for_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "one.md")
    write(tmp_path / "closed/two.md")
    scan = os.scandir

    def refusing(path: Path) -> object:
        if Path(path).name == "closed":  # root may open any folder, so the refusal is played
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(folder_source.os, "scandir", refusing)
    listing = list_folder(tmp_path)

    assert [listed.source for listed in listing.files] == ["one.md"]
    assert "Permission denied" in listing.errors[0].problem
    assert listing.is_unseen("closed/two.md")
    assert not listing.is_unseen("closed-too/three.md")


def test_a_folder_says_what_holds_for_all_in_it(tmp_path: Path) -> None:
    write(tmp_path / "folder.yml", "site: https://shop.example/help\naudience: internal\n")
    write(tmp_path / "a/page one.html")
    write(tmp_path / "a/own.html", PAGE.format(CANONICAL + '<meta name="deskhand:audience" content="customer">'))
    write(tmp_path / "b/folder.yml", "audience: customer\n")
    write(tmp_path / "b/page.html")

    one, own, page = (
        read(load(listed)) for listed in sorted(list_folder(tmp_path).files, key=lambda f: f.source[::-1])
    )
    found = {a.url: a.audience for a in (one, own, page)}
    assert found == {
        "https://shop.example/help/a/page%20one.html": Audience.INTERNAL,
        "https://shop.example/a": Audience.CUSTOMER,
        "https://shop.example/help/b/page.html": Audience.CUSTOMER,
    }


def test_a_page_of_an_internal_folder_stays_internal_though_it_has_an_address(tmp_path: Path) -> None:
    write(tmp_path / "folder.yml", "audience: internal\n")
    write(tmp_path / "page.html", PAGE.format(CANONICAL))

    assert read(load(list_folder(tmp_path).files[0])).audience is Audience.INTERNAL


@pytest.mark.parametrize("text", ["audience: [", "title: All\n", "site: shop\n", "unknown: 1\n", "- a\n"])
def test_a_mistake_in_what_a_folder_says_closes_the_folder(tmp_path: Path, text: str) -> None:
    """Better no articles than internal ones that are taken for the public's."""
    write(tmp_path / "one.md")
    write(tmp_path / "in/folder.yml", text)
    write(tmp_path / "in/two.md")

    listing = list_folder(tmp_path)
    assert [listed.source for listed in listing.files] == ["one.md"]
    assert [error.file.name for error in listing.errors] == ["folder.yml"]
    assert listing.is_unseen("in/two.md")
