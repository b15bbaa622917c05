"""WhatsApp's and Telegram's APIs on loopback, which check what they get and fail in some of the calls."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.channels.telegram import bot_api
from tests.channels.whatsapp import cloud_api

FAULTS = ("429", "500", "hang", "drop")
APP_SECRET, VERIFY_TOKEN, WEBHOOK_SECRET = "app-secret-of-the-benchmark", "verify-me", "webhook-secret-of-the-benchmark"


@dataclass
class Doubles:
    """`sent` is what the APIs took, by channel and contact, in order."""

    whatsapp: cloud_api.CloudApi
    telegram: bot_api.BotApiDouble
    faults: Counter[str] = field(default_factory=Counter)
    whatsapp_listeners: list[Callable[[str], None]] = field(default_factory=list)
    """Told the recipient of every message that WhatsApp took."""

    @property
    def sent(self) -> dict[tuple[str, str], list[str]]:
        found: dict[tuple[str, str], list[str]] = {}
        for body in self.whatsapp.messages:
            text = body.get("text", {}).get("body") or body.get("interactive", {}).get("body", {}).get("text", "")
            found.setdefault(("whatsapp", str(body.get("to") or body.get("recipient")).lstrip("+")), []).append(text)
        for params in self.telegram.sent():
            found.setdefault(("telegram", str(params["chat_id"])), []).append(str(params["text"]))
        return found

    @property
    def complaints(self) -> list[str]:
        return [*self.whatsapp.complaints, *self.telegram.problems]


@asynccontextmanager
async def running(share_of_faults: float, seed: int) -> AsyncIterator[Doubles]:
    """Both APIs, failing in this share of the calls that send."""
    chance = random.Random(seed)  # noqa: S311 - which call fails is no secret
    async with cloud_api.running() as whatsapp, bot_api.running() as telegram:
        doubles = Doubles(whatsapp, telegram)
        post_message, call = whatsapp.post_message, telegram._call

        whatsapp_fails = {
            "429": lambda: cloud_api.error(130429, 429),
            "500": lambda: cloud_api.Answer(500, {"error": {"code": 1}}),
            "hang": lambda: cloud_api.Answer(hang=True),
            "drop": lambda: cloud_api.Answer(drop=True),
        }
        telegram_fails: dict[str, bot_api.Fault] = {
            "429": bot_api.Fault(429, "Too Many Requests: retry after 1", {"retry_after": 1}),
            "500": bot_api.Fault(500, "Internal Server Error"),
            "hang": bot_api.Fault(hangs=True),
            "drop": bot_api.Fault(drops=True),
        }

        def fault() -> str | None:
            kind = chance.choice(FAULTS) if chance.random() < share_of_faults else None
            if kind is not None:
                doubles.faults[kind] += 1
            return kind

        async def faulty_whatsapp(request: web.Request) -> web.StreamResponse:
            kind = fault()
            if kind is not None:
                return await whatsapp._scripted(request, whatsapp_fails[kind]())
            answer = await post_message(request)
            body = await request.json()
            if answer.status == web.HTTPOk.status_code and "type" in body:
                for listener in doubles.whatsapp_listeners:
                    listener(_recipient(body))
            return answer

        async def faulty_telegram(request: web.Request) -> web.StreamResponse:
            sends = str(request.match_info["method"]).startswith("sendMessage")
            kind = fault() if sends else None
            if kind is not None:
                return await bot_api._fail(request, telegram_fails[kind])
            return await call(request)

        urls = [await _serve(site) for site in (_whatsapp_site(faulty_whatsapp), _telegram_site(faulty_telegram))]
        whatsapp.url, telegram.url = (url for url, _ in urls)
        try:
            yield doubles
        finally:
            for _, runner in urls:
                await runner.cleanup()


def credentials(doubles: Doubles, **webchat: Any) -> dict[str, dict[str, object]]:
    """For `credentials.yml`."""
    return {
        "deskhand.channels.whatsapp.WhatsApp": {
            "phone_number_id": cloud_api.PHONE_NUMBER_ID,
            "access_token": cloud_api.TOKEN,
            "app_secret": APP_SECRET,
            "verify_token": VERIFY_TOKEN,
            "api_url": doubles.whatsapp.url,
            "timeout_seconds": 3,
        },
        "deskhand.channels.telegram.Telegram": {
            "token": bot_api.TOKEN,
            "secret_token": WEBHOOK_SECRET,
            "api_url": doubles.telegram.url,
        },
        "deskhand.channels.webchat.WebChat": dict(webchat),
    }


def _recipient(body: dict[str, Any]) -> str:
    return str(body.get("to") or body.get("recipient")).lstrip("+")


def _whatsapp_site(handler: Any) -> web.Application:
    app = web.Application()
    app.router.add_post(f"/v23.0/{cloud_api.PHONE_NUMBER_ID}/messages", handler)
    return app


def _telegram_site(handler: Any) -> web.Application:
    app = web.Application()
    app.router.add_post("/bot{token}/{method}", handler)
    return app


async def _serve(app: web.Application) -> tuple[str, web.AppRunner]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return f"http://127.0.0.1:{runner.addresses[0][1]}", runner
