"""Apple gives no secret but a key, with which one makes a secret for a short while oneself."""

import time
from dataclasses import dataclass, field

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

GOOD_FOR = 300
"""Seconds. Apple takes up to half a year; one that is made for each use need not last."""


@dataclass(frozen=True)
class AppleKey:
    """The private key of a team's app, by the number that Apple gave it."""

    team: str
    number: str
    key: ECKey = field(repr=False)

    def client_secret(self, client_id: str, audience: str) -> str:
        """A token signed by the key: our secret for the next minutes."""
        now = int(time.time())
        claims = {
            "iss": self.team,
            "iat": now,
            "exp": now + GOOD_FOR,
            "aud": audience,
            "sub": client_id,
        }
        return jwt.encode({"alg": "ES256", "kid": self.number}, claims, self.key)


def read_key(pem: str) -> ECKey:
    """The private key of a `.p8` file. Raises ValueError for anything but one on the curve P-256."""
    try:
        key = ECKey.import_key(pem)
    except (JoseError, ValueError, TypeError):
        raise ValueError("not an EC key") from None
    if not key.is_private or key.curve_name != "P-256":
        raise ValueError("not a private key on P-256")
    return key
