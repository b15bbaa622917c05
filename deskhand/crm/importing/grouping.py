"""Orders out of a table that has a row for each item."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from deskhand.crm.importing.building import FIELDS
from deskhand.crm.importing.reading import RawRecord

_ITEM_COLUMNS = {
    "item_id": "id",
    "product": "product",
    "colour": "colour",
    "quantity": "quantity",
    "unit_price": "unit_price",
}


@dataclass(frozen=True)
class _Row:
    record: RawRecord
    data: Mapping[str, Any]
    """Of the order, with the row's one item."""


def orders_of_rows(rows: Iterable[RawRecord]) -> Iterator[RawRecord]:
    """Rows that follow each other and have one number are one order, whose other fields its first row gives."""
    numbered = (_Row(record, _with_item(record.data)) for record in rows)
    for _, group in groupby(numbered, key=_group_key):
        together = list(group)
        first = together[0]
        yield first.record if first.record.problem else replace(first.record, data=_order(together))


def _group_key(row: _Row) -> object:
    number = row.data.get("number")
    return number if number and not row.record.problem else f"row {row.record.row}"


def _with_item(data: Mapping[str, Any]) -> dict[str, Any]:
    if "items" in data:
        return dict(data)  # a mapping made it
    item = {name: data[column] for column, name in _ITEM_COLUMNS.items() if data.get(column)}
    return {**{name: value for name, value in data.items() if name in FIELDS["orders"]}, "items": [item]}


def _order(rows: list[_Row]) -> dict[str, Any]:
    items = [
        {**item, "id": item.get("id") or str(place)}
        for place, item in enumerate((item for row in rows for item in row.data["items"] or []), 1)
    ]
    order = {**rows[0].data, "items": items}
    sent = [row.data.get("tracking_number") for row in rows]
    if len(set(sent)) > 1 and "parcels" not in order:
        order["parcels"] = [
            {
                **next(row.data for row in rows if row.data.get("tracking_number") == number),
                "item_ids": [item["id"] for item, its in zip(items, sent, strict=False) if its == number],
                "status": None,
            }
            for number in dict.fromkeys(sent)
        ]
    return order
