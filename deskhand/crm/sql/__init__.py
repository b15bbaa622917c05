"""The CRM on PostgreSQL, in the schema "crm": for the demo, and for a business that imports its data."""

from deskhand.crm.sql.adapter import SqlCrm

__all__ = ["SqlCrm"]
