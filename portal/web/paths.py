"""Where to go next, when the address to go to came from outside."""

import re

LONGEST = 2_000
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\]")


def own_path(wanted: str | None) -> str | None:
    """`wanted` if it is a path on this site, else None.

    Browsers read `//host`, `/\\host` and addresses with tabs or line breaks in them as other sites. So nothing
    passes that does not begin with a single slash, or holds a backslash, blank or control character.
    """
    if not wanted or len(wanted) > LONGEST or _UNSAFE.search(wanted):
        return None
    return wanted if wanted.startswith("/") and not wanted.startswith("//") else None
