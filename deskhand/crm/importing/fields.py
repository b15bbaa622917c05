"""Reading the fields of one record, collecting every problem instead of stopping at the first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from deskhand.crm.importing.problems import Problem, RecordRefused
from deskhand.store.texts import storable

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_MAX_PRICE = Decimal("99999999.99")
_YES, _NO = {"true", "yes", "y", "1"}, {"false", "no", "n", "0"}
_TIME_HINT = "write 2026-03-04 or 2026-03-04T15:30:00+00:00"
Choice = TypeVar("Choice", bound=StrEnum)


class Fields:
    """The fields of a record or of a part of it, which `prefix` names in problems ("items[2].")."""

    def __init__(
        self,
        data: Mapping[str, Any],
        timezone: ZoneInfo,
        problems: list[Problem] | None = None,
        prefix: str = "",
    ) -> None:
        self.data = data
        self.timezone = timezone
        self.problems: list[Problem] = [] if problems is None else problems
        self._prefix = prefix

    def refuse(self, name: str, problem: str, what_to_do: str) -> None:
        self.problems.append(Problem(self._prefix + name, problem, what_to_do))

    def finish(self) -> None:
        """Raises `RecordRefused` if there were problems."""
        if self.problems:
            raise RecordRefused(*self.problems)

    def has(self, name: str) -> bool:
        return self.data.get(name) not in (None, "")

    def text(self, name: str, *, required: bool = True, longest: int = 500) -> str:
        value = self.data.get(name)
        if isinstance(value, bool | dict | list):
            self.refuse(name, f"is a {_kind(value)} and not a text", "give a text")
            return ""
        text = " ".join(storable(str(value)).split()) if value is not None else ""
        if not text and required:
            self.refuse(name, "is missing", "give it, or a default for it in a mapping")
        elif len(text) > longest:
            self.refuse(name, f"is longer than {longest} characters", "shorten it")
        return text

    def email(self, name: str, *, required: bool = True) -> str:
        text = self.text(name, required=required)
        if text and not _EMAIL.fullmatch(text):
            self.refuse(name, "is not an email address", "write it as name@host.tld")
        return text

    def truth(self, name: str, default: bool) -> bool:
        if not self.has(name):
            return default
        word = str(self.data[name]).strip().lower()
        if word not in _YES | _NO:
            self.refuse(name, "is neither yes nor no", "write true or false")
        return word in _YES

    def day(self, name: str) -> date | None:
        when = self.moment(name)
        return when.astimezone(self.timezone).date() if when else None

    def moment(self, name: str, *, required: bool = False) -> datetime | None:
        """A time without a zone is the business's; a day means its noon."""
        if not self.has(name):
            if required:
                self.refuse(name, "is missing", _TIME_HINT)
            return None
        value = str(self.data[name]).strip()
        try:
            if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
                return datetime.combine(date.fromisoformat(value), time(12), self.timezone).astimezone(UTC)
            when = datetime.fromisoformat(value)
            when = when if when.tzinfo else when.replace(tzinfo=self.timezone)
            return when.astimezone(UTC)
        except (ValueError, OverflowError):
            self.refuse(name, f"is not a time: {value[:40]!r}", _TIME_HINT)
            return None

    def money(self, name: str) -> Decimal:
        if not self.has(name):
            self.refuse(name, "is missing", "give a price, such as 34.50")
            return Decimal(0)
        value = self.data[name]
        try:
            amount = Decimal(str(value).strip().lstrip("£")) if not isinstance(value, bool) else Decimal("NaN")
            exact = amount.is_finite() and amount == amount.quantize(Decimal("0.01"))
        except InvalidOperation:
            amount, exact = Decimal("NaN"), False
        if not exact or not 0 <= amount <= _MAX_PRICE:
            self.refuse(name, f"is not a price: {str(value)[:40]!r}", "write pounds and pence, such as 34.50")
            return Decimal(0)
        return amount.quantize(Decimal("0.01"))

    def count(self, name: str, default: int = 1) -> int:
        if not self.has(name):
            return default
        text = str(self.data[name]).strip()
        if isinstance(self.data[name], bool) or not re.fullmatch(r"[1-9]\d{0,5}", text):
            self.refuse(name, f"is not a number of pieces: {text[:40]!r}", "write a whole number from 1")
            return default
        return int(text)

    def choice(self, name: str, choices: type[Choice], default: Choice | None = None) -> Choice:
        if not self.has(name) and default is not None:
            return default
        text = self.text(name).lower().replace(" ", "_").replace("-", "_")
        try:
            return choices(text)
        except ValueError:
            known = ", ".join(choices)
            if text:
                self.refuse(name, f"is none of {known}: {text[:40]!r}", "use one of them, or map it with `values`")
            return next(iter(choices))

    def parts(self, name: str) -> list[Fields]:
        value = self.data.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
            self.refuse(name, "is not a list of objects", "see docs/import.md")
            return []
        return [
            Fields(one, self.timezone, self.problems, f"{self._prefix}{name}[{place}].")
            for place, one in enumerate(value, 1)
        ]


def _kind(value: object) -> str:
    return {bool: "yes or no", dict: "group of fields", list: "list"}[type(value)]
