"""Reading the address of a list: what narrows it, and in which order; and what is said of that on the page.

A module's own reading names its form and its filter and says what can be chosen among; how an address becomes a filter,
and a filter chips, is the same for all.
"""

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from typing import Any, ClassVar, Generic, TypeVar

from werkzeug.datastructures import MultiDict

from portal.core.keyset import Sort
from portal.web.lists import here

Given = tuple[tuple[str, ...], ...]
"""A query as something to look up by: each name with its values."""
Chip = dict[str, Any]
"""Something that narrows a list: its `label`, its `value`, and the `url` that takes it away."""


F = TypeVar("F")
Choices = TypeVar("Choices", bound=Hashable)


@dataclass
class ListReading(ABC, Generic[F, Choices]):
    """What a request for a list asks for; a reading that is not valid has a form that says why."""

    form_type: ClassVar[type[Any]]
    filter_type: ClassVar[type[Any]]
    """A frozen dataclass, with what narrows nothing as the default of each field."""
    names: ClassVar[frozenset[str]]
    """What in the address leaves something out: the filter's fields, unless the module says otherwise."""

    sort: Sort
    query: dict[str, list[str]]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "names" not in vars(cls):
            cls.names = frozenset(field.name for field in fields(cls.filter_type))

    @property
    @abstractmethod
    def options(self) -> Choices:
        """What the reader can choose among. Asked for only where a filter is drawn or read."""

    @cached_property
    def form(self) -> Any:
        """The filter as it was given, with what is wrong in it. Made only where it is drawn anew."""
        form = _form(type(self), *self.state)
        form.validate()
        return form

    @property
    def valid(self) -> bool:
        """Whether the filter can be used."""
        return self._found is not None

    @property
    def chosen(self) -> F:
        """The filter of a valid reading. Raises ValueError for another, which must not stand for everything."""
        if self._found is None:
            raise ValueError("this filter cannot be used")
        return self._found

    @cached_property
    def narrowing(self) -> dict[str, list[str]]:
        """The part of the address that leaves something out."""
        return {name: values for name, values in self.query.items() if name in self.names and values}

    @cached_property
    def state(self) -> tuple[Given, Choices]:
        """All that the filter and the drawing of it depend on."""
        return tuple((name, *values) for name, values in self.query.items()), self.options

    def chips(self) -> Iterator[Chip]:
        """Each thing that narrows the list, in words, with the address that takes it away."""
        for name, values in self.narrowing.items():
            yield from self.chips_of(name, self.form[name], values)

    def chips_of(self, name: str, field: Any, values: Sequence[str]) -> Iterator[Chip]:
        """Those of one field: one for each of its values."""
        for value in values:
            rest = [other for other in values if other != value]
            url = here(self.query, **{name: rest or None})
            yield {"label": field.label.text, "value": self.said(name, field, value) or value, "url": url}

    def said(self, name: str, field: Any, value: str) -> Any:
        """A value in words; None where it speaks for itself."""
        choices = getattr(field, "choices", None) or ()
        return next((words for key, words, *_more in choices if str(key) == value), None)

    def read(self) -> F | None:
        """The filter of an address that narrows; None where it cannot be used."""
        found: F | None = _chosen(type(self), *self.state)
        return found

    @cached_property
    def _found(self) -> F | None:
        return self.read() if self.narrowing else self.filter_type()


def _form(kind: type[ListReading[Any, Any]], given: Given, options: Any) -> Any:
    form = kind.form_type(MultiDict([(name, value) for name, *values in given for value in values]))
    form.offer(options)
    return form


@lru_cache(1024)
def _chosen(kind: type[ListReading[Any, Any]], given: Given, options: Hashable) -> Any:
    """The filter that was given, None where it cannot be used. The same few are read all day, page by page."""
    form = _form(kind, given, options)
    return form.chosen() if form.validate() else None
