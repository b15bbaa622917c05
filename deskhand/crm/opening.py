"""Which CRM the assistant, its actions and the desk work in. A business with a system of its own names it here."""

from __future__ import annotations

from deskhand.crm.protocol import Crm
from deskhand.crm.sql import SqlCrm
from deskhand.store.database import Database


def open_crm(db: Database) -> Crm:
    """`db`: Deskhand's own database, where the demo's CRM is, too."""
    return SqlCrm(db)
