"""Customers on the three channels: they do what the channels deliver, and hear what those were given to send."""

from __future__ import annotations

import itertools
import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Protocol

import httpx
import jwt
from playwright.async_api import Locator, Page, expect

from benchmarks.delivery_doubles import APP_SECRET, WEBHOOK_SECRET
from deskhand.channels.telegram.webhook import SECRET_HEADER
from deskhand.channels.whatsapp.signature import HEADER, sign
from deskhand.conversation.model import Conversation
from tests.channels.telegram import samples
from tests.channels.telegram.markdown_v2 import parse
from tests.channels.whatsapp import webhooks
from tests.desk.e2e.running import Whole, until
from tests.patience import PATIENCE_SECONDS

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000080000000808020000004b6d29dc00000011494441"
    "54789c63d0cb73c38a18869604000e1238819eddbd9f0000000049454e44ae426082"
)
"""A green square."""
_numbers = itertools.count(1)


class Customer(Protocol):
    """`heard` is all that reached them, in order."""

    name: str

    async def say(self, words: str) -> None: ...
    async def press(self, title: str) -> None: ...
    async def heard(self) -> list[str]: ...
    async def hears(self, pattern: str) -> str: ...
    async def conversation(self) -> Conversation: ...


class OnChannel(ABC):
    """What customers behind an API have in common: their messages are posted, and the double tells what was sent."""

    channel = ""

    def __init__(self, whole: Whole, name: str) -> None:
        self.whole = whole
        self.name = name
        self.number = next(_numbers)

    @property
    @abstractmethod
    def external_id(self) -> str:
        """The channel's own id of the contact."""

    @abstractmethod
    def texts(self) -> list[str]:
        """What was sent to this customer, the oldest first."""

    async def heard(self) -> list[str]:
        return self.texts()

    async def hears(self, pattern: str) -> str:
        """Waits for it. Returns the whole message."""

        def found() -> str:
            return next((one for one in reversed(self.texts()) if re.search(pattern, one)), "")

        return str(await until(found, lambda: f"{self.name} did not hear {pattern!r}, but {self.texts()}"))

    async def conversation(self) -> Conversation:
        return await self.whole.conversation(self.channel, self.external_id)

    async def post(self, path: str, content: bytes, headers: dict[str, str]) -> None:
        async with httpx.AsyncClient(base_url=self.whole.channels_url, timeout=PATIENCE_SECONDS) as client:
            headers = {"content-type": "application/json", **headers}
            answer = await client.post(path, content=content, headers=headers)
            assert answer.status_code == 200, answer.text


class OnWhatsApp(OnChannel):
    channel = "whatsapp"

    @property
    def external_id(self) -> str:
        return f"447700900{self.number:03d}"

    async def say(self, words: str) -> None:
        await self._tell(webhooks.text(words, sender=self.external_id))

    async def press(self, title: str) -> None:
        reply = await until(lambda: self._choice(title), lambda: f"nothing offers {title!r}: {self.sent[-1:]}")
        kind = "list_reply" if "description" in reply or reply.get("row") else "button_reply"
        await self._tell(webhooks.pressed(reply["id"], title, kind, sender=self.external_id))

    async def sends_photo(self, content: bytes, caption: str) -> None:
        media_id = f"9{self.number:06d}"
        self.whole.whatsapp.files[media_id] = ("image/png", content)
        told = {"id": media_id, "mime_type": "image/png", "caption": caption}
        await self._tell(webhooks.message("image", told, sender=self.external_id))

    async def reads(self) -> None:
        """The double names its messages after their place."""
        place = max(at for at, one in enumerate(self.whole.whatsapp.sent, start=1) if self._is_mine(one))
        status = webhooks.status("read", f"wamid.sent-{place}", recipient_id=self.external_id)
        await self._post(webhooks.value(statuses=[status]))

    @property
    def sent(self) -> list[dict[str, Any]]:
        return [one for one in self.whole.whatsapp.messages if self._is_mine(one)]

    def texts(self) -> list[str]:
        return [
            one.get("text", {}).get("body") or one.get("interactive", {}).get("body", {}).get("text", "")
            for one in self.sent
        ]

    def _choice(self, title: str) -> dict[str, Any]:
        for one in reversed(self.sent):
            action = one.get("interactive", {}).get("action", {})
            for button in action.get("buttons", []):
                if button["reply"]["title"] == title:
                    return dict(button["reply"])
            for row in (row for section in action.get("sections", []) for row in section["rows"]):
                if row["title"] == title:
                    return {**row, "row": True}
        return {}

    def _is_mine(self, body: dict[str, Any]) -> bool:
        return str(body.get("to", "")).lstrip("+") == self.external_id

    async def _tell(self, message: dict[str, Any]) -> None:
        card = {**webhooks.card(self.external_id, None), "profile": {"name": self.name}}
        await self._post(webhooks.value(message, cards=[card]))

    async def _post(self, value: dict[str, Any]) -> None:
        body = httpx.Request("POST", "http://x", json=webhooks.webhook(value)).content
        await self.post("/webhooks/whatsapp/webhook", body, {HEADER: sign(body, APP_SECRET)})


