"""Imports take what is right, say plainly what is not, and can be repeated."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from deskhand.crm.importing import ImportFailed, run_import
from deskhand.crm.sql import SqlCrm
from deskhand.crm.types import Address, ImportReport, OrderStatus, ParcelStatus, Resolution
from deskhand.store.database import Database

NOW = datetime(2026, 3, 4, 11, 30, tzinfo=UTC)
JO = {
    "id": "1",
    "name": "Jo Bright",
    "email": "jo@example.com",
    "line": "1 A Road",
    "city": "Leeds",
    "postcode": "LS1 1AA",
}
SAM = {**JO, "id": "2", "name": "Sam Ó", "email": "sam@example.com", "locked": True, "since": "2020-02-01"}
ORDER = {
    "number": "A-1",
    "customer_id": "1",
    "placed_at": "2026-03-01T10:00:00Z",
    "status": "delivered",
    "items": [
        {"product": "Tent", "colour": "blue", "unit_price": 249.0},
        {"product": "Peg", "unit_price": "0.50", "quantity": 4},
    ],
    "delivered_at": "2026-03-03",
    "tracking_number": "T1",
}
Import = Callable[..., Any]


@pytest.fixture
def load(db: Database, tmp_path: Path) -> Import:
    """Writes content to a file and imports that."""

    async def load(
        kind: str, content: object, ending: str = "json", mapping: str | None = None, dry_run: bool = False
    ) -> ImportReport:
        path = tmp_path / f"data.{ending}"
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        mapping_path = tmp_path / "mapping.yml" if mapping else None
        if mapping_path is not None and mapping is not None:
            mapping_path.write_text(mapping, encoding="utf-8")
        return await run_import(db, kind, path, mapping_path, dry_run)

    return load


@pytest.fixture
def crm(db: Database) -> SqlCrm:
    return SqlCrm(db, now=lambda: NOW)


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, len(report.bad_rows)


def problems(report: ImportReport) -> list[str]:
    return [f"{bad.row} {bad.field} {bad.problem}" for bad in report.bad_rows]


async def test_a_dry_run_tells_all_and_stores_nothing(load: Import, crm: SqlCrm) -> None:
    assert counts(await load("customers", [JO, SAM], dry_run=True)) == (2, 0, 0, 0)
    assert await crm.customer_by_email("jo@example.com") is None
    assert counts(await load("customers", [JO, SAM])) == (2, 0, 0, 0)
    assert (await crm.customer("2")).locked
    assert (await crm.customer("2")).since == date(2020, 2, 1)


async def test_importing_again_changes_only_what_differs(load: Import, crm: SqlCrm) -> None:
    await load("customers", [JO, SAM])
    assert counts(await load("customers", [JO, SAM])) == (0, 0, 2, 0)
    assert counts(await load("customers", [{**JO, "city": "York"}, SAM])) == (0, 1, 1, 0)
    assert (await crm.customer("1")).address.city == "York"


async def test_what_a_file_does_not_mention_stays(load: Import, crm: SqlCrm) -> None:
    await load("customers", [SAM])
    await crm.unlock("2")
    without = {key: value for key, value in SAM.items() if key not in {"locked", "since"}}
    assert counts(await load("customers", [without])) == (0, 0, 1, 0)
    assert (await crm.customer("2")).since == date(2020, 2, 1)


async def test_every_problem_of_a_bad_customer_is_named_and_the_good_ones_are_stored(load: Import, crm: SqlCrm) -> None:
    report = await load(
        "customers",
        [
            {**JO, "email": "nobody", "postcode": "", "locked": "perhaps"},
            {"id": "3"},
            "text",
            JO,
            {**SAM, "email": "JO@example.com"},
            {**SAM, "id": "1", "email": "third@example.com"},
            {**SAM, "since": "31/12/2020", "name": ["Sam"]},
        ],
    )
    assert counts(report)[:3] == (1, 0, 0)
    assert problems(report) == [
        "1 email is not an email address",
        "1 postcode is missing",
        "1 locked is neither yes nor no",
        "2 name is missing",
        "2 email is missing",
        "2 line is missing",
        "2 city is missing",
        "2 postcode is missing",
        "3  this is not an object with fields",
        "5 email is another customer's",
        "6 id is the same as in row 4",
        "7 name is a list and not a text",
        "7 since is not a time: '31/12/2020'",
    ]
    assert all(bad.source == "data.json" and bad.what_to_do for bad in report.bad_rows)
    assert not any(re.search(r"nobody|jo@", bad.problem, re.I) for bad in report.bad_rows)
    assert (await crm.customer("1")).email == "jo@example.com"


async def test_orders_come_in_with_items_and_a_parcel(load: Import, crm: SqlCrm) -> None:
    await load("customers", [JO])
    assert counts(await load("orders", [ORDER])) == (1, 0, 0, 0)
    order = await crm.order("1", "a1")
    assert order.total == Decimal("251.00")
    assert order.address == Address("1 A Road", "Leeds", "LS1 1AA")
    [parcel] = order.parcels
    assert parcel.item_ids == ("1", "2")
    assert parcel.tracking_number == "T1"
    assert parcel.delivered_at == datetime(2026, 3, 3, 12, tzinfo=UTC)
    assert counts(await load("orders", [ORDER])) == (0, 0, 1, 0)
    await crm.start_return("1", "A-1", ["1"], "damaged", Resolution.REFUND)
    assert counts(await load("orders", [ORDER])) == (0, 0, 1, 0)


async def test_a_changed_order_keeps_what_is_on_its_way_back(load: Import, crm: SqlCrm) -> None:
    await load("customers", [JO])
    await load("orders", [ORDER])
    await crm.start_return("1", "A-1", ["2"], "damaged", Resolution.REFUND)
    changed = {
        **ORDER,
        "items": [{"id": "1", "product": "Bigger tent", "unit_price": 300}],
        "city": "York",
        "line": "x",
        "postcode": "YO1",
    }
    assert counts(await load("orders", [changed])) == (0, 1, 0, 0)
    order = await crm.order("1", "A-1")
    assert {item.product: item.returned for item in order.items} == {"Bigger tent": False, "Peg": True}
    assert order.address.city == "York"
    assert len(await crm.returns("1")) == 1


async def test_every_problem_of_a_bad_order_is_named(load: Import) -> None:
    await load("customers", [JO, SAM])
    await load("orders", [{**ORDER, "number": "A-9", "customer_id": "2"}])
    report = await load(
        "orders",
        [
            {**ORDER, "customer_id": "77"},
            {**ORDER, "customer_id": None, "customer_email": "gone@example.com"},
            {**ORDER, "status": "lost", "placed_at": None, "items": []},
            {**ORDER, "items": [{"product": "Tent", "unit_price": -1, "quantity": 0}, {"unit_price": "1.005"}, 7]},
            {**ORDER, "items": [{"product": "Tent", "unit_price": -1, "quantity": 0}, {"unit_price": "1.005"}]},
            {**ORDER, "delivered_at": None},
            {**ORDER, "parcels": [{"item_ids": ["1", "9"]}, {"item_ids": ["1"]}]},
            {
                **ORDER,
                "items": [{"id": "x", "product": "a", "unit_price": 1}, {"id": "x", "product": "b", "unit_price": 1}],
            },
            ORDER,
            {**ORDER, "number": "a 1"},
            {**ORDER, "number": "A-9"},
            {**ORDER, "number": "A9", "customer_id": "2"},
        ],
    )
    assert counts(report)[:3] == (1, 0, 0)
    assert problems(report) == [
        "1 customer_id there is no such customer",
        "2 customer_email there is no such customer",
        "3 placed_at is missing",
        "3 status is none of placed, packing, dispatched, delivered, cancelled: 'lost'",
        "4 items is not a list of objects",
        "5 items[1].quantity is not a number of pieces: '0'",
        "5 items[1].unit_price is not a price: '-1'",
        "5 items[2].product is missing",
        "5 items[2].unit_price is not a price: '1.005'",
        "6 delivered_at is missing",
        "7 parcels[1].item_ids has '9', which is no item of the order",
        "7 parcels[2].item_ids has item '1', which another parcel has, too",
        "8 items[2].id is another item's of this order, too",
        "10 number is the same as in row 9",
        "11 number is another customer's order",
        "12 number is the same as in row 11",
    ]


async def test_parcels_follow_the_state_of_the_order(load: Import, crm: SqlCrm) -> None:
    await load("customers", [JO])
    parcels = [
        {"item_ids": ["1"], "status": "delayed", "expected_on": "2026-03-09"},
        {"item_ids": ["2"], "carrier": "DPD"},
    ]
    await load(
        "orders",
        [
            {**ORDER, "status": "Dispatched", "parcels": parcels},
            {**ORDER, "number": "A-2", "status": "packing", "parcels": parcels},
        ],
    )
    order = await crm.order("1", "A-1")
    assert [parcel.status for parcel in order.parcels] == [ParcelStatus.DELAYED, ParcelStatus.IN_TRANSIT]
    assert order.parcels[0].expected_on == date(2026, 3, 9)
    assert (await crm.order("1", "A-2")).parcels == ()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
async def test_tables_have_a_row_for_each_item(load: Import, crm: SqlCrm, delimiter: str) -> None:
    customers = ["id,name,email,line,city,postcode", '1,Jo Bright,jo@example.com,"1 A Road",Leeds,LS1 1AA']
    assert counts(
        await load("customers", b"\xef\xbb\xbf" + "\r\n".join(customers).replace(",", delimiter).encode(), "csv")
    ) == (
        1,
        0,
        0,
        0,
    )
    orders = [
        "number,customer_email,placed_at,status,product,colour,quantity,unit_price,tracking_number",
        "A-1,JO@example.com,2026-03-01,dispatched,Tent,blue,,249.00,T1",
        "A-1,,,,Peg,,4,0.50,T2",
        "",
        "A-2,jo@example.com,2026-03-02,placed,Stove,,,79,",
    ]
    assert counts(await load("orders", "\n".join(orders).replace(",", delimiter), "csv")) == (2, 0, 0, 0)
    order = await crm.order("1", "A-1")
    assert [item.label for item in order.items] == ["Tent (blue)", "Peg × 4"]
    assert [(parcel.tracking_number, parcel.item_ids) for parcel in order.parcels] == [("T1", ("1",)), ("T2", ("2",))]
    assert (await crm.order("1", "A-2")).status is OrderStatus.PLACED


async def test_lines_of_a_table_are_named_as_an_editor_counts_them(load: Import) -> None:
    table = (
        b"id,name,email,line,city,postcode\n"
        b'1,"Jo\nBright",jo@example.com,1 A Road,Leeds,LS1 1AA\n'
        b"2,S\xffm,sam@example.com,1 A Road,Leeds,LS1 1AA\n"
        b"3,Tom,tom@example.com,1 A Road,Leeds,LS1 1AA,extra\n"
        b"4,Ann,ann@example.com\n"
    )
    report = await load("customers", table, "csv")
    assert counts(report)[:1] == (1,)
    assert problems(report) == [
        "4  the text is not UTF-8",
        "5  the row has more cells than headings",
        "6 line is missing",
        "6 city is missing",
        "6 postcode is missing",
    ]


async def test_rows_of_an_order_that_are_apart_are_refused(load: Import) -> None:
    await load("customers", [JO])
    orders = [
        "number,customer_id,placed_at,status,product,unit_price",
        "A-1,1,2026-03-01,placed,Tent,249",
        "A-2,1,2026-03-01,placed,Stove,79",
        "A-1,1,2026-03-01,placed,Peg,1",
    ]
    report = await load("orders", "\n".join(orders), "csv")
    assert counts(report)[:1] == (2,)
    assert problems(report) == ["4 number is the same as in row 2"]


async def test_json_lines_are_read_one_by_one(load: Import) -> None:
    lines = [json.dumps(JO), "", "{broken", '{"id": NaN}', json.dumps(SAM)]
    report = await load("customers", "\n".join(lines), "jsonl")
    assert counts(report)[:1] == (2,)
    assert problems(report) == ["3  the line is not JSON", "4  the line is not JSON"]


@pytest.mark.parametrize(
    ("content", "ending", "message"),
    [
        ("{", "json", "not JSON"),
        ("7", "json", "neither a list"),
        ("[" * 100_000, "json", "not JSON"),
        ("", "csv", "is empty"),
        ("id,name,id\n", "csv", "two columns 'id'"),
        ("x", "xlsx", "the ending"),
        ("id\n1\n".encode("utf-16"), "csv", "UTF-16"),
    ],
)
async def test_a_file_that_cannot_be_used_is_said_to_be_so(
    load: Import, content: str | bytes, ending: str, message: str
) -> None:
    with pytest.raises(ImportFailed, match=message):
        await load("customers", content, ending)


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ("orders: {}", "no section 'customers'"),
        ("[", "not YAML"),
        ("customers: {e_mail: x}", "no field 'e_mail'"),
        ("customers: {email: {form: x}}", "customers.email is a path"),
        ("customers: {records_at: there}", "has no 'there'"),
    ],
)
async def test_a_mapping_that_cannot_be_used_is_said_to_be_so(load: Import, mapping: str, message: str) -> None:
    with pytest.raises(ImportFailed, match=message):
        await load("customers", {"a": JO}, mapping=mapping)


async def test_what_cannot_be_imported_is_said_to_be_so(load: Import) -> None:
    with pytest.raises(ImportFailed, match="customers and orders"):
        await load("products", [])


def documented_mapping() -> str:
    document = (Path(__file__).parents[2] / "docs" / "import.md").read_text(encoding="utf-8")
    return document.split("```yaml\n")[1].split("```")[0]


async def test_the_documented_mapping_reads_another_shop(load: Import, crm: SqlCrm) -> None:
    place = {"address1": "215 River Road", "address2": "", "city": "Leeds", "zip": "10083"}
    people = {
        "james_1": {"name": {"first_name": "James", "last_name": "Li"}, "email": "james@example.com", "address": place}
    }
    item = {"name": "Bottle", "item_id": "64", "price": 47.84, "options": {"color": "blue", "size": "1 l"}}
    orders = {
        "#W1": {
            "order_id": "#W1",
            "user_id": "james_1",
            "address": place,
            "items": [item, item, {**item, "item_id": "65", "options": {}}],
            "fulfillments": [
                {"tracking_id": ["35"], "item_ids": ["64", "64"]},
                {"tracking_id": ["36"], "item_ids": ["65"]},
            ],
            "status": "processed",
        },
        "#W2": {
            "order_id": "#W2",
            "user_id": "james_1",
            "address": place,
            "items": [item],
            "fulfillments": [],
            "status": "pending",
        },
    }
    assert counts(await load("customers", people, mapping=documented_mapping())) == (1, 0, 0, 0)
    assert counts(await load("orders", orders, mapping=documented_mapping())) == (2, 0, 0, 0)
    customer = await crm.customer("james_1")
    assert customer.name == "James Li"
    assert customer.address == Address("215 River Road", "Leeds", "10083")
    order = await crm.order("james_1", "w1")
    assert [item.label for item in order.items] == ["Bottle (blue) × 2", "Bottle"]
    assert [parcel.tracking_number for parcel in order.parcels] == ["35", "36"]
    assert (await crm.order("james_1", "#W2")).changeable
    assert counts(await load("orders", orders, mapping=documented_mapping())) == (0, 0, 2, 0)


async def test_many_records_come_in_chunks(load: Import, crm: SqlCrm) -> None:
    many = [{**JO, "id": str(number), "email": f"c{number}@example.com"} for number in range(501)]
    assert counts(await load("customers", many)) == (501, 0, 0, 0)
    assert counts(await load("customers", [*many, JO])) == (0, 0, 501, 1)
