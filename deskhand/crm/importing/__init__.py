"""Bringing in a business's own customers and orders, from JSON, JSON lines or CSV. See docs/import.md."""

from deskhand.crm.importing.problems import ImportFailed
from deskhand.crm.importing.run import KINDS, run_import

__all__ = ["KINDS", "ImportFailed", "run_import"]
