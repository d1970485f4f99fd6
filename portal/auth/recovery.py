"""Recovery codes: for coming in without the phone, each once."""

import secrets
import unicodedata

HOW_MANY = 10
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's: no letter looks like a figure or another letter, and none makes a word."""
LENGTH = 10
"""Fifty bits: far beyond guessing where five wrong ones lock, and slow to try on the hashes."""
_MISREAD = str.maketrans({"o": "0", "i": "1", "l": "1"})


def new_codes() -> list[str]:
    """Ten codes, as they are shown: `3k8fz-w0q2m`."""
    return [_shown("".join(secrets.choice(LETTERS) for _ in range(LENGTH))) for _ in range(HOW_MANY)]


def plain(typed: str) -> str:
    """A code without what people add or mistake: blanks, hyphens, capitals, the letter o for a nought."""
    folded = unicodedata.normalize("NFKC", typed).casefold()
    return "".join(sign for sign in folded if sign.isalnum()).translate(_MISREAD)


def _shown(code: str) -> str:
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"
