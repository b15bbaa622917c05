"""Articles → passages → retrieval → an answer with its source, or an honest "I don't know"."""

from deskhand.knowledge.answer import Answer, CannotLookUp, Citation, Knowledge

__all__ = ["Answer", "CannotLookUp", "Citation", "Knowledge"]
