"""What sends mail, and which of them the settings ask for."""

from __future__ import annotations

from typing import Protocol

from deskhand.errors import DeskhandError
from deskhand.settings import Settings
from deskhand.store.database import Database


class MailNotSent(DeskhandError):
    """The mail was not sent. Trying again later may work."""


class Mailer(Protocol):
    async def send(self, to: str, subject: str, text: str) -> None:
        """Sends one plain-text mail. Raises `MailNotSent`."""
        ...


def mailer_for(settings: Settings, db: Database) -> Mailer:
    """The mail server of the settings; without one, the development mailbox."""
    from deskhand.mail.mailbox import DevelopmentMailbox
    from deskhand.mail.smtp import SmtpMailer

    return SmtpMailer(settings) if settings.smtp_host else DevelopmentMailbox(db)
