"""When two phone numbers of users are the same."""

import unicodedata

import phonenumbers

from portal.core.values.phone import USUAL_REGION as USUAL_REGION


def fold_phone(typed: str, region: str | None = None) -> str | None:
    """The form in which numbers are stored and compared, E.164 ("+9779801234567"); None when it is no number.

    Blanks, brackets and the digits of any script are taken as what they mean. The country's code must be there,
    after "+" or "00", since people may be anywhere; unless a `region` (two letters) says whose number it is then.
    """
    digits = "".join(_plain(letter) for letter in unicodedata.normalize("NFKC", typed).strip())
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    if not digits.startswith("+") and region is None:
        return None
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number) or number.extension:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _plain(letter: str) -> str:
    return str(unicodedata.decimal(letter)) if letter.isdecimal() else letter
