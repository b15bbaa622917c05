"""What the channel itself says, when Rasa cannot or need not."""

from __future__ import annotations

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
BACK_WITH_ASSISTANT = "You are talking to the AI assistant again."


def turn_failed() -> Reply:
    """One calm sentence and a way to a person."""
    button = Button(title="Talk to a person", payload=PERSON_PAYLOAD)
    return Reply(text=TURN_FAILED, buttons=(button,))


def greeting() -> Reply:
    """Who is speaking, for when Rasa's own greeting failed: nobody is left to guess."""
    settings = get_settings()
    return Reply(
        text=f"Hi, I'm {settings.assistant_name}, {settings.business_name}'s AI assistant, not a person. "
        "How can I help?"
    )
