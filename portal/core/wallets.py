"""Wallet addresses: their checksum (EIP-55), and an HD account that makes new ones (BIP-39, BIP-32, BIP-44).

The account's words can move money and stay sealed. Its public half, an `xpub`, can only make addresses: every
child of m/44'/60'/0'/0 follows from it without any private key, so whoever registers people holds none.
"""

import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from coincurve import PrivateKey, PublicKey
from Crypto.Hash import RIPEMD160, keccak

ACCOUNT_PATH = (44 + 2**31, 60 + 2**31, 0 + 2**31, 0)
"""m/44'/60'/0'/0: where Ethereum wallets keep the addresses they hand out."""

WORDS = 24
CHILDREN = 2**31
"""How many addresses an account has; numbers beyond mean hardened children, which need the private key."""

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
"""Of the secp256k1 group."""

XPUB_VERSION = bytes.fromhex("0488b21e")
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")


def is_address(text: str) -> bool:
    """Whether this is `0x` and forty hexadecimal digits; says nothing of its checksum."""
    return _ADDRESS.fullmatch(text) is not None


def checksum(address: str) -> str:
    """The address in EIP-55's mixed case. Raises `ValueError` for what is no address."""
    if not is_address(address):
        raise ValueError("not a wallet address")
    return _mixed_case(address[2:].lower())


def is_checksummed(address: str) -> bool:
    """Whether the address is written in exactly the case that EIP-55 gives it."""
    return is_address(address) and checksum(address) == address


def new_words() -> str:
    """A fresh BIP-39 phrase of 24 English words. Whoever knows it owns every address of the account."""
    from eth_account.hdaccount import generate_mnemonic  # takes half a second, and few processes need it
    from eth_account.types import Language

    return generate_mnemonic(WORDS, Language.ENGLISH)


@dataclass(frozen=True)
class Account:
    """The public half of an HD account: a compressed public key and the chain code of BIP-32.

    `depth`, `parent` (four bytes of its parent's digest) and `number` only serve to write the `xpub`.
    """

    key: bytes
    chain: bytes
    depth: int
    parent: bytes
    number: int

    @classmethod
    def from_words(cls, words: str) -> "Account":
        """The account of a BIP-39 phrase. Raises eth-utils' ValidationError for words that are none."""
        from eth_account.hdaccount import seed_from_mnemonic

        return cls.from_seed(seed_from_mnemonic(words, ""), ACCOUNT_PATH)

    @classmethod
    def from_seed(cls, seed: bytes, path: tuple[int, ...]) -> "Account":
        """The public half of the node that BIP-32 derives from `seed` along `path`."""
        secret, chain = _halves(b"Bitcoin seed", seed)
        parent, number = bytes(4), 0
        for number in path:
            public = PrivateKey(secret).public_key.format()
            parent = _fingerprint(public)
            hardened = number >= CHILDREN
            tweak, chain = _halves(
                chain, (b"\0" + secret if hardened else public) + number.to_bytes(4, "big")
            )
            secret = ((int.from_bytes(tweak, "big") + int.from_bytes(secret, "big")) % ORDER).to_bytes(
                32, "big"
            )
        return cls(PrivateKey(secret).public_key.format(), chain, len(path), parent, number)

    @classmethod
    def from_xpub(cls, text: str) -> "Account":
        """Read an `xpub`. Raises `ValueError` where it is none or was mistyped."""
        raw = _from_base58(text)
        content, check = raw[:-4], raw[-4:]
        if len(content) != 78 or content[:4] != XPUB_VERSION or _double_sha256(content)[:4] != check:
            raise ValueError("not an extended public key")
        PublicKey(content[45:])
        return cls(
            key=content[45:],
            chain=content[13:45],
            depth=content[4],
            parent=content[5:9],
            number=int.from_bytes(content[9:13], "big"),
        )

    def xpub(self) -> str:
        """The account in the form that other wallet programs read, to watch its addresses."""
        number = self.number.to_bytes(4, "big")
        content = XPUB_VERSION + bytes([self.depth]) + self.parent + number + self.chain + self.key
        return _to_base58(content + _double_sha256(content)[:4])

    def address(self, index: int) -> str:
        """The checksummed address of child `index`, from 0. Raises `ValueError` outside 0 to 2**31 - 1."""
        return next(self.addresses(index, 1))

    def addresses(self, first: int, count: int) -> Iterator[str]:
        """The addresses of `count` children from `first` on, in order.

        BIP-32 calls a child invalid whose tweak is beyond the curve's order: one in 2**127. coincurve then
        raises `ValueError`, and nobody will ever see it.
        """
        if not 0 <= first <= first + count <= CHILDREN:
            raise ValueError("an account has children 0 to 2**31 - 1")
        parent = PublicKey(self.key)
        for index in range(first, first + count):
            tweak = hmac.digest(self.chain, self.key + index.to_bytes(4, "big"), "sha512")[:32]
            point = parent.add(tweak).format(compressed=False)
            yield _mixed_case(_keccak(point[1:])[12:].hex())


def _mixed_case(digits: str) -> str:
    """EIP-55: a letter is upper case where the digest of the lower-case address has a high digit there."""
    marks = _keccak(digits.encode()).hex()
    return "0x" + "".join(
        digit.upper() if mark > "7" else digit for digit, mark in zip(digits, marks, strict=False)
    )


def _keccak(content: bytes) -> bytes:
    return keccak.new(digest_bits=256, data=content).digest()


def _halves(key: bytes, message: bytes) -> tuple[bytes, bytes]:
    digest = hmac.digest(key, message, "sha512")
    return digest[:32], digest[32:]


def _fingerprint(public: bytes) -> bytes:
    return RIPEMD160.new(sha256(public).digest()).digest()[:4]  # OpenSSL may come without this digest


def _double_sha256(content: bytes) -> bytes:
    return sha256(sha256(content).digest()).digest()


def _to_base58(content: bytes) -> str:
    number, digits = int.from_bytes(content, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        digits = BASE58[digit] + digits
    return "1" * (len(content) - len(content.lstrip(b"\0"))) + digits


def _from_base58(text: str) -> bytes:
    number = 0
    for letter in text:
        digit = BASE58.find(letter)
        if digit < 0:
            return b""
        number = number * 58 + digit
    return number.to_bytes(82, "big") if number < 2 ** (82 * 8) else b""
