"""Mail to customers: one-time codes and links."""

from deskhand.mail.mailbox import DevelopmentMailbox, Mail
from deskhand.mail.mailer import Mailer, MailNotSent, mailer_for
from deskhand.mail.smtp import SmtpMailer

__all__ = ["DevelopmentMailbox", "Mail", "MailNotSent", "Mailer", "SmtpMailer", "mailer_for"]
