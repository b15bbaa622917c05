"""Sentences in an article that are meant for a language model: they are neither quoted nor believed.

No list of phrases finds all of them. What keeps customers safe is that every drafted sentence is checked against the
articles; this keeps such a sentence from being what a draft is checked against.
"""

from __future__ import annotations

import re

_TO_A_MODEL = re.compile(
    r"\b(ignore|disregard|forget|override|bypass)\b[^.]{0,40}\b(instructions?|prompts?|rules|guidelines|above|system)\b"
    r"|\b(system|developer) (prompt|message|instructions?)\b"
    r"|\byou are (now )?(an? |the )?(ai|assistant|chat ?bot|bot|language model|llm|gpt)\b"
    r"|\b(as an?|dear) (ai|assistant|chat ?bot|language model|llm)\b"
    r"|\b(tell|inform|assure|promise) (the|every|all|each) (customers?|users?)\b"
    r"|\b(reply|respond|answer) (only |always |exactly )?with\b"
    r"|<\|[a-z_]+\|>|\[/?INST\]|<</?SYS>>",
    re.IGNORECASE,
)


def speaks_to_a_model(sentence: str) -> bool:
    """Whether it gives orders to a language model, or to an assistant, rather than facts to a customer."""
    return _TO_A_MODEL.search(sentence) is not None
