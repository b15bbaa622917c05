"""Articles → passages → retrieval → an answer with its source, or an honest "I don't know"."""

from deskhand.knowledge.answer import Answer, Citation, Knowledge

__all__ = ["Answer", "Citation", "Knowledge"]
