"""Collects the desk's words from its sources into the catalogues `deskhand/desk/locale/*/LC_MESSAGES/desk.po`.

`python tools/desk_words.py` brings them up to date: new words are there to be translated, and those that are no longer
used go. `python tools/desk_words.py fr` begins another language.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

PROJECT = Path(__file__).resolve().parent.parent
DESK = PROJECT / "deskhand" / "desk"
LOCALES = DESK / "locale"
SOURCES = (
    PROJECT / "deskhand" / "desk",
    PROJECT / "deskhand" / "store" / "desk",
    PROJECT / "deskhand" / "conversation",
)
# Which argument of a call is a message: of our own functions, and of errors that agents see.
_ERRORS = (
    *("BadForm", "FormExpired", "NotPermitted", "LastAdministrator", "WeakPassword", "EmailTaken", "NotYours"),
    *("AlreadyResolved", "NotInControl", "NewWords", "ContactUnreachable", "CannotTake", "FileUnavailable"),
)
IN_PYTHON = {"gettext": (2,), "ngettext": (2, 3), "marked": None, **dict.fromkeys(_ERRORS)}
IN_TEMPLATES = {"_": None, "gettext": None, "ngettext": (1, 2)}


def collected() -> Catalog:
    """Every message of the sources."""
    catalog = Catalog(project="Deskhand's desk", charset="utf-8")
    for place, message in _found():
        catalog.add(message, None, locations=[(place, 0)])
    return catalog


def _found() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    for folder in SOURCES:
        for methods, keywords in (
            ([("**.py", "python")], IN_PYTHON),
            ([("**.html", "jinja2.ext:babel_extract")], IN_TEMPLATES),
        ):
            options = {"**.html": {"trimmed": "true", "silent": "false"}}
            for name, _, message, _, _ in extract_from_dir(folder, methods, options, keywords):
                yield (folder / name).relative_to(PROJECT).as_posix(), message


def updated(language: str, words: Catalog) -> tuple[Catalog, int]:
    """That language's catalogue with the words of today, and how many of them want translating."""
    file = catalogue_file(language)
    if file.exists():
        with file.open("rb") as content:
            catalog = read_po(content, locale=language)
    else:
        catalog = Catalog(locale=language, project="Deskhand's desk", charset="utf-8")
    catalog.update(words, no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    return catalog, sum(1 for message in catalog if message.id and not _is_translated(message.string))


def catalogue_file(language: str) -> Path:
    return LOCALES / language / "LC_MESSAGES" / "desk.po"


def _is_translated(words: str | tuple[str, ...] | list[str]) -> bool:
    return all(words) if isinstance(words, tuple | list) else bool(words)


def main() -> None:
    words = collected()
    known = {file.parent.parent.name for file in LOCALES.glob("*/LC_MESSAGES/desk.po")}
    for language in sorted(known | set(sys.argv[1:])):
        catalog, missing = updated(language, words)
        file = catalogue_file(language)
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as content:
            # Without line numbers, which change with every edit of the sources.
            write_po(content, catalog, include_lineno=False, sort_output=True, width=110)
        print(f"{file.relative_to(PROJECT)}: {missing} of {len(catalog)} messages want translating")


if __name__ == "__main__":
    main()
