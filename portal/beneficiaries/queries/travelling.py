"""A filter on its way to a job or into a table: as JSON, and back."""

import datetime as dt
import types
from collections.abc import Mapping
from dataclasses import fields
from enum import StrEnum
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID

from portal.beneficiaries.queries.filters import PeopleFilter


def packed(chosen: PeopleFilter) -> dict[str, Any]:
    """What the filter narrows by, as JSON can hold it."""
    given = ((field.name, getattr(chosen, field.name)) for field in fields(chosen))
    return {name: _plain(value) for name, value in given if value not in ("", (), None)}


def unpacked(kept: Mapping[str, Any]) -> PeopleFilter:
    """The filter that was packed.

    Raises ValueError where it says something that no filter can: one that is not understood must not stand for
    everybody.
    """
    kinds = get_type_hints(PeopleFilter)
    unknown = set(kept) - set(kinds)
    if unknown:
        raise ValueError(f"no filter has {', '.join(sorted(unknown))}")
    return PeopleFilter(**{name: _read(kinds[name], value) for name, value in kept.items()})


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, UUID | dt.date):
        return str(value)
    return value


def _read(kind: Any, value: Any) -> Any:
    if get_origin(kind) is tuple:
        if isinstance(value, str) and get_args(kind)[0] is str:  # a filter kept when it held one place
            return (value,)
        if not isinstance(value, list):
            raise ValueError(f"{value!r} is not a list")
        return tuple(_read(get_args(kind)[0], one) for one in value)
    if get_origin(kind) is types.UnionType:
        kind = next(one for one in get_args(kind) if one is not types.NoneType)
    if kind is dt.date:
        return dt.date.fromisoformat(value)
    if kind is UUID or issubclass(kind, StrEnum):
        return kind(value)
    if type(value) is not kind:
        raise ValueError(f"{value!r} is not {kind.__name__}")
    return value
