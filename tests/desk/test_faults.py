"""What agents are told while something is away, and what is never told."""

from __future__ import annotations

import logging

from deskhand.desk import __main__ as desk_main
from deskhand.settings import Settings
from deskhand.store.database import Database
from tests.desk.site import PASSWORD, serving


async def test_the_desk_starts_and_says_so_while_the_database_is_away():
    nowhere = Database("postgresql://nobody@127.0.0.1:1/nothing")
    async with serving(nowhere) as site:
        client = site.client()
        assert (await client.get("/health")).status_code == 503
        assert (await client.get("/sign-in")).status_code == 200
        client.cookies.set("desk_session", "a cookie from before")
        page = await client.get("/overview")
        assert (page.status_code, "The database is away" in page.text) == (503, True)
        part = await client.get("/overview", headers={"hx-request": "true"})
        assert (part.status_code, "<html" in part.text) == (503, False)
        data = await client.get("/overview", headers={"accept": "application/json"})
        assert data.json()["error"].startswith("The database is away.")


def test_a_database_that_is_away_does_not_keep_the_desk_from_starting():
    settings = Settings(DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")
    assert desk_main.database_url(settings) == "postgresql://nobody@127.0.0.1:1/nothing"


async def test_a_failure_is_numbered_and_repeats_nothing(site, caplog, monkeypatch):
    client = await site.signed_in()

    async def fails(*_args, **_more):
        raise RuntimeError("my secret words")

    monkeypatch.setattr("deskhand.desk.views.overview.overview", fails)
    with caplog.at_level(logging.ERROR):
        answer = await client.get("/overview")
    number = answer.text.split("Its number in the log: ")[1][:8]
    assert answer.status_code == 500
    assert number in caplog.text
    assert "my secret words" not in caplog.text + answer.text


async def test_passwords_are_never_logged(site, caplog):
    with caplog.at_level(logging.DEBUG):
        await site.person("Ann")
        await site.client().sign_in("ann@fernway.example")
        await site.client().sign_in("ann@fernway.example", "a wrong guess indeed")
    assert PASSWORD not in caplog.text
    assert "a wrong guess indeed" not in caplog.text


async def test_odd_requests_get_a_page_and_no_failure(site, caplog):
    client = await site.signed_in()
    for address in ("/overview?days=%00", "/static/..%2f..%2fapp.py", "/contacts/%00", "/%ff%fe"):
        assert (await client.get(address, follow_redirects=True)).status_code in {200, 400, 404}, address
    answer = await client.post("/account", content=b"\xff\xfe=1", headers={"x-csrf-token": client.csrf})
    assert answer.status_code < 500
    assert "The desk failed" not in caplog.text
