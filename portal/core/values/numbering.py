"""The world's numbering plans, from the metadata of phonenumbers, as questions about strings of digits.

phonenumbers parses anything, at some 60 µs a number. A column of a hundred thousand numbers is nearly all
plain digits, for which a few compiled patterns of the same metadata give the same answers in a few
microseconds (the tests hold the two against each other). What is not plain is left to phonenumbers: see
`phone.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, lru_cache

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberDesc


class Rank(IntEnum):
    """How good a number is: of a known range, of a possible length, or neither."""

    IMPOSSIBLE = 0
    POSSIBLE = 1
    VALID = 2


@dataclass(frozen=True, slots=True)
class _Plan:
    """The numbering plan of one region: patterns and lengths of its national numbers."""

    country_code: str
    lengths: frozenset[int]
    subscriber_lengths: frozenset[int]
    general: re.Pattern[str]
    kinds: tuple[tuple[frozenset[int], re.Pattern[str]], ...]
    leading: re.Pattern[str] | None
    prefix: re.Pattern[str] | None
    dial_out: re.Pattern[str] | None

    def knows(self, national: str) -> bool:
        """Whether the number is of a range that has been handed out."""
        if not self.general.fullmatch(national):
            return False
        length = len(national)
        return any(length in lengths and kind.fullmatch(national) for lengths, kind in self.kinds)


_KINDS = (
    "mobile", "fixed_line", "premium_rate", "toll_free", "shared_cost", "voip", "personal_number", "pager",
    "uan", "voicemail",
)  # fmt: skip


def _plan(metadata: PhoneMetadata) -> _Plan:
    general = metadata.general_desc or PhoneNumberDesc()
    every = frozenset(general.possible_length)

    def lengths(desc: PhoneNumberDesc) -> frozenset[int]:
        return frozenset(desc.possible_length) or every

    kinds = [
        (lengths(desc), re.compile(desc.national_number_pattern))
        for desc in (getattr(metadata, kind) for kind in _KINDS)
        if desc is not None and desc.national_number_pattern and -1 not in desc.possible_length
    ]
    subscribers = [
        frozenset(desc.possible_length) or every
        for desc in (metadata.mobile, metadata.fixed_line)
        if desc is not None and -1 not in desc.possible_length
    ]
    return _Plan(
        country_code=str(metadata.country_code),
        lengths=every | frozenset(general.possible_length_local_only),
        subscriber_lengths=frozenset[int]().union(*subscribers),
        general=re.compile(general.national_number_pattern or ""),
        kinds=tuple(kinds),
        leading=_pattern(metadata.leading_digits),
        prefix=_pattern(metadata.national_prefix_for_parsing),
        dial_out=_pattern(metadata.international_prefix),
    )


def _pattern(text: str | None) -> re.Pattern[str] | None:
    return re.compile(text) if text else None


@cache
def region_plan(region: str) -> _Plan | None:
    """The plan of an ISO 3166 region; None when there is no such region."""
    metadata = PhoneMetadata.metadata_for_region(region, None)
    return _plan(metadata) if metadata else None


@cache
def _code_plans(code: str) -> tuple[_Plan, ...]:
    """The plans that share a country code, the main region's first; none when the code is not handed out."""
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(code), ())
    found = [
        PhoneMetadata.metadata_for_nongeo_region(int(code), None)
        if region == "001"
        else PhoneMetadata.metadata_for_region(region, None)
        for region in regions
    ]
    return tuple(_plan(metadata) for metadata in found if metadata)


def international_rank(digits: str) -> Rank | None:
    """The rank of a number written with its country code; None when only phonenumbers can tell."""
    for size in (1, 2, 3):
        plans = _code_plans(digits[:size]) if digits[:1] != "0" else ()
        if not plans:
            continue
        national = digits[size:]
        main = plans[0]
        if main.prefix and main.prefix.match(national):
            return None
        for plan in plans:
            if len(plans) == 1 or (plan.leading.match(national) if plan.leading else plan.knows(national)):
                if plan.knows(national):
                    return Rank.VALID
                break
        return Rank.POSSIBLE if len(national) in main.lengths else Rank.IMPOSSIBLE
    return Rank.IMPOSSIBLE


def national_number(digits: str, region: str) -> tuple[str, Rank, bool] | None:
    """A number as dialled in `region`: with its country code and without plus, its rank, and whether its
    length is that of a subscriber (mobile or fixed). None when only phonenumbers can tell."""
    plan = region_plan(region)
    if (
        plan is None
        or (plan.dial_out and plan.dial_out.match(digits))
        or (plan.prefix and plan.prefix.match(digits))
    ):
        return None
    code = plan.country_code
    fits = bool(plan.general.fullmatch(digits))
    if digits.startswith(code) and not fits:
        shorter = digits[len(code) :]
        if (plan.prefix and plan.prefix.match(shorter)) or digits[:1] == "0":
            return None
        if plan.general.fullmatch(shorter) or len(digits) > max(plan.lengths):
            rank = international_rank(digits)
            return None if rank is None else (digits, rank, len(shorter) in plan.subscriber_lengths)
    rank = international_rank(code + digits)
    return None if rank is None else (code + digits, rank, len(digits) in plan.subscriber_lengths)


@lru_cache(maxsize=4096)
def parsed(text: str, region: str | None) -> tuple[str, Rank, bool] | None:
    """What phonenumbers makes of any text: the digits of its E.164 form, rank, subscriber length; else
    None."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164).removeprefix("+")
    plans = _code_plans(str(number.country_code))
    national = written.removeprefix(str(number.country_code))
    subscriber = any(len(national) in plan.subscriber_lengths for plan in plans)
    if phonenumbers.is_valid_number(number):
        return written, Rank.VALID, subscriber
    return written, Rank.POSSIBLE if phonenumbers.is_possible_number(number) else Rank.IMPOSSIBLE, subscriber
