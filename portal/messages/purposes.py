"""What messages are for: each module names its purposes, for the pages to call."""

from flask_babel.speaklater import LazyString

_titles: dict[str, LazyString | str] = {}


def name_purpose(purpose: str, title: LazyString | str) -> None:
    """Say what people call messages of this purpose."""
    _titles[purpose] = title


def title_of(purpose: str) -> LazyString | str:
    """What people call messages of this purpose; its own word where nobody named it."""
    return _titles.get(purpose, purpose)


def purposes() -> list[tuple[str, LazyString | str]]:
    """All that were named, for a select."""
    return list(_titles.items())
