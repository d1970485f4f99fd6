"""Codes that a phone shows: six digits, new every thirty seconds, made from a secret that both sides know (TOTP)."""

import datetime as dt
import hmac

import pyotp
import segno

ISSUER = "Rahat Portal"
"""What the app on the phone calls us."""
SECONDS = 30
DIGITS = 6
STEPS_ASIDE = 1
"""How many steps a phone's clock may be wrong, either way."""
SECRET_LENGTH = 32
"""Letters of base32, 160 bits: what RFC 4226 asks for."""


def new_secret() -> str:
    """A random secret in base32."""
    return pyotp.random_base32(SECRET_LENGTH)


def step_of(secret: str, code: str, at: dt.datetime) -> int | None:
    """Which half minute (counted from 1970) the code is of; None when it is of none near `at`.

    Each is compared, also after one fits, so that the time taken does not tell which.
    """
    now = int(at.timestamp()) // SECONDS
    totp = pyotp.TOTP(secret, digits=DIGITS, interval=SECONDS)
    typed = code.encode()
    fitting = [
        step
        for step in range(now - STEPS_ASIDE, now + STEPS_ASIDE + 1)
        if hmac.compare_digest(totp.generate_otp(step).encode(), typed)
    ]
    return max(fitting, default=None)


def address_of(secret: str, name: str) -> str:
    """The otpauth address that apps read; `name` tells a person's accounts apart."""
    return pyotp.TOTP(secret, digits=DIGITS, interval=SECONDS).provisioning_uri(name=name, issuer_name=ISSUER)


def picture_of(address: str) -> str:
    """A QR code of an address as SVG to stand in a page, sized by its style sheet.

    Black on white in every theme, since not every camera reads the other way round.
    """
    code = segno.make(address, error="m", micro=False)
    return str(
        code.svg_inline(border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True)
    )


def in_groups(secret: str) -> str:
    """A secret as one types it off the screen: four letters at a time."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
