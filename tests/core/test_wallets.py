"""Wallet addresses against the published vectors of EIP-55 and BIP-32, and against eth-account."""

import pytest
from eth_account import Account as EthAccount
from eth_account.hdaccount import key_from_seed, seed_from_mnemonic
from hypothesis import given
from hypothesis import strategies as st

from portal.core.wallets import CHILDREN, Account, checksum, is_address, is_checksummed, new_words

WORDS = "legal winner thank year wave sausage worth useful legal winner thank yellow"
HARDENED = 2**31

EIP_55 = [
    "0x52908400098527886E0F7030069857D2E4169EE7",
    "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
    "0xde709f2102306220921060314715629080e2fb77",
    "0x27b1fdb04752bbc536007a920d24acb045561c26",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
]

BIP_32 = [
    (
        (),
        "xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJoCu1Rupje8YtGqsefD265TMg7usUDFdp6W1EGMcet8",
    ),
    (
        (HARDENED,),
        "xpub68Gmy5EdvgibQVfPdqkBBCHxA5htiqg55crXYuXoQRKfDBFA1WEjWgP6LHhwBZeNK1VTsfTFUHCdrfp1bgwQ9xv5ski8PX9rL2dZXvgGDnw",
    ),
    (
        (HARDENED, 1),
        "xpub6ASuArnXKPbfEwhqN6e3mwBcDTgzisQN1wXN9BJcM47sSikHjJf3UFHKkNAWbWMiGj7Wf5uMash7SyYq527Hqck2AxYysAA7xmALppuCkwQ",
    ),
]


@pytest.mark.parametrize("address", EIP_55)
def test_the_published_addresses_have_the_published_case(address: str) -> None:
    assert checksum(address.lower()) == address
    assert checksum("0x" + address[2:].upper()) == address
    assert is_checksummed(address)


def test_one_letter_in_the_wrong_case_is_not_checksummed() -> None:
    address = EIP_55[4]
    wrong = address[:3] + address[3].swapcase() + address[4:]
    assert is_address(wrong)
    assert not is_checksummed(wrong)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0x",
        EIP_55[0][2:],
        EIP_55[0] + "0",
        EIP_55[0][:-1],
        EIP_55[0] + "\n",
        "0X" + EIP_55[0][2:],
        "0x" + "g" * 40,
        "0x" + "١" * 40,
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    assert not is_address(text)
    assert not is_checksummed(text)
    with pytest.raises(ValueError, match="not a wallet address"):
        checksum(text)


@pytest.mark.parametrize(("path", "xpub"), BIP_32)
def test_the_published_seed_gives_the_published_public_keys(path: tuple[int, ...], xpub: str) -> None:
    account = Account.from_seed(bytes(range(16)), path)
    assert account.xpub() == xpub
    assert Account.from_xpub(xpub) == account


def test_two_hundred_children_are_those_that_their_private_keys_have() -> None:
    seed = seed_from_mnemonic(WORDS, "")
    own = list(Account.from_words(WORDS).addresses(0, 200))
    theirs = [
        EthAccount.from_key(key_from_seed(seed, f"m/44'/60'/0'/0/{index}")).address for index in range(200)
    ]
    assert own == theirs
    assert all(is_checksummed(address) for address in own)


def test_an_account_read_from_its_xpub_makes_the_same_addresses() -> None:
    account = Account.from_words(WORDS)
    assert Account.from_xpub(account.xpub()).address(12_345) == account.address(12_345)


def test_the_last_child_is_made_and_the_one_after_it_is_refused() -> None:
    account = Account.from_words(WORDS)
    assert is_checksummed(account.address(CHILDREN - 1))
    with pytest.raises(ValueError, match="children"):
        account.address(CHILDREN)
    with pytest.raises(ValueError, match="children"):
        account.address(-1)


@given(st.integers(min_value=4, max_value=110), st.sampled_from("123456789ABCDEFGHJKLMNPQRSTUVWXYZ"))
def test_a_mistyped_xpub_is_refused(position: int, letter: str) -> None:
    xpub = BIP_32[0][1]
    wrong = xpub[:position] + letter + xpub[position + 1 :]
    if wrong == xpub:
        assert Account.from_xpub(wrong).xpub() == xpub
        return
    with pytest.raises(ValueError, match="not an extended public key"):
        Account.from_xpub(wrong)


@pytest.mark.parametrize("text", ["", "xpub", "xprv9s21ZrQH143K", "0OIl", "é" * 111, "z" * 200])
def test_what_is_no_xpub_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an extended public key"):
        Account.from_xpub(text)


def test_new_accounts_have_twenty_four_words_and_nothing_in_common() -> None:
    first, second = new_words(), new_words()
    assert len(first.split()) == len(second.split()) == 24
    assert Account.from_words(first) != Account.from_words(second)
