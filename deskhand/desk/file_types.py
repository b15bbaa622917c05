"""Which files browsers show in their place. What a file says that it is, is checked against this list only."""

from __future__ import annotations

SHOWN = {
    "image/png": "image",
    "image/jpeg": "image",
    "image/gif": "image",
    "image/webp": "image",
    "audio/ogg": "audio",
    "audio/mpeg": "audio",
    "audio/mp4": "audio",
    "audio/aac": "audio",
    "audio/amr": "audio",
    "video/mp4": "video",
    "video/3gpp": "video",
}
"""Types that browsers show in their place, and as what. Everything else is saved."""


def shown_as(mime_type: str | None) -> str:
    """ "image", "audio", "video", or "" for what is saved."""
    return SHOWN.get((mime_type or "").split(";")[0].strip().lower(), "")
