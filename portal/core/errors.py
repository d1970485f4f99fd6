"""What an operation says when it will not do what it was asked to.

The message is an English sentence and at the same time the key of its translation; `web` translates it and
fills in the parameters. So no operation needs to know in which language the reader will read.
"""

from typing import Any


def _in_english(params: dict[str, Any]) -> dict[str, Any]:
    lists = {
        name: ", ".join(map(str, value)) for name, value in params.items() if isinstance(value, list | tuple)
    }
    return {**params, **lists}


class Refusal(Exception):
    """Something the person can mend; shown at its field where it has one, with status 422.

    `message` may hold `%(name)s` places, filled from `params`.
    """

    status = 422

    def __init__(self, message: str, field: str | None = None, **params: Any) -> None:
        super().__init__(message % _in_english(params) if params else message)
        self.message = message
        self.field = field
        self.params = params


class Conflict(Refusal):
    """Somebody else was first, or the thing is no longer in the state the request assumed: status 409."""

    status = 409


class Overreach(Refusal):
    """The person asked for more than they may do: to `action` on a `subject`. That they did is on record."""

    def __init__(
        self, message: str, field: str | None = None, *, action: str, subject: str, **params: Any
    ) -> None:
        super().__init__(message, field, action=action, subject=subject, **params)
        self.action = action
        self.subject = subject


class NotFound(Exception):
    """It does not exist, or this person may not know that it does: the two answer alike, with 404."""


class Words(str):
    """What goes into a sentence and is itself a sentence or a word of ours: `web` translates it as well.

    A parameter that is a list or a tuple is written as a list, and each of its words is translated.
    """

    __slots__ = ()


def sentence(text: str) -> str:
    """The text itself, marked as one that people read: it is the key of its translation, as a refusal's message is.

    For what is kept in a constant, and only later refused or shown.
    """
    return text
