"""WhatsApp, by Meta's Cloud API. `credentials.yml` names `deskhand.channels.whatsapp.WhatsApp`."""

from deskhand.channels.whatsapp.channel import WhatsApp

__all__ = ["WhatsApp"]
