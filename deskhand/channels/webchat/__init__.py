"""The chat page on the business's website. `credentials.yml` names `deskhand.channels.webchat.WebChat`."""

from deskhand.channels.webchat.channel import WebChat

__all__ = ["WebChat"]
