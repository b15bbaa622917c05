"""What the channel itself says, when Rasa cannot or need not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from deskhand.conversation.lines import BACK_WITH_ASSISTANT
from deskhand.conversation.model import Button, Reply
from deskhand.settings import get_settings

PERSON_PAYLOAD = "/request_human"

TURN_FAILED = (
    "Sorry, something went wrong on our side, and I could not answer that. Nothing you wrote is lost. "
    "Please try again in a moment, or talk to a person."
)
PASSED_ON = (
    "Sorry, I am having technical trouble, so I have passed this conversation to our team. "
    "A person will answer you here."
)
PERSON_ANSWERS = "Your message has gone to our team. A person will answer you here."
CHOICE_CLOSED = "That choice is no longer open. Please use a newer one or type."
TALK_TO_PERSON = "Talk to a person"


_KINDS = {
    "image": "your picture",
    "audio": "your voice message",
    "video": "your video",
    "document": "your document",
    "sticker": "your sticker",
    "location": "your location",
    "contact": "the contact",
}


def attachments_received(kinds: Iterable[str]) -> str:
    """For a message without words: what came is acknowledged, and what it is about is asked in words."""
    known = list(dict.fromkeys(_KINDS[kind] for kind in kinds if kind in _KINDS))
    if not known:
        return "Sorry, I cannot read messages of this kind. Please tell me in words what you need."
    what = known[0] if len(known) == 1 else f"{', '.join(known[:-1])} and {known[-1]}"
    return (
        f"Thank you, {what} arrived. I cannot look at it myself, but a person can. "
        "Please tell me in words what it is about."
    )


def turn_failed() -> Reply:
    """One calm sentence and a way to a person."""
    button = Button(title=TALK_TO_PERSON, payload=PERSON_PAYLOAD)
    return Reply(text=TURN_FAILED, buttons=(button,))


def greeting() -> Reply:
    """Who is speaking, for when Rasa's own greeting failed: nobody is left to guess."""
    settings = get_settings()
    return Reply(
        text=f"Hi, I'm {settings.assistant_name}, {settings.business_name}'s AI assistant, not a person. "
        "How can I help?"
    )


@cache
def _codes() -> Mapping[str, str]:
    files = (("image",), ("document",), ("image", "document"), ("document", "image"))
    received = ("picture_received", "document_received", "files_received", "files_received")
    return {
        greeting().text: "greeting",
        TURN_FAILED: "turn_failed",
        PASSED_ON: "passed_on",
        PERSON_ANSWERS: "person_answers",
        CHOICE_CLOSED: "choice_closed",
        BACK_WITH_ASSISTANT: "back_with_assistant",
        TALK_TO_PERSON: "talk_to_person",
        **{attachments_received(kinds): code for kinds, code in zip(files, received, strict=True)},
    }


def code_of(text: str) -> str | None:
    """Names a line of the channel's own, for pages that can say it in the reader's language."""
    return _codes().get(text)
