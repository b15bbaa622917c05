"""Mail arrives, at a real server and in the development mailbox, and failures say nothing personal."""

from __future__ import annotations

import email
import socket
from collections.abc import Iterator
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from deskhand.mail import DevelopmentMailbox, MailNotSent, SmtpMailer, mailer_for
from deskhand.settings import Settings
from deskhand.store.database import Database


class Inbox:
    def __init__(self) -> None:
        self.mails: list[Any] = []

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if address.startswith("nobody"):
            return f"550 no such person {address}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append(email.message_from_bytes(envelope.content, policy=default))
        return "250 OK"


def _check_password(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: LoginPassword) -> AuthResult:
    return AuthResult(success=data.password == b"secret", handled=False)


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


def free_port() -> int:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return int(unused.getsockname()[1])


@pytest.fixture
def server(inbox: Inbox) -> Iterator[Controller]:
    controller = Controller(
        inbox, hostname="127.0.0.1", port=free_port(), authenticator=_check_password, auth_require_tls=False
    )
    controller.start()
    yield controller
    controller.stop()


def settings_for(server: Controller, **changes: Any) -> Settings:
    given = {"smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_starttls": False, **changes}
    return Settings(**given)


async def test_a_mail_reaches_the_server(server: Controller, inbox: Inbox) -> None:
    mailer = SmtpMailer(settings_for(server, smtp_user="fern", smtp_password="secret"))
    await mailer.send("jo.bright@example.com", "Your code: ✓", "It is 123456.\n£")
    [mail] = inbox.mails
    assert mail["To"] == "jo.bright@example.com"
    assert mail["From"] == "help@fernway.example"
    assert mail["Subject"] == "Your code: ✓"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().splitlines() == ["It is 123456.", "£"]


@pytest.mark.parametrize(
    "changes",
    [{"smtp_user": "fern", "smtp_password": "wrong"}, {"smtp_starttls": True}],
    ids=["wrong password", "no encryption offered"],
)
async def test_a_refusing_server_is_a_mail_not_sent(server: Controller, inbox: Inbox, changes: dict[str, Any]) -> None:
    with pytest.raises(MailNotSent, match="did not take a mail"):
        await SmtpMailer(settings_for(server, **changes)).send("jo.bright@example.com", "a", "b")
    assert inbox.mails == []


async def test_a_refused_recipient_is_not_named_in_the_error(server: Controller) -> None:
    with pytest.raises(MailNotSent) as caught:
        await SmtpMailer(settings_for(server)).send("nobody.here@example.com", "a", "b")
    assert "nobody" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


async def test_an_absent_server_is_a_mail_not_sent() -> None:
    settings = Settings(smtp_host="127.0.0.1", smtp_port=free_port())
    with pytest.raises(MailNotSent, match="did not take a mail"):
        await SmtpMailer(settings).send("jo.bright@example.com", "a", "b")


@pytest.mark.parametrize("address", ["", "jo", "jo@example.com, sam@example.com", "jo@example.com\nBcc: x@example.com"])
async def test_one_mail_goes_to_one_address(db: Database, server: Controller, inbox: Inbox, address: str) -> None:
    for mailer in (SmtpMailer(settings_for(server)), DevelopmentMailbox(db)):
        with pytest.raises(MailNotSent):
            await mailer.send(address, "a", "b")
    assert inbox.mails == []


async def test_the_development_mailbox_keeps_mail_newest_first(db: Database) -> None:
    mailbox = DevelopmentMailbox(db)
    for number in range(3):
        await mailbox.send("jo.bright@example.com", f"mail {number}", "text")
    assert [mail.subject for mail in await mailbox.latest(2)] == ["mail 2", "mail 1"]
    assert (await mailbox.latest())[0].sent_at.tzinfo is not None


def test_the_settings_choose_the_mailer(db: Database) -> None:
    assert isinstance(mailer_for(Settings(), db), DevelopmentMailbox)
    assert isinstance(mailer_for(Settings(smtp_host="mail.example.com"), db), SmtpMailer)
