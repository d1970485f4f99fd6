"""The cells of long lists, drawn by Python.

A page of people has four hundred cells. A template's loop, with a test and a filter for each of them, took half
of the page's time; so a list that long says of each column once what kind of value it holds, and its rows are
put together here. What comes from a row is escaped, or goes through a filter that escapes it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import repeat
from typing import Any

from flask import Flask
from flask_babel import gettext as _
from markupsafe import Markup, escape

from portal.web.amounts import money_writer
from portal.web.filters import day_writer, number_writer, phone, short_wallet
from portal.web.labels import label
from portal.web.phrases import listed_apart

Column = Mapping[str, Any]
"""A column as `data_table` of components/table.html reads it."""
Draw = Callable[[Any], str]


def cell_class(column: Column) -> Markup:
    """The class attribute of a column's cells, by its `role` and by `num`, which says that it holds figures."""
    return _class(column.get("role"), bool(column.get("num")))


def cell_attributes(column: Column) -> Markup:
    """What every cell of a column carries: its label, which on phones stands beside the value, and its class."""
    return _attributes(str(column["label"]), column.get("role"), bool(column.get("num")))


@lru_cache(512)
def _class(role: str | None, num: bool) -> Markup:
    names = [*(["end"] if num else []), *([f"cell-{role}"] if role else [])]
    return Markup(' class="{}"').format(" ".join(names)) if names else Markup("")


@lru_cache(512)
def _attributes(label: str, role: str | None, num: bool) -> Markup:
    return Markup(' data-label="{}"{}').format(label, _class(role, num))


@dataclass(frozen=True)
class Ticks:
    """The box before each row: it belongs to the form with the id `form` and is sent as `name`.

    `ticked` says which rows are ticked already, by their uuids; `all_of_them`: each is, and `fixed`: stays so, since
    more than the page is meant.
    """

    form: str
    name: str
    ticked: frozenset[str] = frozenset()
    all_of_them: bool = False
    fixed: bool = False


def table_rows(
    rows: Iterable[Sequence[Any]],
    columns: Sequence[Column],
    address: str,
    signs: Mapping[Any, str],
    ticks: Ticks | None = None,
) -> Markup:
    """The rows of a table whose first column names the record and leads to `address` followed by its uuid.

    A row is the uuid and then its columns' values in order; the column with the key `uuid` stands at its head
    already. A column's `kind` says how it is drawn: `word` (a value of an enum), `number`, `money` (a pair of amount
    and currency), `phone`, `date`, `day` (a date on one line), `wallet`, `several` (a list of names), `sign` (looked
    up in `signs`, which is markup), or text where it says nothing.
    """
    drawing: dict[str | None, Draw] = {
        "word": cache(_word),
        "number": number_writer(),
        "money": _money(money_writer()),
        "phone": _phone,
        "date": day_writer(),
        "day": _unbroken(day_writer()),
        "wallet": _wallet,
        "several": _several(),
        "sign": {value: str(sign) for value, sign in signs.items()}.__getitem__,
    }
    others = [column for column in columns[1:] if column["key"] != "uuid"]
    places = {column["key"]: place for place, column in enumerate(others, start=2)} | {"uuid": 0}
    cells = [(places[column["key"]], drawing.get(column.get("kind"), _text)) for column in columns[1:]]
    nameless = str(escape(_("No name")))
    pattern = _row_pattern(address, tuple(str(cell_attributes(column)) for column in columns[1:]))
    rows = list(rows)
    names = [str(escape(row[1])) if row[1] else nameless for row in rows]
    boxes = _boxes(rows, names, ticks) if ticks else repeat("", len(rows))
    drawn = [
        f"<tr>{box}" + pattern % (row[0], name, *[draw(row[place]) for place, draw in cells])
        for box, name, row in zip(boxes, names, rows, strict=True)
    ]
    return Markup("".join(drawn))  # noqa: S704 -- each of its parts is escaped


PLACE = "\x00"
"""Stands for the name in a sentence; no text of a page has it."""


def _boxes(rows: Sequence[Sequence[Any]], names: Sequence[str], ticks: Ticks) -> Iterator[str]:
    pattern = _box_pattern(ticks.form, ticks.name, _("Select %(name)s", name=PLACE))
    every = " checked disabled" if ticks.fixed else (" checked" if ticks.all_of_them else "")
    for row, name in zip(rows, names, strict=True):
        state = every or (" checked" if ticks.ticked and str(row[0]) in ticks.ticked else "")
        yield pattern % (row[0], name, state)


@lru_cache(64)
def _box_pattern(form: str, name: str, said: str) -> str:
    """The box of a row, with a place for the row's uuid, for who is named, and for whether it is ticked."""
    words = escape(said).replace("%", "%%").replace(PLACE, "%s")
    return (
        f'<td class="cell-check"><label class="row-check"><input class="form-check-input" type="checkbox"'
        f' form="{escape(form)}" name="{escape(name)}" value="%s" aria-label="{words}"%s></label></td>'
    )


@lru_cache(512)
def _row_pattern(address: str, attributes: tuple[str, ...]) -> str:
    """What the rows of a table have in common after their beginning, with a place for each value."""
    to_record = escape(address).replace("%", "%%")
    head = (
        f'<th scope="row" class="cell-title"><a class="row-link" href="{to_record}%s"><bdi>%s</bdi></a></th>'
    )
    cells = "".join("<td{}>%s</td>".format(of_cell.replace("%", "%%")) for of_cell in attributes)
    return f"{head}{cells}</tr>\n"


def _text(value: Any) -> str:
    return "<bdi>—</bdi>" if value is None else f"<bdi>{escape(value)}</bdi>"


def _word(value: Any) -> str:
    words = escape(label(value))
    return f'<span class="faint">{words}</span>' if value == "UNKNOWN" else words


def _phone(value: Any) -> str:
    return escape(phone(value))


def _money(write: Callable[[Any, str], Markup]) -> Draw:
    return lambda pair: write(*pair)


def _unbroken(write: Draw) -> Draw:
    return lambda value: f'<span class="text-nowrap">{escape(write(value))}</span>'


def _several() -> Draw:
    """What draws lists of names; rows of a list often have the same."""
    nothing = f'<span class="faint">{escape(_("None"))}</span>'
    drawn = cache(listed_apart)
    return lambda names: drawn(tuple(names)) if names else nothing


def _wallet(value: Any) -> str:
    return escape(short_wallet(value))


def init_cells(app: Flask) -> None:
    """Let templates draw tables with the same attributes."""
    app.jinja_env.globals.update(
        cell_class=cell_class, cell_attributes=cell_attributes, table_rows=table_rows
    )
