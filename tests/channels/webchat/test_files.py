"""Files that customers send, and the addresses that they are shown from."""

from __future__ import annotations

from uuid import uuid4

import pytest

from deskhand.channels.errors import ChannelError
from deskhand.channels.webchat import media

from .site import GENEROUS, serving

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
PDF = b"%PDF-1.7\n" + b"x" * 40


async def upload(browser, content=PNG, mime_type="image/png", name="tent.png"):
    return await browser.post("uploads", params={"name": name}, content=content, headers={"content-type": mime_type})


async def test_a_file_goes_with_a_message_and_is_shown_again(site, browser):
    kept = (await upload(browser)).json()
    assert kept == {"id": kept["id"], "name": "tent.png", "kind": "image", "size": len(PNG)}
    stored = await browser.post_message(text="it arrived like this", files=[kept["id"]])
    (shown,) = stored["files"]
    assert (shown["name"], shown["kind"], shown["size"]) == ("tent.png", "image", len(PNG))
    picture = await browser.get(shown["url"])
    assert (picture.content, picture.headers["content-type"]) == (PNG, "image/png")
    assert picture.headers["content-disposition"].startswith("inline")
    assert picture.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert site.turns.words == [] or site.turns.words == ["it arrived like this"]


async def test_a_file_without_words_is_acknowledged(browser):
    kept = (await upload(browser, PDF, "application/pdf", "receipt.pdf")).json()
    stored = await browser.post_message(files=[kept["id"]])
    told = await browser.settled(stored["cursor"])
    assert "your document arrived" in told["messages"][0]["text"]
    document = await browser.get(stored["files"][0]["url"])
    assert document.headers["content-disposition"].startswith("attachment")


async def test_a_file_is_shown_by_its_signed_address_only(site, browser):
    kept = (await upload(browser)).json()
    url = (await browser.post_message(files=[kept["id"]]))["files"][0]["url"]
    async with site.browser() as stranger:
        assert (await stranger.get(url)).status_code == 200  # whoever was given the address
        for wrong in (
            f"media/{kept['id']}",
            url[:-1] + ("A" if url[-1] != "A" else "B"),
            url.replace("until=1", "until=2"),
        ):
            assert (await stranger.get(wrong)).status_code == 404
        assert (await stranger.get(url.replace(kept["id"], str(uuid4())))).status_code == 404


async def test_another_contacts_file_cannot_be_sent(site, browser):
    kept = (await upload(browser)).json()
    async with site.browser() as other:
        await other.open()
        response = await other.post("messages", json={"id": str(uuid4()), "files": [kept["id"]]})
    assert (response.status_code, response.json()["error"]["code"]) == (409, "unknown_file")


@pytest.mark.parametrize(
    ("content", "mime_type", "expected"),
    [
        (b"", "image/png", (400, "empty_file")),
        (b"<svg onload=alert(1)>", "image/svg+xml", (415, "wrong_file_type")),
        (b"<script>", "text/html", (415, "wrong_file_type")),
        (b"<script>", "image/png", (415, "wrong_file_type")),
        (b"MZ\x90\0", "application/octet-stream", (415, "wrong_file_type")),
        (b"MZ\x90\0", "text/plain", (415, "wrong_file_type")),
        (b"RIFFxxxxWAVE", "image/webp", (415, "wrong_file_type")),
        (PNG, "", (415, "wrong_file_type")),
        (PNG + b"\0" * 5000, "image/png", (413, "body_too_large")),
    ],
)
async def test_only_real_pictures_pdf_and_text_of_some_size_are_taken(db, content, mime_type, expected):
    options = GENEROUS.model_copy(update={"max_upload_bytes": 4000})
    async with serving(db, options=options) as site, site.browser() as visitor:
        await visitor.open()
        response = await upload(visitor, content, mime_type)
    assert (response.status_code, response.json()["error"]["code"]) == expected


async def test_uploads_can_be_turned_off(db):
    options = GENEROUS.model_copy(update={"max_upload_bytes": 0})
    async with serving(db, options=options) as site, site.browser() as visitor:
        assert (await visitor.open())["uploads"] is None
        assert (await upload(visitor)).status_code == 403


async def test_too_many_uploads_are_refused(db):
    options = GENEROUS.model_copy(update={"uploads_per_minute_and_session": 1})
    async with serving(db, options=options) as site, site.browser() as visitor:
        await visitor.open()
        assert (await upload(visitor)).status_code == 201
        assert (await upload(visitor)).status_code == 429


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("tent.png", "tent.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\fake\\tent.png", "tent.png"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("\0\n", "file"),
        ("", "file"),
        (f"{'x' * 300}.png", f"{'x' * 116}.png"),
        ("фото.jpg", "фото.jpg"),
    ],
)
def test_names_are_made_fit_to_show(given, kept):
    assert media.clean_name(given) == kept


def test_an_address_ends_and_stays_the_same_for_hours():
    upload_id, now = uuid4(), 1_800_000_000.0
    assert media.address(upload_id, "k", now) == media.address(upload_id, "k", now + 60)
    assert not media.is_allowed(upload_id, "1700000000", "x", "k")
    for until in ("", "x", "-1", "9" * 30, "٣"):
        assert not media.is_allowed(upload_id, until, "x", "k")


def test_text_is_text():
    assert media.checked_type("text/plain; charset=utf-8", "grüße".encode()) == "text/plain"
    with pytest.raises(ChannelError):
        media.checked_type("text/plain", b"\xff\xfe")
