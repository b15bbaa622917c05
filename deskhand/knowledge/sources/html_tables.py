"""Tables in pages."""

from __future__ import annotations

from bs4 import BeautifulSoup, Tag

from deskhand.knowledge import tables


def write_out_tables(soup: BeautifulSoup, main: Tag) -> None:
    """Puts a list of sentences in each table's place."""
    for table in main.select("table"):
        if table.select_one("table") is not None or table.get("role") == "presentation":
            _take_apart(table)
            continue
        caption = table.find("caption")
        sentences = [" ".join(caption.get_text(" ").split())] if caption else []
        items = soup.new_tag("ul")
        for sentence in [*sentences, *_sentences(table)]:
            item = soup.new_tag("li")
            item.string = sentence
            items.append(item)
        table.replace_with(items)


def _take_apart(table: Tag) -> None:
    """A table that only lays out the page is what stands in its cells."""
    own = [
        part for part in table.select("caption, thead, tbody, tfoot, tr, td, th") if part.find_parent("table") is table
    ]
    for part in [table, *own]:
        part.name = "div"


def _sentences(table: Tag) -> list[str]:
    rows = _rows(table)
    first = table.find("tr")
    if first is None or not rows:
        return []
    # A corner cell is often a <td> beside the columns' <th>.
    columns = len(first.find_all("th"))
    has_header = len(rows) > 1 and (columns > 1 or (columns == 1 and first.find("td") is None))
    return tables.sentences_of(rows[0], rows[1:]) if has_header else tables.sentences_of([], rows)


def _rows(table: Tag) -> list[list[str]]:
    """The cells' texts; a cell over several columns or rows stands in each of them."""
    rows: list[list[str]] = []
    # By column: how many more rows a cell from above reaches into, and its text.
    reaching: dict[int, tuple[int, str]] = {}
    for row in table.find_all("tr"):
        cells: list[str] = []
        for cell in row.find_all(["td", "th"]):
            _reach_down(reaching, cells)
            text, down = " ".join(cell.get_text(" ").split()), _span(cell, "rowspan")
            for _ in range(_span(cell, "colspan")):
                if down > 1:
                    reaching[len(cells)] = (down - 1, text)
                cells.append(text)
        _reach_down(reaching, cells)
        rows.append(cells)
    return [row for row in rows if any(row)]


def _reach_down(reaching: dict[int, tuple[int, str]], cells: list[str]) -> None:
    while len(cells) in reaching:
        left, text = reaching.pop(len(cells))
        if left > 1:
            reaching[len(cells)] = (left - 1, text)
        cells.append(text)


def _span(cell: Tag, name: str) -> int:
    said = str(cell.get(name) or "1")
    return max(1, min(int(said), 50)) if said.isdecimal() else 1
