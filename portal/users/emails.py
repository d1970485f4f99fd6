"""When two e-mail addresses are the same."""

import unicodedata


def fold_email(email: str) -> str:
    """The form in which addresses are stored and compared: no blanks around it, one way to write each letter,
    small letters throughout, since nobody types an address with the same capitals twice."""
    return unicodedata.normalize("NFKC", email.strip()).casefold()
