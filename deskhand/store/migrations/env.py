"""Alembic's way in. Run through `deskhand.store.migrations`, which hands over a connection."""

from __future__ import annotations

from alembic import context
from sqlalchemy.schema import SchemaItem

from deskhand.store import (
    crm_tables,
    delivery_tables,
    desk_tables,
    knowledge_tables,
    language_model_use,
    limit_tables,
    media_tables,
    outside_tables,
    people_tables,
    question_tables,
    upload_tables,
)
from deskhand.store.tables import SCHEMA, metadata

OUR_SCHEMAS = {SCHEMA, crm_tables.CRM_SCHEMA}
# What is not imported is not compared.
OUR_TABLES = (
    knowledge_tables.articles,
    question_tables.questions,
    language_model_use.language_model_use,
    delivery_tables.turns,
    upload_tables.uploads,
    limit_tables.rate_counts,
    media_tables.kept_media,
    people_tables.agents,
    desk_tables.teams,
    outside_tables.outside_cases,
)
assert all(table.metadata is metadata for table in OUR_TABLES)


def _ours(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "schema" or name in OUR_SCHEMAS


def _not_alembics(item: SchemaItem, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    return not (kind == "table" and name == "alembic_version")


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table_schema=SCHEMA,
    include_schemas=True,
    include_name=_ours,
    include_object=_not_alembics,
)
with context.begin_transaction():
    context.run_migrations()
