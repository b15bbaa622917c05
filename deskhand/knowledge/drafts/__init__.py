"""A draft of an article, made of what agents said when they resolved conversations: a beginning for a writer.

It holds agents' sentences and nothing else, and nothing that is about one customer. It is for internal use and written
outside the folder of articles: nothing of it reaches a customer before a person has gone over it.
"""

from deskhand.knowledge.drafts.making import make_draft, write_draft
from deskhand.knowledge.drafts.sources import DraftError
from deskhand.knowledge.drafts.text import Draft

__all__ = ["Draft", "DraftError", "make_draft", "write_draft"]
