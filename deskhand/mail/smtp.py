"""Mail through the mail server of the settings."""

from __future__ import annotations

import aiosmtplib

from deskhand.mail.mailer import MailNotSent
from deskhand.mail.messages import message
from deskhand.settings import Settings

TIMEOUT_SECONDS = 15
IMPLICIT_TLS_PORT = 465


class SmtpMailer:
    """Opens a connection for each mail: they are few, and servers close idle ones."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def send(self, to: str, subject: str, text: str) -> None:
        """Raises `MailNotSent`, also when the server offers no encryption although the settings ask for it."""
        settings = self._settings
        encrypted_at_once = settings.smtp_starttls and settings.smtp_port == IMPLICIT_TLS_PORT
        mail = message(settings.mail_from, to, subject, text)
        try:
            await aiosmtplib.send(
                mail,
                hostname=settings.smtp_host,
                port=settings.smtp_port,
                username=settings.smtp_user,
                password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
                use_tls=encrypted_at_once,
                start_tls=settings.smtp_starttls and not encrypted_at_once,
                timeout=TIMEOUT_SECONDS,
            )
        except (aiosmtplib.SMTPException, OSError) as exc:
            # The server's words may hold the address, and errors are logged: its kind has to do.
            raise MailNotSent(
                f"The mail server {settings.smtp_host}:{settings.smtp_port} did not take a mail: {_kind(exc)}. "
                "See DESKHAND_SMTP_HOST and the settings below it in docs/settings.md."
            ) from None


def _kind(exc: Exception) -> str:
    code = getattr(exc, "code", None)
    return f"{type(exc).__name__} {code}" if code else type(exc).__name__
