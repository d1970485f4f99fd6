"""Passwords that everybody tries first. The list comes with the zxcvbn package: 30,000, the most used first."""

from functools import cache


@cache
def _common() -> frozenset[str]:
    """Loaded when it is first asked for: most processes never are, and it is a large module."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"])


def is_common(password: str, most_added: int) -> bool:
    """Whether a folded password is on the list, also with up to so many digits and signs before or after it."""
    core = password.strip("".join(sign for sign in set(password) if not sign.isalpha()))
    return password in _common() or (core in _common() and len(password) - len(core) <= most_added)
