"""Signing in to the desk, and what keeps others out."""

from __future__ import annotations

import httpx
import pytest

from deskhand.conversation.people import Role
from deskhand.settings import Settings
from deskhand.store.desk.login_limits import PER_ACCOUNT
from tests.desk.site import PASSWORD, serving


async def test_a_person_signs_in_and_gets_to_the_page_that_they_wanted(site):
    await site.person("Ann")
    client = site.client()
    sent = await client.get("/account")
    assert (sent.status_code, sent.headers["location"]) == (303, "/sign-in?next=%2Faccount")
    await client.page(sent.headers["location"])
    answer = await client.form("/sign-in", email="ANN@fernway.example ", password=PASSWORD, next="/account")
    assert answer.status_code == 200
    assert "My account" in answer.text


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:1"])
async def test_signing_in_leads_to_no_other_site(site, elsewhere):
    await site.person("Ann")
    client = site.client()
    await client.page("/sign-in", params={"next": elsewhere})
    answer = await client.form("/sign-in", email="ann@fernway.example", password=PASSWORD, next=elsewhere, follow=False)
    assert answer.headers["location"] == "/"


async def test_a_wrong_password_and_an_unknown_address_are_told_the_same(site):
    await site.person("Ann")
    client = site.client()
    wrong = await client.sign_in("ann@fernway.example", "not the password")
    unknown = await client.sign_in("bob@fernway.example", PASSWORD)
    assert wrong.status_code == unknown.status_code == 401
    assert "address or the password is wrong" in wrong.text
    assert "desk_session" not in client.cookies


async def test_who_left_cannot_sign_in_and_is_signed_out_at_once(site):
    ann = await site.person("Ann")
    client = await site.signed_in("Ann")
    await site.desk.agents.change(None, ann.id, active=False)
    assert (await client.get("/account")).status_code == 303
    assert (await client.sign_in("ann@fernway.example")).status_code == 401


async def test_guessing_ends_soon_but_does_not_lock_out_who_was_there_before(site):
    boss = await site.signed_in("Boss", Role.SUPERVISOR)
    stranger = site.client()
    for _ in range(PER_ACCOUNT):
        assert (await stranger.sign_in("boss@fernway.example", "a guess")).status_code == 401
    refused = await stranger.sign_in("boss@fernway.example")
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    await boss.form("/sign-out")
    assert (await boss.sign_in("boss@fernway.example")).status_code == 303


async def test_a_form_without_the_pages_secret_changes_nothing(site):
    client = await site.signed_in("Ann")
    for secret in ("", "0" * 64):
        answer = await client.post("/account", data={"csrf": secret, "name": "Eve", "theme": "dark"})
        assert answer.status_code == 403
    elsewhere = {"sec-fetch-site": "cross-site", "x-csrf-token": client.csrf}
    answer = await client.post("/account", data={"name": "Eve", "theme": "dark"}, headers=elsewhere)
    assert answer.status_code == 403
    assert (await site.desk.agents.with_email("ann@fernway.example")).name == "Ann"


async def test_signing_in_needs_its_own_form(site):
    await site.person("Ann")
    fields = {"email": "ann@fernway.example", "password": PASSWORD}
    assert (await site.client().post("/sign-in", data=fields)).status_code == 403


async def test_cookies_are_for_the_desk_only(db):
    settings = Settings(desk_url="https://desk.example.com")
    async with serving(db, settings=settings) as site:
        await site.person("Ann")
        client = site.client()
        form = await client.page("/sign-in")
        [visit] = form.headers.get_list("set-cookie")
        token = visit.split(";")[0]
        answer = await httpx.AsyncClient(base_url=site.origin).post(
            "/sign-in",
            data={"csrf": client.csrf, "email": "ann@fernway.example", "password": PASSWORD},
            headers={"cookie": token},
        )
        [session] = [one for one in answer.headers.get_list("set-cookie") if one.startswith("__Host-desk_session=")]
        words = {word.strip().lower() for word in session.split(";")[1:]}
        assert {"secure", "httponly", "samesite=lax", "path=/"} <= words
        assert not any(word.startswith("domain") for word in words)


async def test_every_answer_forbids_what_pages_do_not_need(site):
    for address in ("/sign-in", "/account", "/nothing", "/static/icon.svg"):
        answer = await site.client().get(address)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert (await site.client().get("/sign-in")).headers["cache-control"] == "no-store"


async def test_who_has_a_one_time_password_first_chooses_another(site):
    await site.person("Ann", must_change_password=True)
    client = site.client()
    assert (await client.sign_in("ann@fernway.example")).status_code == 303
    assert (await client.get("/account")).headers["location"] == "/password"
    await client.page("/password")
    weak = await client.form("/password", present=PASSWORD, new="too short", again="too short")
    assert weak.status_code == 422
    assert "at least 12 characters" in weak.text
    new = "another long password"
    wrong = await client.form("/password", present="not it", new=new, again=new)
    assert "present password is wrong" in wrong.text
    done = await client.form("/password", present=PASSWORD, new=new, again=new, follow=False)
    assert (done.status_code, done.headers["location"]) == (303, "/")
    assert (await client.get("/account")).status_code == 200
    assert (await site.client().sign_in("ann@fernway.example")).status_code == 401


async def test_sessions_are_listed_and_ended(site):
    first, second = await site.signed_in("Ann"), await site.signed_in("Ann")
    shown = await first.page("/account")
    assert shown.text.count("/account/sessions/") == 2  # the other one, and all others
    await first.form("/account/sessions/end-others")
    assert (await second.get("/account")).status_code == 303
    assert (await first.get("/account")).status_code == 200


@pytest.mark.parametrize(
    ("user_agent", "shown"),
    [
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/17.4 Mobile/15E148 Safari/604.1",
            "Mobile Safari 17, iOS",
        ),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox 132, Windows"),
        ("desk <b>1</b>", "desk &lt;b&gt;1&lt;/b&gt;"),
    ],
)
async def test_a_session_is_listed_with_the_name_of_its_browser(site, user_agent, shown):
    await site.person("Ann")
    ann = site.client(**{"user-agent": user_agent})
    await ann.sign_in("ann@fernway.example")
    assert f"<td>{shown}</td>" in (await ann.page("/account")).text


async def test_nobody_ends_anothers_session(site):
    ann, eve = await site.signed_in("Ann"), await site.signed_in("Eve")
    [session] = await site.desk.sessions.of((await site.desk.agents.with_email("ann@fernway.example")).id)
    await eve.form(f"/account/sessions/{session.id}/end")
    assert (await ann.get("/account")).status_code == 200


async def test_a_changed_password_ends_the_other_sessions(site):
    first, second = await site.signed_in("Ann"), await site.signed_in("Ann")
    new = "another long password"
    await first.form("/password", present=PASSWORD, new=new, again=new)
    assert (await second.get("/account")).status_code == 303
    assert (await first.get("/account")).status_code == 200


async def test_what_is_asked_in_parts_or_as_data_is_refused_in_kind(site):
    parts = await site.client().get("/account", headers={"hx-request": "true"})
    assert (parts.status_code, parts.headers["hx-redirect"]) == (204, "/sign-in")
    data = await site.client().get("/account", headers={"accept": "application/json"})
    assert (data.status_code, data.json()) == (401, {"error": "You are signed out."})


async def test_the_browsers_language_counts_until_the_agent_chooses(site):
    german = await site.client().get("/sign-in", headers={"accept-language": "fr;q=0.9, de-AT, en;q=0.5"})
    assert '<html lang="de"' in german.text
    assert "Anmelden" in german.text
