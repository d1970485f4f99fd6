"""A filter of cases as something to be kept for later: a job, a draft."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import fields
from enum import StrEnum
from typing import Any
from uuid import UUID

from portal.core.enums import GrievanceStatus, GrievanceType
from portal.grievances.queries.filters import CaseFilter, ClockFilter

READERS: dict[str, Callable[[Any], Any]] = {
    "status": lambda values: tuple(map(GrievanceStatus, values)),
    "type": lambda values: tuple(map(GrievanceType, values)),
    "priority": tuple,
    "clock": ClockFilter,
    **dict.fromkeys(("project", "category", "channel", "beneficiary", "vendor", "transaction"), UUID),
    **dict.fromkeys(("created_from", "created_to"), dt.date.fromisoformat),
}
"""Field → how it is read again; the others are as JSON has them."""


def packed(chosen: CaseFilter) -> dict[str, Any]:
    """A filter as JSON, without what does not narrow."""
    values = {field.name: getattr(chosen, field.name) for field in fields(chosen)}
    return {name: _plain(value) for name, value in values.items() if value not in ("", (), None, False)}


def unpacked(kept: Mapping[str, Any]) -> CaseFilter:
    """The filter again. Raises ValueError for one that this version of the portal does not know."""
    try:
        return CaseFilter(**{name: READERS.get(name, _as_is)(value) for name, value in kept.items()})
    except (TypeError, AttributeError) as error:
        raise ValueError("no filter of cases") from error


def _as_is(value: Any) -> Any:
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, StrEnum | UUID):
        return str(value)
    return value.isoformat() if isinstance(value, dt.date) else value
