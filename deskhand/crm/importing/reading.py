"""Records out of a file, one after the other."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

from deskhand.crm.importing.problems import ImportFailed, Problem

MAX_JSON_BYTES = 300_000_000
"""A JSON file is read whole. Larger ones go as JSON lines, which are not."""
KEY = "$key"
"""Where records are the values of an object, the field that holds their keys."""


@dataclass(frozen=True)
class RawRecord:
    row: int
    """The line in a CSV or JSON lines file, the place in a JSON file; from 1."""
    data: Mapping[str, Any]
    problem: Problem | None = None
    """Why `data` cannot be used."""


def read_records(path: Path, records_at: str | None) -> Iterator[RawRecord]:
    """`records_at` says where in a JSON file the records are: "data.orders". Raises `ImportFailed`."""
    readers = {".json": _json, ".jsonl": _json_lines, ".ndjson": _json_lines, ".csv": _csv, ".tsv": _csv}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise ImportFailed(f"{path.name}: the ending says what is in a file; known are {', '.join(readers)}.")
    try:
        with path.open("rb") as binary:
            start = binary.read(4)
        if start.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise ImportFailed(f"{path.name} is UTF-16. Save it as UTF-8 (in Excel: CSV UTF-8).")
        # Escaped, so that one wrong byte costs one record and not the file. A BOM is passed over.
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            yield from reader(file, path, records_at)
    except OSError as exc:
        raise ImportFailed(f"{path} cannot be read: {exc.strerror}.") from exc


def _json(file: TextIO, path: Path, records_at: str | None) -> Iterator[RawRecord]:
    if path.stat().st_size > MAX_JSON_BYTES:
        raise ImportFailed(f"{path.name} is too large to be read whole. Make it JSON lines (.jsonl).")
    try:
        content = json.loads(file.read(), parse_float=Decimal, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as exc:
        raise ImportFailed(f"{path.name} is not JSON: {exc}.") from exc
    for step in records_at.split(".") if records_at else ():
        if not isinstance(content, dict) or step not in content:
            raise ImportFailed(f"{path.name} has no {records_at!r}, where the mapping looks for records.")
        content = content[step]
    if isinstance(content, dict):
        content = [{KEY: key, **one} if isinstance(one, dict) else one for key, one in content.items()]
    if not isinstance(content, list):
        raise ImportFailed(f"{path.name} holds neither a list of records nor an object of them.")
    for row, one in enumerate(content, 1):
        yield _record(row, one)


def _json_lines(file: TextIO, _path: Path, _records_at: str | None) -> Iterator[RawRecord]:
    for row, line in enumerate(file, 1):
        if not line.strip():
            continue
        try:
            yield _record(row, json.loads(line, parse_float=Decimal, parse_constant=_refuse_constant))
        except (ValueError, RecursionError):
            yield RawRecord(row, {}, Problem("", "the line is not JSON", "put one object on each line"))


def _csv(file: TextIO, path: Path, _records_at: str | None) -> Iterator[RawRecord]:
    first = file.readline()
    delimiter = max(",;\t", key=first.count)
    headings = [heading.strip() for heading in next(csv.reader([first], delimiter=delimiter), [])]
    if not any(headings):
        raise ImportFailed(f"{path.name} is empty: its first line has the headings.")
    repeated = sorted({heading for heading in headings if headings.count(heading) > 1})
    if repeated:
        raise ImportFailed(f"{path.name} has two columns {repeated[0]!r}.")
    rows = csv.reader(file, delimiter=delimiter)
    row = 2
    try:
        for cells in rows:
            if any(cell.strip() for cell in cells):
                yield _csv_record(row, headings, cells)
            row = rows.line_num + 2
    except csv.Error as exc:
        raise ImportFailed(f"{path.name}, line {row}: {exc}.") from exc


def _csv_record(row: int, headings: list[str], cells: list[str]) -> RawRecord:
    if len(cells) > len(headings):
        return RawRecord(
            row,
            {},
            Problem("", "the row has more cells than headings", "put cells with commas in quotation marks"),
        )
    filled = {heading: cell.strip() for heading, cell in zip(headings, cells, strict=False)}
    return _record(row, {heading: cell for heading, cell in filled.items() if cell})


def _record(row: int, data: object) -> RawRecord:
    if not isinstance(data, dict):
        return RawRecord(row, {}, Problem("", "this is not an object with fields", "see docs/import.md"))
    if _has_wrong_bytes(data):
        return RawRecord(row, {}, Problem("", "the text is not UTF-8", "save the file as UTF-8"))
    return RawRecord(row, data)


def _has_wrong_bytes(value: object) -> bool:
    if isinstance(value, dict):
        return any(_has_wrong_bytes(part) for pair in value.items() for part in pair)
    if isinstance(value, list):
        return any(_has_wrong_bytes(part) for part in value)
    return isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
