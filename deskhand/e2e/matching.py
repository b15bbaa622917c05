"""Whether a turn is as a step expects it. Pure; what is in the database is compared in `facts`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deskhand.e2e.cases import Step
from deskhand.e2e.seen import Turn


@dataclass(frozen=True)
class Mismatch:
    """What was expected, what was got instead, and what else is worth knowing."""

    expected: str
    got: str
    note: str = ""


class Matcher:
    """Holds how far `bot` and `utter` steps have come in the present turn: they are expected in order."""

    def __init__(self) -> None:
        self._turn: Turn | None = None
        self._next_text = 0
        self._next_name = 0

    def check(self, step: Step, turn: Turn) -> Mismatch | None:
        """None when the turn is as expected."""
        if turn is not self._turn:
            self._turn, self._next_text, self._next_name = turn, 0, 0
        if step.kind == "bot":
            return self._bot(step.value, turn)
        if step.kind == "utter":
            return self._utter(step.value, turn)
        return _CHECKS[step.kind](step.value, turn)

    def _bot(self, expected: str, turn: Turn) -> Mismatch | None:
        texts = [reply.text for reply in turn.replies]
        for place in range(self._next_text, len(texts)):
            if _same(texts[place], expected):
                self._next_text = place + 1
                return None
        later = any(_same(text, expected) for text in texts[: self._next_text])
        return Mismatch(expected, turn.told, "It was said, but earlier than the step before." if later else "")

    def _utter(self, expected: str, turn: Turn) -> Mismatch | None:
        names = turn.uttered
        if expected in names[self._next_name :]:
            self._next_name = names.index(expected, self._next_name) + 1
            return None
        note = "It was said, but earlier than the step before." if expected in names else ""
        return Mismatch(expected, "\n".join(names) or "(no response of domain.yml)", note)


def _same(got: str, expected: str) -> bool:
    return _squeezed(got) == _squeezed(expected)


def _squeezed(text: str) -> str:
    """Folded lines in YAML and in responses break at other places: only the words count."""
    return " ".join(text.split())


def contains(text: str, part: str) -> bool:
    return _squeezed(part).casefold() in _squeezed(text).casefold()


def _contains_all(parts: Sequence[str], turn: Turn) -> Mismatch | None:
    missing = [part for part in parts if not contains(turn.told, part)]
    return Mismatch("\n".join(f"… {part} …" for part in missing), turn.told) if missing else None


def _matches(pattern: str, turn: Turn) -> Mismatch | None:
    if re.search(pattern, _squeezed(turn.told), re.IGNORECASE):
        return None
    return Mismatch(f"something that matches /{pattern}/", turn.told)


def _says_none(parts: Sequence[str], turn: Turn) -> Mismatch | None:
    found = [part for part in parts if contains(turn.told, part)]
    return Mismatch("\n".join(f"nothing with: {part}" for part in found), turn.told) if found else None


def _utters_none(names: Sequence[str], turn: Turn) -> Mismatch | None:
    found = [name for name in names if name in turn.uttered]
    return Mismatch(f"without {', '.join(found)}", "\n".join(turn.uttered)) if found else None


def _refused(part: str, turn: Turn) -> Mismatch | None:
    if turn.refused is not None and contains(turn.refused, part):
        return None
    return Mismatch(f"refused: … {part} …", turn.refused or turn.told)


def _offers(titles: Sequence[str], turn: Turn) -> Mismatch | None:
    missing = [title for title in titles if not matching_titles(title, turn.offered)]
    return Mismatch(f"buttons {_bracketed(missing)}", _bracketed(turn.offered)) if missing else None


def _offers_not(titles: Sequence[str], turn: Turn) -> Mismatch | None:
    found = [title for title in titles if matching_titles(title, turn.offered)]
    return Mismatch(f"no buttons {_bracketed(found)}", _bracketed(turn.offered)) if found else None


def matching_titles(part: str, offered: Mapping[str, str]) -> list[str]:
    """The titles that a part of a title can mean: the whole title alone, if there is one."""
    folded = part.casefold()
    whole = [title for title in offered if title.casefold() == folded]
    return whole or [title for title in offered if folded in title.casefold()]


def _bracketed(titles: Sequence[str] | Mapping[str, str]) -> str:
    return " ".join(f"[{title}]" for title in titles) or "(no buttons)"


def _slot_was_set(wanted: Sequence[tuple[str, Any, bool]], turn: Turn) -> Mismatch | None:
    for name, value, has_value in wanted:
        got = turn.slot_events.get(name)
        if got is None or (has_value and not same_value(got, value)):
            expected = f"{name}: {value}" if has_value else f"{name}: (some value)"
            return Mismatch(f"slot {expected}", f"slot {name}: {got}", f"Set in this turn: {turn.slot_events}")
    return None


def _slot_was_not_set(wanted: Sequence[tuple[str, Any, bool]], turn: Turn) -> Mismatch | None:
    for name, value, has_value in wanted:
        got = turn.slot_events.get(name)
        if got is not None and (not has_value or same_value(got, value)):
            return Mismatch(f"slot {name} not set{f' to {value}' if has_value else ''}", f"slot {name}: {got}")
    return None


def same_value(got: Any, expected: Any) -> bool:
    """Whether a value is the one in a test file, where `34` may stand for "34.00" and `true` for True."""
    if isinstance(expected, list) or isinstance(got, list | tuple):
        got, expected = _listed(got), _listed(expected)
        if len(got) != len(expected):
            return False
        return all(same_value(one, other) for one, other in zip(sorted(got), sorted(expected), strict=True))
    if str(got).casefold() == str(expected).casefold():
        return True
    try:
        return float(str(got)) == float(str(expected))
    except ValueError:
        return False


def _listed(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list | tuple) else [str(value)]


def _executed(names: Sequence[str], turn: Turn) -> Mismatch | None:
    missing = [name for name in names if name not in turn.executed]
    return Mismatch("\n".join(missing), "\n".join(turn.executed) or "(no action)") if missing else None


def _not_executed(names: Sequence[str], turn: Turn) -> Mismatch | None:
    found = [name for name in names if name in turn.executed]
    return Mismatch(f"without {', '.join(found)}", "\n".join(turn.executed)) if found else None


def _intent(names: Sequence[str], turn: Turn) -> Mismatch | None:
    got = turn.understood
    if got is not None and got[0] in names:
        return None
    return Mismatch(f"intent {' or '.join(names)}", f"intent {got[0]} ({got[1]:.2f})" if got else "(no message)")


def _form(name: str, turn: Turn) -> Mismatch | None:
    got = turn.form or "none"
    return None if got == name else Mismatch(f"form {name}", f"form {got}")


_CHECKS: Mapping[str, Callable[[Any, Turn], Mismatch | None]] = {
    "bot_contains": _contains_all,
    "bot_matches": _matches,
    "bot_says_not": _says_none,
    "utter_not": _utters_none,
    "refused": _refused,
    "offers": _offers,
    "offers_not": _offers_not,
    "slot_was_set": _slot_was_set,
    "slot_was_not_set": _slot_was_not_set,
    "action_executed": _executed,
    "action_not_executed": _not_executed,
    "intent": _intent,
    "form": _form,
}
ABOUT_THE_TURN = frozenset({*_CHECKS, "bot", "utter"})
"""Steps that can be checked without asking the database."""
