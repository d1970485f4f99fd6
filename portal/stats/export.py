"""Figures as a table for other systems, with the tags of the Humanitarian Exchange Language (hxlstandard.org)."""

from collections.abc import Iterable, Iterator

from portal.core.copying import csv_line
from portal.core.spreadsheet import guard
from portal.stats.queries.grievances import Cell

COLUMNS = {
    "Told apart by": "#meta+breakdown",
    "Value": "#meta+breakdown+value",
    "Received": "#complaint+received+num",
    "Acknowledged": "#complaint+acknowledged+num",
    "Acknowledged in time": "#complaint+acknowledged+in_time+num",
    "Resolved": "#complaint+resolved+num",
    "Resolved in time": "#complaint+resolved+in_time+num",
    "Reopened": "#complaint+reopened+num",
    "Minutes until acknowledged, median": "#indicator+acknowledge+minutes+median+num",
    "Minutes until acknowledged, 90th percentile": "#indicator+acknowledge+minutes+p90+num",
    "Minutes until resolved, median": "#indicator+resolve+minutes+median+num",
    "Minutes until resolved, 90th percentile": "#indicator+resolve+minutes+p90+num",
}
"""Heading → tag, in their order. Not translated: machines read them."""


def as_csv(parts: Iterable[tuple[str, str, Cell]]) -> Iterator[bytes]:
    """Lines of a CSV: headings, tags, and a row for each part: by what it is told apart, its value, its numbers.

    A number that is not shown is an empty cell. Minutes are working minutes.
    """
    yield "\ufeff".encode() + csv_line(list(COLUMNS))
    yield csv_line(list(COLUMNS.values()))
    for breakdown, value, cell in parts:
        numbers = (
            *(cell.received, cell.acknowledged, cell.acknowledged_in_time),
            *(cell.resolved, cell.resolved_in_time, cell.reopened),
            *(cell.acknowledging.middle, cell.acknowledging.high, cell.resolving.middle, cell.resolving.high),
        )
        yield csv_line([breakdown, guard(value), *("" if one is None else str(one) for one in numbers)])
