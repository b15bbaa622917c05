"""What can go wrong with Telegram, and what a refusal means for the message that was being sent."""

from __future__ import annotations

from deskhand.channels.delivery.contracts import Cause, GiveUp, TryLater
from deskhand.errors import DeskhandError


class TelegramError(DeskhandError):
    """Anything that Telegram refuses or fails to do."""


class TelegramUnavailable(TelegramError):
    """No answer, or none that makes sense: time-outs, dropped connections, 5xx. Trying again later may work."""


class TelegramRefused(TelegramError):
    """The Bot API said no.

    `description` is Telegram's own. It can quote what was sent, so it is for programs: neither logged nor shown.
    """

    def __init__(
        self,
        code: int,
        description: str = "",
        *,
        retry_after_seconds: int | None = None,
        migrate_to_chat_id: int | None = None,
    ) -> None:
        super().__init__(f"Telegram refused it ({code}).")
        self.code = code
        self.description = description
        self.retry_after_seconds = retry_after_seconds
        self.migrate_to_chat_id = migrate_to_chat_id


_GONE = (
    "chat not found",
    "peer_id_invalid",
    "user not found",
    "user_id_invalid",
    "input_user_deactivated",
    "group chat was deactivated",
    "group is deactivated",
    "not enough rights",
    "have no rights",
    "chat_write_forbidden",
    "chat_restricted",
    "message thread not found",
    "topic_closed",
    "topic_deleted",
)
"""What a 400 says where nobody will ever read it."""

_LOOKS = (
    "can't parse entities",
    "can't find end of",
    "wrong http url",
    "failed to get http url content",
    "wrong type of the web page content",
    "wrong file identifier",
    "webpage_",
    "photo_",
    "image_process_failed",
    "media_empty",
)
"""What a 400 says where the words themselves may be taken."""

_DEFAULT_RETRY_SECONDS = 5.0


def is_about_looks(error: TelegramRefused) -> bool:
    """Whether the same words may go through in a simpler form: without marks, or a link instead of a picture."""
    return error.code == 400 and _says(error, _LOOKS)


def meaning(error: TelegramError, *, in_group: bool) -> TryLater | GiveUp:
    """What delivery is to do about it."""
    if not isinstance(error, TelegramRefused):
        return TryLater(Cause.UNAVAILABLE)
    code = str(error.code)
    if error.code == 429:
        # Telegram does not say what was too much. In a group it mostly is the group's own limit, which must not hold
        # up everybody else; otherwise it is the bot's.
        after = float(error.retry_after_seconds or _DEFAULT_RETRY_SECONDS)
        return TryLater(Cause.RATE_LIMITED, after, whole_channel=not in_group, code=code)
    if error.code in {401, 404}:
        return GiveUp(Cause.NOT_AUTHORISED, code, "Telegram does not accept the bot's token: see credentials.yml.")
    if error.code == 403:
        return GiveUp(Cause.UNREACHABLE, code, "The customer blocked the bot, or it was put out of the group.")
    if error.code == 400 and _says(error, _GONE):
        return GiveUp(Cause.UNREACHABLE, code, "The chat is gone, or the bot may not write there.")
    return GiveUp(Cause.REFUSED, code, "Telegram does not take this message as it is.")


def _says(error: TelegramRefused, words: tuple[str, ...]) -> bool:
    description = error.description.lower()
    return any(each in description for each in words)
