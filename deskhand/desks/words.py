"""A briefing in words, for a desk that shows Markdown. Pure.

What customers wrote is escaped and kept on one line: it must not pass for the assistant's words or for ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from deskhand.conversation.model import Attachment, Author, HandoffPacket
from deskhand.conversation.outside import Brief, Line

LONGEST_LINE = 1000
_MARKS = re.compile(r"([\\`*_\[\]<>#|~])")
_IDENTITIES = {
    "none": "not identified",
    "unverified": "not identified",
    "matched": "what they gave matches a customer, without a confirmation by a code",
    "confirmed": "confirmed by a code",
}


def briefing(brief: Brief, assistant_name: str) -> str:
    parts = [_packet(brief.packet) if brief.packet else "**A person took this conversation over.**"]
    if brief.lines:
        said = "\n\n".join(_said(line, assistant_name) for line in brief.lines)
        parts.append(f"**What was said**\n\n{said}")
    return "\n\n".join(parts)


def aside(line: Line, assistant_name: str) -> str:
    """What somebody other than the contact said, for agents to see."""
    return f"**{_who(line, assistant_name)}:** {line.text}"


def described(attachment: Attachment) -> str:
    """What stands for something that cannot be handed over as a file."""
    said = attachment.description or attachment.file_name or ""
    return f"[{attachment.kind.value}{': ' if said else ''}{said}]"


def _packet(packet: HandoffPacket) -> str:
    lines = [
        f"**Handed over: {plain(packet.reason.replace('_', ' '))}**",
        plain(packet.summary),
        _listed("Open", packet.open),
        _listed("Done and told so far", packet.tried),
        f"**Suggested:** {plain(packet.suggested_resolution)}" if packet.suggested_resolution else "",
        f"**By:** {plain(packet.policy.title)} {packet.policy.url}".rstrip() if packet.policy else "",
        f"**Identity:** {_IDENTITIES.get(packet.identity, plain(packet.identity))}",
        f"**Mood:** {plain(packet.mood)}",
        f"**Language:** {plain(packet.language)}" if packet.language else "",
        _table("Customer", packet.crm_context),
        _table("Gathered", packet.slots),
    ]
    return "\n\n".join(line for line in lines if line)


def _listed(title: str, words: tuple[str, ...]) -> str:
    return "\n".join([f"**{title}:**", "", *(f"- {plain(one)}" for one in words)]) if words else ""


def _table(title: str, values: Mapping[str, object]) -> str:
    known = list(_flat(values))
    return "\n".join([f"**{title}:**", "", *(f"- {name}: {value}" for name, value in known)]) if known else ""


def _flat(values: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        if isinstance(value, list | tuple):
            value = "; ".join(str(one) for one in value)
        if value not in (None, "", {}):
            yield plain(name.replace("_", " ")), plain(str(value))


def _said(line: Line, assistant_name: str) -> str:
    text = " ".join([line.text, *(described(one) for one in line.attachments)]).strip()
    return f"{line.sent_at:%Y-%m-%d %H:%M} UTC · **{_who(line, assistant_name)}:** {plain(text)}"


def _who(line: Line, assistant_name: str) -> str:
    match line.author:
        case Author.CONTACT:
            return "Customer"
        case Author.ASSISTANT:
            return f"{plain(assistant_name)} (assistant)"
        case Author.AGENT:
            return f"{plain(line.name or 'Agent')} (agent)"
        case Author.SYSTEM:
            return "Automatic"


def plain(text: str) -> str:
    """Shown as it is written, on one line."""
    one_line = " ⏎ ".join(part.strip() for part in text.splitlines() if part.strip())
    shown = one_line if len(one_line) <= LONGEST_LINE else f"{one_line[:LONGEST_LINE]} …"
    return _MARKS.sub(r"\\\1", shown)
