"""Answers in the words of a language model: drafted from passages alone, checked against them, or not used."""

from deskhand.knowledge.writing.excerpts import Excerpt
from deskhand.knowledge.writing.writer import Writer, Written, writer_for

__all__ = ["Excerpt", "Writer", "Written", "writer_for"]
