"""The sixteen enum types of the seed schema, names and values exactly as in the database."""

from enum import StrEnum
from functools import cache

from sqlalchemy import Enum


class Gender(StrEnum):
    MALE = "MALE"
    FEMALE = "FEMALE"
    OTHER = "OTHER"
    UNKNOWN = "UNKNOWN"


class Service(StrEnum):
    """A way to sign in."""

    EMAIL = "EMAIL"
    PHONE = "PHONE"
    WALLET = "WALLET"
    GOOGLE = "GOOGLE"
    APPLE = "APPLE"
    FACEBOOK = "FACEBOOK"
    TWITTER = "TWITTER"
    GITHUB = "GITHUB"
    LINKEDIN = "LINKEDIN"


class SignupStatus(StrEnum):
    PENDING = "PENDING"
    APPROVED = "APPROVED"
    FAILED = "FAILED"
    REJECTED = "REJECTED"


class BankedStatus(StrEnum):
    UNKNOWN = "UNKNOWN"
    UNBANKED = "UNBANKED"
    BANKED = "BANKED"
    UNDER_BANKED = "UNDER_BANKED"


class InternetStatus(StrEnum):
    UNKNOWN = "UNKNOWN"
    NO_INTERNET = "NO_INTERNET"
    HOME_INTERNET = "HOME_INTERNET"
    MOBILE_INTERNET = "MOBILE_INTERNET"


class PhoneStatus(StrEnum):
    UNKNOWN = "UNKNOWN"
    NO_PHONE = "NO_PHONE"
    FEATURE_PHONE = "FEATURE_PHONE"
    SMART_PHONE = "SMART_PHONE"


class GroupPurpose(StrEnum):
    """What a group of beneficiaries is made for; decides what each member must have."""

    BANK_TRANSFER = "BANK_TRANSFER"
    MOBILE_MONEY = "MOBILE_MONEY"
    COMMUNICATION = "COMMUNICATION"


class ProjectStatus(StrEnum):
    NOT_READY = "NOT_READY"
    ACTIVE = "ACTIVE"
    CLOSED = "CLOSED"


class TransactionStatus(StrEnum):
    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    FAILED = "FAILED"


class GrievanceStatus(StrEnum):
    NEW = "NEW"
    UNDER_REVIEW = "UNDER_REVIEW"
    RESOLVED = "RESOLVED"
    CLOSED = "CLOSED"


class GrievanceType(StrEnum):
    TECHNICAL = "TECHNICAL"
    NON_TECHNICAL = "NON_TECHNICAL"
    OTHER = "OTHER"


class SettingDataType(StrEnum):
    STRING = "STRING"
    NUMBER = "NUMBER"
    BOOLEAN = "BOOLEAN"
    OBJECT = "OBJECT"


class TokenDataType(StrEnum):
    """How a token came into the registry."""

    IMPORTED = "IMPORTED"
    CREATED = "CREATED"


class OfframpStatus(StrEnum):
    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"


class KoboBeneficiaryType(StrEnum):
    SALE = "SALE"
    LEAD = "LEAD"
    HOME_VISIT = "HOME_VISIT"


class KoboBeneficiaryStatus(StrEnum):
    PENDING = "PENDING"
    FAILED = "FAILED"
    SUCCESS = "SUCCESS"


@cache
def pg_enum(enum: type[StrEnum]) -> Enum:
    """The database type of an enum: same name, same values, made by the migrations and never by `create_all`."""
    return Enum(
        enum, name=enum.__name__, values_callable=lambda e: [member.value for member in e], create_type=False
    )