class OnTelegram(OnChannel):
    channel = "telegram"

    @property
    def external_id(self) -> str:
        return str(700_000 + self.number)

    @property
    def person(self) -> dict[str, Any]:
        return {"id": int(self.external_id), "is_bot": False, "first_name": self.name}

    async def say(self, words: str) -> None:
        await self._tell(samples.wrote(words, sender=self.person))

    async def press(self, title: str) -> None:
        data = await until(lambda: self._choice(title), lambda: f"nothing offers {title!r}: {self.sent[-1:]}")
        await self._tell(samples.pressed(data, title, sender=self.person))

    async def sends_photo(self, content: bytes, caption: str) -> None:
        self.whole.telegram.files[f"documents/p{self.number}"] = content
        sizes = [{"file_id": f"p{self.number}", "file_unique_id": "u", "width": 9, "height": 9, "file_size": 70}]
        await self._tell(samples.update(message=samples.message(sender=self.person, photo=sizes, caption=caption)))

    async def blocks_the_bot(self) -> None:
        await self._tell(samples.became("kicked", sender=self.person))

    @property
    def sent(self) -> list[dict[str, Any]]:
        return [one for one in self.whole.telegram.sent() if str(one["chat_id"]) == self.external_id]

    def texts(self) -> list[str]:
        return [parse(one["text"]).text if one.get("parse_mode") else one["text"] for one in self.sent]

    def _choice(self, title: str) -> str:
        for one in reversed(self.sent):
            for button in (button for row in one.get("reply_markup", {}).get("inline_keyboard", []) for button in row):
                if button["text"] == title:
                    return str(button["callback_data"])
        return ""

    async def _tell(self, update: dict[str, Any]) -> None:
        body = httpx.Request("POST", "http://x", json=update).content
        await self.post("/webhooks/telegram/webhook", body, {SECRET_HEADER: WEBHOOK_SECRET})


class InWebChat:
    """A visitor of the chat's page, in a browser of their own."""

    def __init__(self, whole: Whole, page: Page) -> None:
        self.whole = whole
        self.page = page
        self.name = "Customer"
        self.problems: list[str] = []
        page.on("pageerror", lambda error: self.problems.append(str(error)))

    async def open(self) -> None:
        await self.page.goto(f"{self.whole.channels_url}/chat")
        await self.hears("AI assistant")

    async def say(self, words: str) -> None:
        await self.page.get_by_label("Your message").fill(words)
        await self.page.keyboard.press("Enter")
        await expect(self.page.locator("#log .message.contact .bubble").last).to_contain_text(words)

    async def press(self, title: str) -> None:
        await self.page.locator("#choices").get_by_role("button", name=title, exact=True).click()

    async def goes_back_to_the_assistant(self) -> None:
        await self.page.locator("#person").get_by_role("button").click()

    async def sends_file(self, name: str, mime_type: str, content: bytes) -> None:
        file: Any = {"name": name, "mimeType": mime_type, "buffer": content}
        await self.page.locator("#files").set_input_files(file)
        await expect(self.page.locator(".chip")).to_contain_text(name)
        await expect(self.page.locator("#send")).to_be_enabled()

    async def heard(self) -> list[str]:
        return await self._others.all_inner_texts()

    @property
    def _others(self) -> Locator:
        """What the assistant, agents and the product itself said."""
        return self.page.locator("#log .message:not(.contact) .bubble, #log .message.system")

    async def hears(self, pattern: str) -> str:
        heard = self._others.filter(has_text=re.compile(pattern)).last
        await expect(heard).to_be_visible()
        return await heard.inner_text()

    async def conversation(self) -> Conversation:
        token = await self.page.evaluate(
            "localStorage.getItem(Object.keys(localStorage).find(key => key.endsWith(':token')))"
        )
        claims = jwt.decode(token, options={"verify_signature": False})
        return await self.whole.conversation("webchat", claims["sub"])


@asynccontextmanager
async def visitor(whole: Whole, **options: Any) -> AsyncIterator[InWebChat]:
    context = await whole.browser.new_context(**options)
    customer = InWebChat(whole, await context.new_page())
    try:
        await customer.open()
        yield customer
        assert customer.problems == []
    finally:
        await context.close()
