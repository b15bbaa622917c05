"""Conversations on WhatsApp."""

from __future__ import annotations

from playwright.async_api import expect

from tests.desk.e2e.agents import agent
from tests.desk.e2e.customers import PNG, OnWhatsApp
from tests.desk.e2e.running import Conversation, Whole


async def asks_for_a_person_and_rates_them(whole: Whole) -> None:
    sheena = OnWhatsApp(whole, "Sheena Nelson")
    await sheena.say("I want to talk to a real person")
    await sheena.hears("handing you over to a person")
    await sheena.hears("in line")
    async with agent(whole) as ann:
        talk = await ann.take(sheena)
        await ann.shows("#side-packet", "asked for a person")
        await ann.words.press_sequentially("/hel")
        await expect(ann.page.get_by_role("option")).to_have_count(1)
        await ann.page.keyboard.press("Enter")
        hello = "Hello Sheena, this is Ann Archer from Fernway. I am looking into it."
        await expect(ann.words).to_have_value(hello)
        await ann.page.keyboard.press("Enter")
        await sheena.hears(hello)
        await sheena.reads()
        await expect(ann.log(".entry.agent .delivery")).to_have_text("Read")
        await sheena.say("thanks, that was all")
        await expect(ann.log(".entry.contact .text").last).to_have_text("thanks, that was all")
        await ann.resolve("Said hello; nothing else was open.")
        await whole.does_chores()
        await sheena.press("★★★★★")
        await sheena.hears("Thank you for your rating")
        await ann.shows(".facts", "Rated 5 of 5")
    ended = await whole.get(talk)
    assert (ended.status, ended.outcome, ended.rating) == ("resolved", "resolved_by_agent", 5)


async def is_answered_after_the_window_has_closed(whole: Whole) -> None:
    """What may not be sent now says why, and goes out as soon as the customer writes."""
    omar = OnWhatsApp(whole, "Omar Haddad")
    await omar.say("can I speak with somebody please")
    await omar.hears("in line")
    async with agent(whole) as ann:
        talk = await ann.take(omar)
        await whole.run(
            "UPDATE deskhand.contacts SET last_heard_at = now() - interval '25 hours' WHERE external_id = :who",
            who=omar.external_id,
        )
        await ann.reply("Sorry for the wait. Your stove is on its way.")
        await ann.shows("#log .entry.agent .delivery", "WhatsApp lets us write freely for 24 hours")
        assert "stove" not in str(omar.texts())
        await omar.say("hello? anybody?")
        await omar.hears("Your stove is on its way")
        await expect(ann.log(".entry.agent .delivery").last).to_have_text("Sent")
        await ann.resolve("Told him that the stove is on its way.")
    assert (await whole.get(talk)).outcome == "resolved_by_agent"


async def sends_a_photo_of_what_is_broken(whole: Whole) -> None:
    ines = OnWhatsApp(whole, "Ines Prado")
    await ines.say("a person please")
    await ines.hears("in line")
    await ines.sends_photo(PNG, "The zip of my tent is torn")
    async with agent(whole) as ann:
        talk = await ann.take(ines)
        await ann.shows("#log", "The zip of my tent is torn")
        picture = ann.log(".entry.contact img")
        await picture.scroll_into_view_if_needed()
        await expect(picture).to_have_js_property("naturalWidth", 8)
        await ann.reply("I can see it. A new zip is in the post.")
        await ines.hears("A new zip is in the post")
        await ann.resolve("New zip sent.")
    assert (await whole.get(talk)).outcome == "resolved_by_agent"


async def is_handed_over_in_the_middle_of_a_form_and_goes_on_afterwards(whole: Whole) -> None:
    priya = OnWhatsApp(whole, "Priya")
    await priya.say("where is order FW-200103")
    await priya.hears("email")
    await priya.say("wait, someone has hacked my account and ordered things on it")
    await priya.hears("in line")
    async with agent(whole) as ann:
        talk = await ann.take(priya)
        await ann.shows("#side-packet", "Account security")
        await ann.shows("#side-packet", "FW-200103")
        await ann.shows("#side-packet", "Lock the account")
        await ann.shows("#talk-head .priority", "Urgent")
        await ann.reply("I have locked the account. Nothing was ordered.")
        await priya.hears("Nothing was ordered")
        await ann.give_back()
        await priya.hears("talking to the AI assistant again")
        await priya.say("where is order FW-200103")
        await priya.hears("email")
        await priya.say("priya.nair@example.com")
        await priya.hears("hammock")
        await ann.shows("#log", "hammock")
    assert (await whole.get(talk)).status == "pending"
    assert "I have locked the account" in await whole.remembers(talk)


async def writes_while_the_agent_resolves(whole: Whole) -> None:
    """The agent is told of it before anything ends."""
    nadia = OnWhatsApp(whole, "Nadia Blum")
    await nadia.say("get me a human")
    await nadia.hears("in line")
    async with agent(whole) as ann:
        talk = await ann.take(nadia)
        await ann.reply("It is sorted out.")
        await nadia.hears("sorted out")
        await ann.press("Resolve…")
        await ann.page.get_by_label("What was done").fill("Sorted out.")
        # The page's own news are held back: the customer's words come between them and the click.
        await ann.page.route("**/updates*", lambda route: route.abort())
        await nadia.say("and what about my voucher?")
        await whole.settled(talk)
        await ann.confirm("Resolve")
        await ann.shows("#dialog-resolve .notice", "written")
        assert (await whole.get(talk)).status == "open"
        await ann.page.unroute("**/updates*")
        await ann.page.reload()
        await expect(ann.log(".entry.contact .text").last).to_have_text("and what about my voucher?")
        await ann.reply("The voucher is in your account.")
        await nadia.hears("voucher is in your account")
        await ann.resolve("Sorted out; the voucher, too.")
    assert (await whole.get(talk)).outcome == "resolved_by_agent"


async def writes_in_german_to_a_german_desk(whole: Whole) -> None:
    jonas = OnWhatsApp(whole, "Jonas Brühl")
    await jonas.say("Hallo, ich möchte bitte mit einem Menschen sprechen")
    await jonas.hears("in line")
    async with agent(whole, "Gerda Weiß") as gerda:
        await gerda.goto("/account")
        await gerda.page.get_by_label("Language").select_option("de")
        await gerda.press("Save")
        talk = await gerda.open(jonas)
        await gerda.press("Übernehmen")
        field = gerda.page.locator("#words")
        await expect(field).to_be_enabled()
        await field.fill("Guten Tag, hier ist Gerda. Worum geht es?")
        await gerda.page.keyboard.press("Enter")
        await jonas.hears("Guten Tag, hier ist Gerda")
        await jonas.say("Danke, hat sich schon erledigt")
        await expect(gerda.log(".entry.contact .text").last).to_have_text("Danke, hat sich schon erledigt")
        await gerda.page.keyboard.press("Escape")
        await gerda.page.locator("[data-opens=dialog-resolve]").click()
        await gerda.page.locator("#dialog-resolve textarea").fill("Hatte sich erledigt.")
        await gerda.page.locator("#dialog-resolve button.strong").click()
        await expect(gerda.page.locator(".status.resolved")).to_be_visible()
    assert (await whole.get(talk)).outcome == "resolved_by_agent"


CONVERSATIONS: list[Conversation] = [
    asks_for_a_person_and_rates_them,
    is_answered_after_the_window_has_closed,
    sends_a_photo_of_what_is_broken,
    is_handed_over_in_the_middle_of_a_form_and_goes_on_afterwards,
    writes_while_the_agent_resolves,
    writes_in_german_to_a_german_desk,
]
