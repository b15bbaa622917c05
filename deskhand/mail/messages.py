"""Checks that both mailers share."""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr

from deskhand.mail.mailer import MailNotSent


def message(sender: str, to: str, subject: str, text: str) -> EmailMessage:
    """A plain-text mail. Raises `MailNotSent` for an address or a subject that no mail can have.

    The address in the error's place is left out: errors are logged.
    """
    if parseaddr(to)[1] != to or "@" not in to:
        raise MailNotSent("The customer's email address on file is not a valid one.")
    mail = EmailMessage()
    try:
        mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    except (ValueError, IndexError) as exc:
        raise MailNotSent("A header of the mail has characters that no header can have.") from exc
    mail["Date"] = formatdate(usegmt=True)
    mail["Message-ID"] = make_msgid(domain=parseaddr(sender)[1].partition("@")[2] or None)
    # So that no holiday notice answers it.
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text)
    return mail
