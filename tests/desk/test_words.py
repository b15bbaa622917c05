"""The desk speaks more than one language, and each of them completely."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from deskhand.desk.language import FOLDER, languages

PROJECT = Path(__file__).parents[2]
_PLACES = re.compile(r"%\((\w+)\)[sd]|%[sd]")


def catalogue(language: str):
    with (FOLDER / language / "LC_MESSAGES" / "desk.po").open("rb") as file:
        return read_po(file, locale=language)


TRANSLATED = [language for language in languages() if language != "en"]


def test_german_is_there():
    assert "de" in TRANSLATED


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_word_of_the_sources_is_translated(language):
    code = (
        "import sys; sys.path.insert(0, 'tools'); import desk_words; "
        "print(*[repr(message.id) for message in desk_words.collected()], sep='\\n')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    wanted = set(done.stdout.splitlines()) - {"''"}
    there = {repr(message.id) for message in catalogue(language) if message.id}
    assert wanted == there, "Run: python tools/desk_words.py"
    missing = [m.id for m in catalogue(language) if m.id and not all(m.string if m.pluralizable else [m.string])]
    assert missing == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_keep_the_places_of_values(language):
    for message in catalogue(language):
        if not message.id or message.fuzzy:
            assert not message.fuzzy or not message.id
            continue
        source = message.id[-1] if message.pluralizable else message.id
        for words in message.string if message.pluralizable else [message.string]:
            assert set(_PLACES.findall(words)) <= set(_PLACES.findall(source)), message.id
