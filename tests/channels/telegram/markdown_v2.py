"""MarkdownV2 as Telegram reads it: as strict as Telegram is, and written from its documentation, not from our code."""

from __future__ import annotations

from dataclasses import dataclass

RESERVED = "_*[]()~`>#+-=|{}.!"


class CannotParse(ValueError):
    """What Telegram calls "can't parse entities"."""


@dataclass(frozen=True)
class Entity:
    type: str
    offset: int
    length: int
    url: str | None = None


@dataclass(frozen=True)
class Parsed:
    text: str
    entities: tuple[Entity, ...]

    def covered(self, entity: Entity) -> str:
        units = self.text.encode("utf-16-le")
        return units[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le")

    def links(self) -> list[tuple[str, str]]:
        return [(self.covered(one), one.url) for one in self.entities if one.url is not None]

    def bold(self) -> list[str]:
        return [self.covered(one) for one in self.entities if one.type == "bold"]


def parse(source: str) -> Parsed:
    """Bold and links are what is sent; whatever else is not escaped is refused."""
    return _Parser(source).run()


class _Parser:
    def __init__(self, source: str) -> None:
        self.source, self.at, self.text = source, 0, ""
        self.entities: list[Entity] = []
        self.open: list[tuple[str, int]] = []

    def run(self) -> Parsed:
        while self.at < len(self.source):
            self._step()
        if self.open:
            raise CannotParse(f"can't find end of {self.open[-1][0]}")
        return Parsed(self.text, tuple(self.entities))

    def _step(self) -> None:
        character = self.source[self.at]
        if character == "\\" and self.source[self.at + 1 : self.at + 2].isascii() and self.at + 1 < len(self.source):
            self.text += self.source[self.at + 1]
            self.at += 2
        elif character not in RESERVED:
            self.text += character
            self.at += 1
        elif character == "*":
            self.at += 1
            self._toggle("bold")
        elif character == "[":
            self.at += 1
            self.open.append(("text_link", self._units()))
        elif character == "]" and self.open and self.open[-1][0] == "text_link":
            self.at += 1
            self._close("text_link", self._address())
        else:
            raise CannotParse(f"character {character!r} is reserved and must be escaped")

    def _toggle(self, kind: str) -> None:
        if self.open and self.open[-1][0] == kind:
            self._close(kind)
        elif any(open_kind == kind for open_kind, _ in self.open):
            raise CannotParse(f"{kind} is closed in the wrong place")
        else:
            self.open.append((kind, self._units()))

    def _close(self, kind: str, url: str | None = None) -> None:
        _, start = self.open.pop()
        if self._units() == start:
            raise CannotParse(f"empty {kind}")
        self.entities.append(Entity(kind, start, self._units() - start, url))

    def _address(self) -> str:
        if self.source[self.at : self.at + 1] != "(":
            raise CannotParse("a link without an address")
        self.at += 1
        address = ""
        while self.at < len(self.source):
            character = self.source[self.at]
            self.at += 1
            if character == ")":
                return address
            if character == "\\" and self.at < len(self.source) and self.source[self.at].isascii():
                character = self.source[self.at]
                self.at += 1
            address += character
        raise CannotParse("can't find end of a link's address")

    def _units(self) -> int:
        return len(self.text.encode("utf-16-le", "surrogatepass")) // 2
