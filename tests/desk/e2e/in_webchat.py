"""Conversations in the chat's page, with the customer in a Chromium of their own."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from playwright.async_api import expect

from tests.desk.e2e.agents import agent
from tests.desk.e2e.customers import PNG, visitor
from tests.desk.e2e.running import Conversation, Whole


async def is_given_back_and_answered_by_the_assistant(whole: Whole) -> None:
    async with visitor(whole) as customer, agent(whole) as ann:
        await customer.say("I need a human please")
        await customer.hears("in line")
        talk = await ann.take(customer)
        await ann.reply("The rest you can ask Fern.")
        await customer.hears("you can ask Fern")
        await ann.give_back()
        await customer.hears("talking to the AI assistant again")
        await customer.say("I want to change my plan")
        await customer.hears("email")
        await ann.shows("#log", "I want to change my plan")
        assert (await whole.get(talk)).status == "pending"
        assert "you can ask Fern" in await whole.remembers(talk)


async def two_agents_want_it(whole: Whole) -> None:
    """The faster one has it; the other is told, and may take it from them."""
    async with visitor(whole) as customer, agent(whole) as ann, agent(whole, "Ben Nevis") as ben:
        await customer.say("let me talk to someone")
        await customer.hears("in line")
        await ann.open(customer)
        await ben.open(customer)
        # Ben's page learns nothing for now: both press at the same time.
        await ben.page.route("**/updates*", lambda route: route.abort())
        await ann.press("Take over")
        await expect(ann.words).to_be_enabled()
        await ben.press("Take over")
        await ben.shows("#notice", "Ann Archer has this conversation")
        await ben.page.unroute("**/updates*")
        await ben.page.reload()
        await ben.press("Take over from Ann Archer")
        await ben.confirm("Take over")
        await expect(ben.words).to_be_enabled()
        await expect(ann.words).to_be_disabled()
        await ann.shows("#log", "Ben Nevis took over from Ann Archer")
        await ben.reply("Ben here.")
        await customer.hears("Ben here")
        await expect(customer.page.locator("#person")).to_contain_text("Ben")
        await ben.resolve("Said hello.")


async def wants_to_be_called_because_nobody_is_there(whole: Whole) -> None:
    """An administrator enters a holiday; a customer of that team hears it and leaves a number; the call is made."""
    today = datetime.now(UTC).astimezone(ZoneInfo("Europe/London")).date().isoformat()
    async with visitor(whole) as customer, agent(whole, "Ada Admin") as ada:
        await ada.goto("/teams/technical")
        await ada.page.get_by_label("Holidays").fill(today)
        await ada.press("Save")
        await customer.say("the gas stove I bought from you caught fire and burnt my hand")
        await customer.hears("999")
        await customer.hears("back on|Nobody")
        await customer.say("can you call me back instead")
        await customer.press("As soon as possible")
        await customer.hears("number")
        await customer.say("07700 900123")
        await customer.hears("07700900123")
        talk = (await customer.conversation()).id
        await ada.goto("/callbacks/")
        card = ada.page.locator(".card").filter(has=ada.page.locator(f"a[href='/conversations/{talk}']"))
        await expect(card).to_contain_text("07700900123")
        await card.get_by_label("How it went").fill("Called: the hand is fine, the stove comes back to us.")
        await card.get_by_role("button", name="Done").click()
        await ada.shows("main", "the hand is fine")
        await ada.goto(f"/conversations/{talk}")
        await ada.shows("#side-packet", "Safety")
        await ada.press("Take over")
        await expect(ada.words).to_be_enabled()
        await ada.reply("As said on the phone: a label for the stove is in your mailbox.")
        await customer.hears("a label for the stove")
        await ada.resolve("Called; the stove comes back.")
        await ada.goto("/teams/technical")
        await ada.page.get_by_label("Holidays").fill("")
        await ada.press("Save")


async def sends_a_file(whole: Whole) -> None:
    async with visitor(whole) as customer, agent(whole) as ann:
        await customer.say("a person please")
        await customer.hears("in line")
        talk = await ann.take(customer)
        await customer.sends_file("torn <zip>.png", "image/png", PNG)
        await customer.say("this is how it looks")
        picture = ann.log(".entry.contact img")
        await picture.scroll_into_view_if_needed()
        await expect(picture).to_have_js_property("naturalWidth", 8)
        await ann.reply("Thank you, I see it.")
        await customer.hears("I see it")
        await ann.resolve("Saw the picture.")
        await whole.does_chores()
        await customer.press("★★")
        await customer.hears("Thank you for telling us")
        await ann.shows(".facts", "Rated 2 of 5")
    assert (await whole.get(talk)).rating == 2


async def is_identified_and_an_order_is_cancelled_at_the_desk(whole: Whole) -> None:
    """What the assistant has proven is seen in the packet and the records; the agent acts within the rules."""
    async with visitor(whole) as customer, agent(whole) as ann:
        await customer.say("where is order FW-200102")
        await customer.hears("email")
        await customer.say("sam.okafor@example.com")
        await customer.hears("FW-200102")
        customer.name = "Sam Okafor"
        await customer.say("I'd rather talk to a person now")
        await customer.hears("in line")
        talk = await ann.take(customer)
        await ann.shows("#side-packet", "Two facts matched")
        await ann.shows("#crm", "Sam Okafor")
        order = ann.page.locator("#order-FW-200102")
        await order.locator("> summary").click()
        await order.get_by_text("Cancel the order", exact=True).click()
        await order.get_by_label("I have identified the customer another way").first.check()
        await order.get_by_role("button", name="Yes: Cancel the order").click()
        await ann.shows("#crm", "The order is cancelled")
        await ann.reply("Your order is cancelled.")
        await customer.hears("Your order is cancelled")
        await ann.resolve("Cancelled FW-200102.")
        async with agent(whole, "Ada Admin") as ada:
            await ada.goto("/audit")
            await ada.shows("main", "order_cancelled")
        await whole.does_chores()
        await customer.hears("How did we do")
    assert (await whole.get(talk)).outcome == "resolved_by_agent"


async def is_snoozed_and_goes_back_by_the_pages_button(whole: Whole) -> None:
    async with visitor(whole) as customer, agent(whole) as ann:
        await customer.say("human please")
        await customer.hears("in line")
        talk = await ann.take(customer)
        await ann.reply("The workshop looks at it and I come back to you tomorrow.")
        await customer.hears("come back to you tomorrow")
        await ann.press("Snooze…")
        await ann.confirm("Snooze")
        await expect(ann.page.locator(".status")).to_have_text("Snoozed")
        await customer.say("it is fixed already, thanks")
        await expect(ann.page.locator(".status")).to_have_text("With agents")
        await customer.goes_back_to_the_assistant()
        await ann.shows("#log", "The customer went back to the assistant")
        await customer.say("are you a bot?")
        await customer.hears("I'm an AI|AI assistant")
        assert (await whole.get(talk)).status == "pending"


CONVERSATIONS: list[Conversation] = [
    is_given_back_and_answered_by_the_assistant,
    two_agents_want_it,
    wants_to_be_called_because_nobody_is_there,
    sends_a_file,
    is_identified_and_an_order_is_cancelled_at_the_desk,
    is_snoozed_and_goes_back_by_the_pages_button,
]
