"""Whom a note mentions. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from uuid import UUID

_NOT_IN_WORD = r"(?!\w)"


def mentioned_in(text: str, people: Mapping[UUID, str]) -> list[UUID]:
    """Those whose name, or first name if nobody else has it, stands after an @. Upper and lower case are the same."""
    firsts = [name.split()[0].casefold() for name in people.values() if name.split()]
    found = []
    for agent_id, name in people.items():
        words = name.split()
        if not words:
            continue
        names = [" ".join(words)]
        if firsts.count(words[0].casefold()) == 1:
            names.append(words[0])
        if any(re.search(rf"(?<!\w)@{re.escape(one)}{_NOT_IN_WORD}", text, re.IGNORECASE) for one in names):
            found.append(agent_id)
    return found
