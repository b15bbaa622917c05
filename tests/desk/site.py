"""The desk's real server on a test's database, and agents who sign in, with httpx or in a browser."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from argon2 import PasswordHasher
from playwright.async_api import Page

from deskhand.conversation.people import Agent, Role
from deskhand.desk.app import create_app
from deskhand.desk.parts import Desk
from deskhand.settings import Settings
from deskhand.store.database import Database
from deskhand.store.desk.passwords import Passwords
from tests.patience import PATIENCE_SECONDS
from tests.sanic_servers import served

PASSWORD = "correct horse battery staple"
# Argon2 with as little work as it allows.
QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


class Client(httpx.AsyncClient):
    """One browser: keeps cookies, and sends the secret of the last page with each form."""

    csrf = ""

    async def page(self, address: str, **options: Any) -> httpx.Response:
        """A page that must be there."""
        answer = await self.get(address, follow_redirects=True, **options)
        assert answer.status_code == 200, f"{address}: {answer.status_code} {answer.text[:500]}"
        self._remember(answer)
        return answer

    async def send(self, *args: Any, **options: Any) -> httpx.Response:
        answer = await super().send(*args, **options)
        if not options.get("stream"):
            self._remember(answer)
        return answer

    async def form(self, address: str, *, follow: bool = True, **fields: Any) -> httpx.Response:
        """Sends a form as the pages do."""
        data = {"csrf": self.csrf, **fields}
        return await self.post(address, data=data, follow_redirects=follow)

    async def sign_in(self, email: str, password: str = PASSWORD) -> httpx.Response:
        await self.page("/sign-in")
        return await self.form("/sign-in", email=email, password=password, follow=False)

    def _remember(self, answer: httpx.Response) -> None:
        if answer.is_closed and "text/html" in answer.headers.get("content-type", ""):
            found = re.search(r'<meta name="csrf-token" content="(\w*)"', answer.text)
            self.csrf = found[1] if found else self.csrf


@dataclass
class Site:
    origin: str
    app: Any
    db: Database
    settings: Settings

    @property
    def desk(self) -> Desk:
        parts: Desk = self.app.ctx.desk
        return parts

    def client(self, **headers: str) -> Client:
        return Client(base_url=self.origin, headers=headers, timeout=PATIENCE_SECONDS)

    async def person(
        self,
        name: str = "Ann",
        role: Role = Role.AGENT,
        *,
        teams: Iterable[str] = (),
        must_change_password: bool = False,
    ) -> Agent:
        """An account with `PASSWORD`; the email is the name's."""
        return await self.desk.agents.add(
            None,
            email=f"{name.split()[0].lower()}@fernway.example",
            name=name,
            role=role,
            password=PASSWORD,
            teams=teams,
            must_change_password=must_change_password,
        )

    async def signed_in(self, name: str = "Ann", role: Role = Role.AGENT, *, teams: Iterable[str] = ()) -> Client:
        """A browser of somebody who has just signed in: the account is made if nobody has that name."""
        email = f"{name.split()[0].lower()}@fernway.example"
        if await self.desk.agents.with_email(email) is None:
            await self.person(name, role, teams=teams)
        client = self.client()
        answer = await client.sign_in(email)
        assert answer.status_code == 303, answer.text[:500]
        # Any page will do for the secret of the next form.
        await client.page("/account")
        return client

    async def sign_in_browser(self, page: Page, name: str = "Ann", role: Role = Role.AGENT) -> None:
        """The same in Chromium, by typing."""
        email = f"{name.split()[0].lower()}@fernway.example"
        if await self.desk.agents.with_email(email) is None:
            await self.person(name, role)
        await page.goto(f"{self.origin}/sign-in")
        await page.get_by_label("Email address").fill(email)
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Sign in").click()
        await page.wait_for_url(lambda address: "/sign-in" not in address)


@asynccontextmanager
async def serving(db: Database, *, settings: Settings | None = None, port: int = 0) -> AsyncIterator[Site]:
    """The desk on a free port, with a pool of connections of its own."""
    settings = settings or Settings()
    database = Database(db.url, pool_size=10)
    app = create_app(settings, database, passwords=QUICK)
    app.config.TOUCHUP = False  # it rewrites sanic's own code, which works for one app in a process only
    try:
        async with served(app, port) as address:
            yield Site(address, app, database, settings)
    finally:
        await database.close()
