"""Which services a configuration may name, and what of it is refused at the start."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from flask import Flask
from flask.testing import FlaskClient

from portal.auth.client.addresses import check_address
from portal.auth.client.apple import read_key
from portal.auth.client.kinds import KINDS
from portal.auth.client.providers import VARIABLES, Provider, configured_providers
from portal.core.enums import Service
from tests.auth.services import Running, consent, settings
from tests.conftest import make_app

GOOD = [
    "https://login.example.org",
    "https://login.example.org:8443/realms/aid",
    "https://xn--bcher-kva.example",
    "http://127.0.0.1:9400",
    "http://localhost:9400",
    "http://[::1]:9400",
    "https://localhost",
]
BAD = [
    "http://login.example.org",
    "https://169.254.169.254/latest",
    "https://10.0.0.1",
    "https://2130706433",
    "https://0x7f000001",
    "https://0x7f.1",
    "https://127.1",
    "https://[fe80::1]",
    "https://[::ffff:169.254.169.254]",
    "http://169.254.169.254",
    "http://2130706433",
    "http://localhost.evil.example",
    "http://127.0.0.1.evil.example",
    "https://user@login.example.org",
    "https://login.example.org?to=x",
    "https://login.example.org#x",
    "https://login.example.org:0",
    "https://login.example.org:99999",
    "https://login",
    "https://",
    "file:///etc/passwd",
    "gopher://login.example.org",
    "//login.example.org",
    "login.example.org",
    "javascript:alert(1)",
]


@pytest.mark.parametrize("url", GOOD)
def test_D9_a_service_is_at_a_named_host_by_https_or_on_this_machine(url: str) -> None:
    assert check_address(f"{url}/") == url


@pytest.mark.parametrize("url", BAD)
def test_D9_any_other_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"address|[Pp]ort|URL"):
        check_address(url)


@pytest.mark.parametrize("url", BAD)
def test_D9_the_program_does_not_start_with_one_and_says_which_variable(url: str) -> None:
    config = {"PORTAL_GOOGLE_CLIENT_ID": "id", "PORTAL_GOOGLE_CLIENT_SECRET": "hidden"}
    with pytest.raises(ValueError, match="PORTAL_GOOGLE_SERVER_URL") as refused:
        configured_providers({**config, "PORTAL_GOOGLE_SERVER_URL": url})
    assert "hidden" not in str(refused.value)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.issuer], ids=lambda kind: kind.name)
def test_D9_a_service_may_only_name_hosts_of_its_own(kind: object) -> None:
    provider = Provider(kind, "id", "secret")  # type: ignore[arg-type]
    assert provider.names(provider.discovery)
    for other in ("https://evil.example/token", "http://accounts.google.com/", "https://127.0.0.1/token"):
        assert not provider.names(other)
    own = Provider(kind, "id", "secret", "https://login.example.org")  # type: ignore[arg-type]
    assert own.names("https://login.example.org/token")
    assert not own.names("https://login.example.org:8443/token")
    assert not own.names(provider.discovery)


@pytest.mark.parametrize("mode", ["endpoints elsewhere", "other issuer told", "led away", "html", "huge"])
@pytest.mark.database
def test_D9_nothing_is_sent_to_where_a_service_leads(
    app: Flask, client: FlaskClient, service: Running, mode: str
) -> None:
    service.script(mode=mode)
    answer = client.get("/sign-in/google")
    if mode == "endpoints elsewhere":  # noticed when it comes to the token
        assert answer.status_code == 303
        answer = client.get(consent(answer.location))
    assert answer.status_code == 422


@pytest.mark.parametrize("service", VARIABLES)
def test_a_service_is_configured_whole_or_not_at_all(service: Service) -> None:
    for_id, for_secret, _server = VARIABLES[service]
    assert configured_providers({}) == {}
    for name in (for_id, for_secret):
        with pytest.raises(ValueError, match=f"{for_id} and {for_secret}"):
            configured_providers({name: "hidden"})


def test_names_and_secrets_made_of_digits_stay_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_FACEBOOK_CLIENT_ID", "00123")
    monkeypatch.setenv("PORTAL_FACEBOOK_CLIENT_SECRET", "12e4567")
    app = make_app("postgresql+psycopg://nobody@localhost/none")
    (found,) = app.extensions["portal_providers"].values()
    assert (found.client_id, found.secret) == ("00123", "12e4567")


def pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> str:
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def test_apples_key_is_one_on_p_256(tmp_path: Path) -> None:
    good = ec.generate_private_key(ec.SECP256R1())
    assert read_key(pem(good)).is_private
    public = good.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    others = [
        pem(ec.generate_private_key(ec.SECP384R1())),
        pem(rsa.generate_private_key(65_537, 2048)),
        public.decode(),
        "no key",
        "",
    ]
    for other in others:
        with pytest.raises(ValueError, match="not a"):
            read_key(other)
        file = tmp_path / "key.p8"
        file.write_text(other)
        config = {
            "PORTAL_APPLE_CLIENT_ID": "id",
            "PORTAL_APPLE_KEY_FILE": str(file),
            "PORTAL_APPLE_TEAM_ID": "TEAM1",
            "PORTAL_APPLE_KEY_ID": "KEY1",
        }
        with pytest.raises(ValueError, match="PORTAL_APPLE_KEY_FILE"):
            configured_providers(config)


def test_the_secret_is_not_part_of_what_shows_a_provider() -> None:
    (found,) = configured_providers(settings(Running("http://localhost:1"), Service.GITHUB)).values()
    assert str(found.secret) not in repr(found)
