"""The installation's own keys: one that signs cookies, one that seals secret settings in the database.

Each comes from the environment, or from a file in the instance folder that is made once and only its owner
may read. Who loses the sealing key loses what it sealed; it is not in a dump of the database.
"""

import base64
import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SHORTEST_KEY = 32
"""Characters: below that a key can be guessed."""


class SealBroken(ValueError):
    """The sealed text was changed, or sealed with another key."""


def secret_key(instance: Path) -> str:
    """The key that signs cookies and forms: `PORTAL_SECRET_KEY`, else `instance/secret_key`.

    Raises `ValueError` where the environment's is shorter than 32 characters.
    """
    return _key("PORTAL_SECRET_KEY", instance / "secret_key")


def seal(instance: Path, text: str) -> str:
    """Encrypt a secret for the database, so that neither a dump nor a query shows it."""
    return _sealer(instance).encrypt(text.encode()).decode()


def open_sealed(instance: Path, sealed: str) -> str:
    """The secret again. Raises `SealBroken` where it was not sealed with this installation's key."""
    try:
        return _sealer(instance).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise SealBroken("This secret was sealed with another key, or changed since.") from error


def keyed_hash(key: str, purpose: str, text: str) -> bytes:
    """SHA-256 of `text` under a key of this installation (32 bytes), for finding it again without keeping it.

    Who has the database but not the key can try no guesses, however few there are. Hashes for one `purpose`
    say nothing about those for another.
    """
    own = hmac.digest(key.encode(), purpose.encode(), hashlib.sha256)
    return hmac.digest(own, text.encode("utf-8", "surrogatepass"), hashlib.sha256)


def lasting_hash(instance: Path, purpose: str, text: str) -> bytes:
    """The same under the key that seals: for what is compared years later, when cookies are signed by another key."""
    return keyed_hash(_key("PORTAL_ENCRYPTION_KEY", instance / "encryption_key"), purpose, text)


def _sealer(instance: Path) -> Fernet:
    key = _key("PORTAL_ENCRYPTION_KEY", instance / "encryption_key")
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"rahat-portal sealed settings")
    return Fernet(base64.urlsafe_b64encode(derived.derive(key.encode())))


def _key(variable: str, file: Path) -> str:
    key = os.environ.get(variable)
    if key is None:
        return _kept(file)
    if len(key) < SHORTEST_KEY:
        raise ValueError(f"{variable} must have at least {SHORTEST_KEY} characters")
    return key


def _kept(file: Path) -> str:
    """Read the key, or make it. Of several processes that make one at once the first wins for all."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        mine = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as made:
            made.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            file.hardlink_to(mine)
        mine.unlink()
    return file.read_text().strip()
