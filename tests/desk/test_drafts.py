"""Replies proposed to agents: their sources, and what becomes of them."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest

from deskhand.desk.drafting import Drafting
from deskhand.knowledge.contracts import Answer, CannotLookUp, Citation
from deskhand.store.database import Database
from deskhand.store.desk.drafts import Drafts
from tests.desk.site import Site
from tests.desk.talks import Talks


class Articles:
    """Answers one question, or cannot be searched."""

    def __init__(self, *, away: bool = False) -> None:
        self.away = away
        self.asked: list[tuple[str, Sequence[str]]] = []

    async def answer(self, question: str, *, previous: Sequence[str] = (), **_options: Any) -> Answer | None:
        self.asked.append((question, previous))
        if self.away:
            raise CannotLookUp("nothing can be looked up")
        if "return" not in question:
            return None
        return Answer("You have 30 days.", (Citation("Returns", "https://fernway.example/returns"),), 0.9)


@pytest.fixture
def articles(site: Site, db: Database) -> Articles:
    known: Any = Articles()
    site.app.ctx.drafting = Drafting(db, site.settings, known)
    return known


async def solved(site: Site, talks: Talks, words: str, answer: str, contact: str = "earlier") -> UUID:
    """A conversation that an agent resolved with this answer."""
    talk = await talks.waiting(words, contact=contact)
    ben = await site.signed_in("Ben Nevis")
    await ben.form(f"/conversations/{talk}/takeover")
    await ben.form(f"/conversations/{talk}/messages", text=answer, id=str(uuid4()))
    await ben.form(f"/conversations/{talk}/resolve")
    return talk


async def test_a_draft_from_the_articles_names_its_source(site, talks, db, articles):
    talk = await talks.waiting("How do I return my tent?")
    ann = await site.signed_in("Ann Arbor")
    part = (await ann.form(f"/conversations/{talk}/draft")).text
    assert "You have 30 days." in part
    assert '<a href="https://fernway.example/returns"' in part
    assert articles.asked == [("How do I return my tent?", [])]


async def test_what_the_agent_made_of_it_is_kept(site, talks, db, articles):
    talk = await talks.waiting("How do I return my tent?")
    ann = await site.signed_in("Ann Arbor")
    await ann.form(f"/conversations/{talk}/takeover")
    part = (await ann.form(f"/conversations/{talk}/draft")).text
    draft = re.search(r'data-draft="([^"]+)"', part)[1]
    await ann.form(f"/conversations/{talk}/messages", text="You have 30 days, Cara.", id=str(uuid4()), draft=draft)
    (kept,) = await Drafts(db).of_conversation(talk)
    assert (kept.proposed, kept.sent_text) == ("You have 30 days.", "You have 30 days, Cara.")


async def test_what_was_asked_in_several_lines_is_one_question(site, talks, articles):
    talk = await talks.waiting("Hello there")
    await talks.write("I bought a tent.")
    await talks.write("Can I return it?")
    ann = await site.signed_in("Ann Arbor")
    await ann.form(f"/conversations/{talk}/draft")
    assert articles.asked == [("I bought a tent. Can I return it?", ["Hello there"])]


async def test_where_articles_say_nothing_a_colleagues_answer_is_proposed(site, talks, articles):
    earlier = await solved(
        site,
        talks,
        "The zip of my rucksack is broken, my email is cara@example.com",
        "Bring it to our workshop, please.",
    )
    talk = await talks.waiting("the zip on my rucksack broke, is it broken for good?")
    ann = await site.signed_in("Ann Arbor")
    part = (await ann.form(f"/conversations/{talk}/draft")).text
    assert "Bring it to our workshop, please." in part
    assert f'href="/conversations/{earlier}"' in part
    assert "cara@example.com" not in part


async def test_answers_of_restricted_teams_are_not_proposed_to_others(site, talks, articles):
    earlier = await solved(site, talks, "The zip of my rucksack is broken", "Bring it to our workshop, please.")
    await talks.restrict("billing")
    await talks.put_into_team(earlier, "billing")
    talk = await talks.waiting("The zip of my rucksack is broken")
    ann = await site.signed_in("Ann Arbor")
    part = (await ann.form(f"/conversations/{talk}/draft")).text
    assert "Neither the articles nor earlier conversations" in part
    assert "workshop" not in part


async def test_nothing_is_proposed_where_nothing_is_known(site, talks, articles):
    talk = await talks.waiting("What is the meaning of it all?")
    ann = await site.signed_in("Ann Arbor")
    assert "Neither the articles" in (await ann.form(f"/conversations/{talk}/draft")).text
    articles.away = True
    assert "cannot be searched now" in (await ann.form(f"/conversations/{talk}/draft")).text


def test_the_desk_loads_no_model_before_somebody_wants_a_draft():
    code = "import sys, deskhand.desk.app; print(sorted({'torch', 'transformers', 'rasa'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
