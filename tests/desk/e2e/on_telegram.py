"""Conversations on Telegram."""

from __future__ import annotations

from typing import Any

from playwright.async_api import expect

from tests.desk.e2e.agents import agent
from tests.desk.e2e.customers import OnTelegram
from tests.desk.e2e.running import Conversation, Whole


async def is_furious_and_comes_back_after_the_end(whole: Whole) -> None:
    """Notes stay here; who writes after the end is in the same conversation, with the same agent."""
    mo = OnTelegram(whole, "Mo")
    await mo.say("I am absolutely furious, this is the worst company ever")
    await mo.hears("I'm sorry")
    async with agent(whole) as ann:
        talk = await ann.take(mo)
        await ann.shows("#side-packet", "Anger")
        await ann.shows("#talk-head .priority", "High")
        await ann.note("Third complaint this year, be generous.")
        await ann.reply("I am sorry. You get your money back today.")
        await mo.hears("money back today")
        await ann.resolve("Refund promised for today.")
        await mo.say("and the postage?")
        await expect(ann.page.locator(".status")).to_have_text("With agents")
        await ann.shows("#talk-head", "reopened once")
        await ann.page.reload()
        if await ann.page.get_by_role("button", name="Take over", exact=True).count():
            await ann.press("Take over")
        await expect(ann.words).to_be_enabled()
        await ann.reply("The postage as well.")
        await mo.hears("The postage as well")
        await ann.resolve("Refund and postage promised for today.")
    assert "generous" not in str(mo.texts())
    ended = await whole.get(talk)
    assert (ended.outcome, ended.reopened) == ("resolved_by_agent", 1)


async def mentions_a_solicitor_and_is_passed_to_a_team(whole: Whole) -> None:
    vera = OnTelegram(whole, "Vera")
    await vera.say("if this isn't sorted today you will hear from my solicitor")
    await vera.hears("person")
    async with agent(whole) as ann, agent(whole, "Ben Nevis") as ben:
        talk = await ann.take(vera)
        await ann.shows("#side-packet", "Legal threat")
        await ann.shows("#side-packet", "Admit and promise nothing")
        await ann.press("Assign…")
        await ann.page.get_by_role("dialog").get_by_label("To").select_option(label="Ben Nevis")
        await ann.confirm("Assign")
        await ann.shows("#log", "Ann Archer assigned it to Ben Nevis")
        await ben.open(vera, "mine")
        await ben.reply("I have passed it on; you hear from us by Friday.")
        await vera.hears("by Friday")
        await ben.resolve("Passed on to the legal department, answer by Friday.")
    assert (await whole.get(talk)).outcome == "resolved_by_agent"


async def is_taken_over_unasked(whole: Whole) -> None:
    """An agent watches the assistant, and steps in; from then on the assistant is silent until it has it again."""
    kim = OnTelegram(whole, "Kim")
    await kim.say("hello")
    await kim.hears("help|do for you")
    async with agent(whole) as ann:
        talk = await ann.open(kim, "assistant")
        await kim.say("where is my order?")
        await kim.hears("email")
        await expect(ann.log(".entry.contact .text").last).to_have_text("where is my order?")
        await ann.press("Take over")
        await expect(ann.words).to_be_enabled()
        await ann.reply("Hello Kim, Ann here. It arrives on Monday.")
        await kim.hears("arrives on Monday")
        await kim.say("are you a bot?")
        await whole.settled(talk)
        assert kim.texts()[-1].endswith("It arrives on Monday.")
        await ann.reply("No, I am Ann.")
        await kim.hears("I am Ann")
        await ann.give_back()
        await kim.say("are you a bot?")
        await kim.hears("AI assistant|I'm an AI|not a person")
    assert (await whole.get(talk)).status == "pending"


async def goes_back_to_the_assistant(whole: Whole) -> None:
    lea = OnTelegram(whole, "Lea")
    await lea.say("agent")
    await lea.hears("in line")
    async with agent(whole) as ann:
        talk = await ann.open(lea)
        await lea.press("Back to Fern")
        await ann.shows("#log", "The customer went back to the assistant")
        await expect(ann.page.locator(".status")).to_have_text("With the assistant")
        await lea.say("where is order FW-200103")
        await lea.hears("email")
    assert (await whole.get(talk)).status == "pending"


async def writes_html(whole: Whole) -> None:
    """Words and names are text on both sides."""
    eve = OnTelegram(whole, "<b>Eve</b><script>alert(1)</script>")
    nasty = '<img src=x onerror="alert(2)"> a person please'
    await eve.say(nasty)
    await eve.hears("person|in line")
    if not any("in line" in one for one in await eve.heard()):
        await eve.say("a person please")
        await eve.hears("in line")
    async with agent(whole) as ann:
        dialogs: list[str] = []
        ann.page.on("dialog", lambda dialog: dialogs.append(dialog.message))
        talk = await ann.take(eve)
        await expect(ann.page.locator("h1")).to_have_text(eve.name)
        await expect(ann.log(".entry.contact .text").first).to_have_text(nasty)
        assert await ann.log(".entry.contact img").count() == 0
        await ann.reply("<b>5 < 6</b> & *no* _markup_")
        await eve.hears(r"<b>5 < 6</b> & \*no\* _markup_")
        await ann.resolve("<i>Text</i> only.")
        await expect(ann.log(".entry.event .text").last).to_have_text("<i>Text</i> only.")
        assert dialogs == []
    assert (await whole.get(talk)).outcome == "resolved_by_agent"


async def sends_a_photo_and_blocks_the_bot(whole: Whole) -> None:
    ray = OnTelegram(whole, "Ray")
    await ray.say("real person please")
    await ray.hears("in line")
    async with agent(whole) as ann:
        talk = await ann.take(ray)
        # Telegram makes a JPEG of every photo.
        corner: Any = {"x": 0, "y": 0, "width": 8, "height": 8}
        await ray.sends_photo(await ann.page.screenshot(type="jpeg", clip=corner), "Look at this")
        picture = ann.log(".entry.contact img")
        await picture.scroll_into_view_if_needed()
        await expect(picture).to_have_js_property("naturalWidth", 8)
        await ray.blocks_the_bot()
        await ann.shows(".warning", "cannot be reached")
        await expect(ann.words).to_be_disabled()
        await ray.say("I am back")
        await expect(ann.words).to_be_enabled()
        await ann.reply("Welcome back.")
        await ray.hears("Welcome back")
        await ann.resolve("Was here again.")
    assert (await whole.get(talk)).outcome == "resolved_by_agent"


CONVERSATIONS: list[Conversation] = [
    is_furious_and_comes_back_after_the_end,
    mentions_a_solicitor_and_is_passed_to_a_team,
    is_taken_over_unasked,
    goes_back_to_the_assistant,
    writes_html,
    sends_a_photo_and_blocks_the_bot,
]
