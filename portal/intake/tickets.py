"""What pages carry that set no cookie: a text signed by this installation, with the moment at which it was.

A cookie's secret in a form proves that the form is ours. Here the form's own ticket does, and there is nothing to
borrow from a browser that holds no cookie: whoever sends the form has what stands in it, and nothing else speaks for
them.
"""

from itsdangerous import BadData, URLSafeTimedSerializer

OPEN_FOR = 43_200
"""Seconds for which a form may lie open: who borrowed a phone comes back to it."""


def sign(key: str, purpose: str, said: str) -> str:
    """A ticket that says `said`, for one purpose."""
    return URLSafeTimedSerializer(key, salt=f"intake {purpose}").dumps(said)


def read(key: str, purpose: str, ticket: str, seconds: int = OPEN_FOR) -> str | None:
    """What a ticket says; None for one that is not ours, for another purpose, or older than so many seconds."""
    try:
        said = URLSafeTimedSerializer(key, salt=f"intake {purpose}").loads(ticket, max_age=seconds)
    except BadData:
        return None
    return said if isinstance(said, str) else None
