"""The import itself: in chunks, in one transaction, which a dry run takes back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from deskhand.crm.importing.building import FIELDS, build_customer, build_order, order_owner
from deskhand.crm.importing.grouping import orders_of_rows
from deskhand.crm.importing.mapping import Mapper, load_mapping
from deskhand.crm.importing.problems import ImportFailed, Problem, RecordRefused
from deskhand.crm.importing.reading import RawRecord, read_records
from deskhand.crm.importing.saving import add_orders, change_order, is_same_order, save_customers
from deskhand.crm.keys import email_key, order_number_key
from deskhand.crm.sql import customers as customer_queries
from deskhand.crm.sql import orders as order_queries
from deskhand.crm.types import BadRow, Customer, ImportReport, Order
from deskhand.settings import get_settings
from deskhand.store.database import Database

KINDS = ("customers", "orders")
CHUNK = 200
_TABLES = {".csv", ".tsv"}


async def run_import(
    db: Database, kind: str, path: Path, mapping: Path | None = None, dry_run: bool = True
) -> ImportReport:
    """Imports "customers" or "orders" from a JSON, JSON lines or CSV file.

    Records with problems are skipped and reported; all others are stored together. A dry run does the same and
    takes it back. Raises `ImportFailed` for a file or a mapping that cannot be used, `DatabaseUnavailable`.
    """
    if kind not in KINDS:
        raise ImportFailed(f"{kind!r} cannot be imported; {' and '.join(KINDS)} can.")
    run = _Run(source=path.name, timezone=ZoneInfo(get_settings().timezone))
    mapper = load_mapping(mapping, kind, run.today, FIELDS) if mapping else Mapper()
    records = _mapped(read_records(path, mapper.records_at), mapper)
    if kind == "orders" and path.suffix.lower() in _TABLES:
        records = orders_of_rows(records)
    store = _store_customers if kind == "customers" else _store_orders
    try:
        async with db.begin() as connection:
            for chunk in _chunks(records):
                await store(connection, run, chunk)
            if dry_run:
                raise _TakenBack
    except _TakenBack:
        pass
    return run.report()


class _TakenBack(Exception):
    """Rolls a dry run's transaction back."""


@dataclass
class _Run:
    source: str
    timezone: ZoneInfo
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    bad_rows: list[BadRow] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    """Ids, emails and numbers of this file, and the rows that they were in."""

    def __post_init__(self) -> None:
        self.today = datetime.now(UTC).astimezone(self.timezone).date()

    def refuse(self, row: int, *problems: Problem) -> None:
        self.bad_rows += [
            BadRow(self.source, row, problem.field, problem.problem, problem.what_to_do) for problem in problems
        ]

    def check_first(self, row: int, field_name: str, key: str, what_to_do: str) -> None:
        """Raises `RecordRefused` if an earlier record had the same key."""
        first = self.seen.setdefault(f"{field_name}:{key}", row)
        if first != row:
            raise RecordRefused(Problem(field_name, f"is the same as in row {first}", what_to_do))

    def report(self) -> ImportReport:
        ordered = sorted(self.bad_rows, key=lambda bad: bad.row)
        return ImportReport(self.created, self.updated, self.unchanged, tuple(ordered))


def _mapped(records: Iterable[RawRecord], mapper: Mapper) -> Iterator[RawRecord]:
    for record in records:
        yield record if record.problem else RawRecord(record.row, mapper.apply(record.data))


def _chunks(records: Iterable[RawRecord]) -> Iterator[list[RawRecord]]:
    iterator = iter(records)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk


def _usable(run: _Run, chunk: Sequence[RawRecord]) -> Iterator[RawRecord]:
    for record in chunk:
        if record.problem is not None:
            run.refuse(record.row, record.problem)
        else:
            yield record


async def _store_customers(connection: AsyncConnection, run: _Run, chunk: Sequence[RawRecord]) -> None:
    records = list(_usable(run, chunk))
    known = await customer_queries.by_ids_and_emails(
        connection,
        [str(record.data.get("id")) for record in records],
        [str(record.data.get("email")) for record in records],
    )
    by_id = {customer.id: customer for customer in known}
    owners = {email_key(customer.email): customer.id for customer in known}
    changed: list[Customer] = []
    for record in records:
        try:
            existing = by_id.get(str(record.data.get("id")))
            customer = build_customer(record.data, existing, run.timezone, run.today)
            _check_customer(run, record.row, customer, owners)
        except RecordRefused as refusal:
            run.refuse(record.row, *refusal.problems)
            continue
        if existing == customer:
            run.unchanged += 1
            continue
        run.created, run.updated = run.created + (existing is None), run.updated + (existing is not None)
        changed.append(customer)
    await save_customers(connection, changed)


def _check_customer(run: _Run, row: int, customer: Customer, owners: dict[str, str]) -> None:
    run.check_first(row, "id", customer.id, "keep one of the two")
    owner = owners.setdefault(email_key(customer.email), customer.id)
    if owner != customer.id:
        raise RecordRefused(
            Problem("email", "is another customer's", "each customer needs an email address of their own")
        )
    run.check_first(row, "email", email_key(customer.email), "each customer needs an email address of their own")


async def _store_orders(connection: AsyncConnection, run: _Run, chunk: Sequence[RawRecord]) -> None:
    records = list(_usable(run, chunk))
    people = await customer_queries.by_ids_and_emails(
        connection,
        [str(record.data.get("customer_id")) for record in records],
        [str(record.data.get("customer_email")) for record in records],
    )
    known = await order_queries.by_keys(
        connection, [order_number_key(str(record.data.get("number"))) for record in records]
    )
    added: list[Order] = []
    for record in records:
        try:
            existing = known.get(order_number_key(str(record.data.get("number"))))
            owner = _owner(run, record, people)
            order = build_order(record.data, existing, owner, run.timezone)
            _check_order(run, record.row, order, existing)
        except RecordRefused as refusal:
            run.refuse(record.row, *refusal.problems)
            continue
        if existing is None:
            run.created += 1
            added.append(order)
        elif is_same_order(existing, order):
            run.unchanged += 1
        else:
            run.updated += 1
            await change_order(connection, order)
    await add_orders(connection, added)


def _owner(run: _Run, record: RawRecord, people: Sequence[Customer]) -> Customer:
    customer_id, email = order_owner(record.data, run.timezone)
    for one in people:
        if one.id == customer_id if customer_id else email_key(one.email) == email_key(email):
            return one
    raise RecordRefused(
        Problem(
            "customer_id" if customer_id else "customer_email",
            "there is no such customer",
            "import the customers first",
        )
    )


def _check_order(run: _Run, row: int, order: Order, existing: Order | None) -> None:
    run.check_first(
        row, "number", order_number_key(order.number), "keep one of the two; in a table, rows of an order go together"
    )
    if existing is not None and existing.number != order.number:
        raise RecordRefused(
            Problem("number", f"is that of order {existing.number}, written in another way", "write them alike")
        )
    if existing is not None and existing.customer_id != order.customer_id:
        raise RecordRefused(Problem("number", "is another customer's order", "check whose order it is"))
