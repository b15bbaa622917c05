"""Small NLU data, written as a designer would."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """`write(greet="hi", "hello")`-like: intents and their examples as a file. Or the text of a file as it is."""

    def write_file(text: str = "", name: str = "nlu.yml", **intents: list[str]) -> Path:
        lines = ['version: "3.1"', "nlu:"]
        for intent, examples in intents.items():
            lines += [f"- intent: {intent}", "  examples: |", *(f"    - {example}" for example in examples)]
        file = tmp_path / name
        file.write_text(dedent(text) if text else "\n".join(lines) + "\n", encoding="utf-8")
        return file

    return write_file
