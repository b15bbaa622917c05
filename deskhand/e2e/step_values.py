"""What each kind of step may say, and in what shape it goes on from there."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

CRM_RECORDS: Mapping[str, tuple[str, ...]] = {
    "customer": ("locked", "email_verified", "name", "email", "line", "city", "postcode"),
    "order": ("status", "line", "city", "postcode"),
    "return": ("items", "resolution", "reason", "refund_amount", "status", "count"),
    "subscription": ("status", "plan", "next_plan", "next_charge_on", "paused_until", "paid_until", "ends_on"),
    "appointment": ("status", "service", "technician", "starts_at", "weekday", "hour", "count"),
    "unchanged": (),
}
"""What can be asked of the CRM: a kind of record, and its fields."""
HANDOFF = ("reason", "summary_contains", "summary_lacks", "identity", "suggests", "tried_contains", "crm_contains")
CONVERSATION = ("status", "outcome", "rating", "comment")
MAIL = ("to", "contains", "count")
MEANWHILE: Mapping[str, tuple[str, ...]] = {"order": ("status",), "chosen_time": ("taken",)}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(m|min|minutes?|h|hours?|d|days?)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class WrongValue(Exception):
    """(what is wrong, what to do)"""


def closest(name: str, known: Iterable[str]) -> str:
    """ " Did you mean …?" when something known reads nearly the same."""
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f" Did you mean {found[0]!r}?" if found else ""


def text(value: Any) -> str:
    if isinstance(value, Mapping):
        raise WrongValue("its text begins with a brace, which YAML takes for a mapping", "put it in double quotes")
    if value is None or isinstance(value, list):
        raise WrongValue("it needs a text", "write one line of text, in double quotes if it has : # { or ' in it")
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def texts(value: Any) -> tuple[str, ...]:
    return tuple(text(each) for each in value) if isinstance(value, list) else (text(value),)


def pattern(value: Any) -> str:
    try:
        re.compile(text(value))
    except re.error as exc:
        raise WrongValue(f"it is no regular expression ({exc})", "mend it, or use `bot_contains`") from exc
    return text(value)


def slot_values(value: Any) -> tuple[tuple[str, Any, bool], ...]:
    """(slot, value, whether a value was given): `- name`, `- name: value`, or both in Rasa's longer form."""
    found: list[tuple[str, Any, bool]] = []
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, Mapping) and "name" in one and set(one) <= {"name", "value"}:
            found.append((str(one["name"]), one.get("value"), "value" in one))
        elif isinstance(one, Mapping):
            found += [(str(name), each, True) for name, each in one.items()]
        else:
            found.append((text(one), None, False))
    if not found:
        raise WrongValue("it names no slot", "write `- slot_was_set: [{name: value}]`")
    return tuple(found)


def duration(value: Any) -> timedelta:
    match = _DURATION.fullmatch(str(value).strip())
    if not match:
        raise WrongValue(f"{value!r} is no duration", "write `25h`, `40m` or `2d`")
    return timedelta(**{_UNITS[match[2][0]]: float(match[1])})


def handoff(value: Any) -> Mapping[str, Any] | None:
    """None: there must be no handoff."""
    if value in (None, "none", False):
        return None
    return _known(value, HANDOFF, "a handoff")


def conversation(value: Any) -> Mapping[str, Any]:
    return _known(value, CONVERSATION, "a conversation")


def mail(value: Any) -> Mapping[str, Any]:
    known = _known(value, MAIL, "a mail")
    if "to" not in known:
        raise WrongValue("it does not say whose mail", "add `to: an@email`")
    return known


def crm(value: Any) -> Mapping[str, Any]:
    record = _record(value, CRM_RECORDS)
    known = _known(value, (record, *CRM_RECORDS[record], "exists"), f"{_a(record)} in the CRM")
    if record != "unchanged" and len(known) == 1:
        raise WrongValue(f"it says nothing about the {record}", f"add one of {', '.join(CRM_RECORDS[record])}")
    return {"record": record, "key": str(known[record]), "fields": {k: v for k, v in known.items() if k != record}}


def meanwhile(value: Any) -> Mapping[str, Any]:
    if value == {"chosen_time": "taken"}:
        return dict(value)
    record = _record(value, {"order": MEANWHILE["order"]})
    return _known(value, (record, *MEANWHILE[record]), "what happens meanwhile")


def nothing(value: Any) -> bool:
    return bool(value if value is not None else True)


def _record(value: Any, known: Mapping[str, Any]) -> str:
    named = [name for name in known if isinstance(value, Mapping) and name in value]
    if len(named) != 1:
        raise WrongValue("it does not say what it is about", f"name exactly one of {', '.join(known)}")
    return named[0]


def _known(value: Any, known: Iterable[str], what: str) -> Mapping[str, Any]:
    known = tuple(known)
    if not isinstance(value, Mapping) or not value:
        raise WrongValue("it is not a mapping", f"write it with some of {', '.join(known)}")
    for name in value:
        if name not in known:
            raise WrongValue(f"{what} has no `{name}`", f"it knows {', '.join(known)}.{closest(name, known)}")
    return dict(value)


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aou" else f"a {noun}"


STEPS: Mapping[str, Callable[[Any], Any]] = {
    "user": text,
    "press": text,
    "press_late": text,
    "send_again": nothing,
    "elapse": duration,
    "meanwhile": meanwhile,
    "bot": text,
    "utter": text,
    "utter_not": texts,
    "bot_contains": texts,
    "bot_matches": pattern,
    "bot_says_not": texts,
    "refused": text,
    "offers": texts,
    "offers_not": texts,
    "slot_was_set": slot_values,
    "slot_was_not_set": slot_values,
    "action_executed": texts,
    "action_not_executed": texts,
    "intent": texts,
    "form": text,
    "handoff": handoff,
    "conversation": conversation,
    "crm": crm,
    "mail": mail,
}

_SAME = ("slot_was_set", "slot_was_not_set", "action_executed", "action_not_executed")


def assertion_steps(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """One of Rasa Pro's assertions as steps of ours. Raises `WrongValue` for one that needs what Rasa Pro adds."""
    if name in _SAME:
        yield name, value
    elif name in ("bot_uttered", "bot_did_not_utter"):
        yield from _uttered(value, wanted=name == "bot_uttered")
    else:
        raise WrongValue(
            f"there is no assertion `{name}`",
            f"use {', '.join((*_SAME, 'bot_uttered', 'bot_did_not_utter'))}; others belong to Rasa Pro's own parts",
        )


def _uttered(value: Any, *, wanted: bool) -> Iterator[tuple[str, Any]]:
    known = _known(value, ("utter_name", "text_matches", "buttons"), "`bot_uttered`")
    if "utter_name" in known:
        yield ("utter" if wanted else "utter_not"), known["utter_name"]
    if "text_matches" in known:
        yield ("bot_matches" if wanted else "bot_says_not"), known["text_matches"]
    for button in known.get("buttons") or []:
        yield ("offers" if wanted else "offers_not"), button.get("title") if isinstance(button, Mapping) else button
