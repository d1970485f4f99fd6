"""E-mail to a real server: what it gets, by which way, and how its answers are read."""

import datetime as dt
import ipaddress
import socket
import ssl
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from portal.messages.client import mail
from portal.messages.client.mail import MailServer, send_mail
from portal.messages.client.parcels import Misconfigured, NotTaken, Parcel
from tests.messages.post import Mailbox, mail_server

FROM = "Rahat पोर्टल <no-reply@portal.example>"
UUID = uuid4()
NEPALI = "नमस्ते सीता,\n\n.तपाईंको कोड 482913 हो।\n"


def parcel(to: str = "sita@example.org", body: str = NEPALI, subject: str = "तपाईंको कोड") -> Parcel:
    return Parcel(UUID, to, subject, body)


def server_at(port: int, query: str = "", log_in: str = "") -> MailServer:
    return mail.mail_server(f"smtp://{log_in}127.0.0.1:{port}{query}", FROM)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """A certificate for this machine, that nobody trusts by themselves, and a server's context with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return file, context


def test_an_email_arrives_as_it_was_written() -> None:
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        send_mail(server_at(port), parcel())
    [envelope] = mailbox.mails
    assert (envelope.mail_from, envelope.rcpt_tos) == ("no-reply@portal.example", ["sita@example.org"])
    got = message_from_bytes(envelope.original_content or b"", policy=default)
    assert got["From"] == FROM
    assert got["To"] == "sita@example.org"
    assert got["Subject"] == "तपाईंको कोड"
    assert got["Message-ID"] == f"<{UUID}@portal.example>"
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["Date"].datetime.tzinfo == dt.UTC
    assert got.get_content_type() == "text/plain"
    assert got.get_content_charset() == "utf-8"
    assert got.get_content().replace("\r\n", "\n") == NEPALI


def test_a_link_of_any_length_survives() -> None:
    mailbox = Mailbox()
    link = "https://portal.example/invitation/" + "a=b" * 90
    with mail_server(mailbox) as port:
        send_mail(server_at(port), parcel(body=f"Go to\n{link}\n"))
    got = message_from_bytes(mailbox.mails[0].original_content or b"", policy=default)
    assert link in got.get_content()


def test_a_domain_in_another_script_is_written_as_the_network_knows_it() -> None:
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        send_mail(server_at(port), parcel(to="sita@उदाहरण.org"))
    assert mailbox.mails[0].rcpt_tos == ["sita@xn--p1b6ci4b4b3a.org"]


def test_a_name_in_another_script_needs_a_server_that_can_write_it() -> None:
    mailbox = Mailbox()
    with mail_server(mailbox, enable_SMTPUTF8=False) as port, pytest.raises(NotTaken) as no:
        send_mail(server_at(port), parcel(to="सीता@example.org"))
    assert no.value.permanent
    with mail_server(mailbox, enable_SMTPUTF8=True) as port:
        send_mail(server_at(port), parcel(to="सीता@example.org"))
    assert mailbox.mails[0].rcpt_tos == ["सीता@example.org"]


def test_the_password_goes_over_tls_alone(
    certificate: tuple[Path, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, context = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    mailbox = Mailbox()
    tls: dict[str, Any] = {
        "tls_context": context,
        "require_starttls": True,
        "authenticator": mailbox.authenticate,
    }
    with mail_server(mailbox, **tls) as port:
        send_mail(server_at(port, "?tls=starttls", "portal:p%40ss%3Aword@"), parcel())
        assert [given.login for given in mailbox.log_ins] == [b"portal"]
        assert mailbox.encrypted == [True]
        with pytest.raises(NotTaken, match="user and password") as no:
            send_mail(server_at(port, "?tls=starttls", "portal:wrong@"), parcel())
        assert not no.value.permanent, "it is the configuration that is wrong, not the message"
    assert len(mailbox.mails) == 1


def test_a_server_whose_certificate_nobody_trusts_gets_nothing(
    certificate: tuple[Path, ssl.SSLContext],
) -> None:
    _file, context = certificate
    mailbox = Mailbox()
    with mail_server(mailbox, tls_context=context) as port, pytest.raises(NotTaken, match="prove"):
        send_mail(server_at(port, "?tls=starttls"), parcel())
    assert mailbox.mails == []


def test_a_server_without_tls_gets_nothing_where_tls_is_asked_for() -> None:
    mailbox = Mailbox()
    with mail_server(mailbox) as port, pytest.raises(NotTaken, match="does not offer") as no:
        send_mail(server_at(port, "?tls=starttls"), parcel())
    assert not no.value.permanent
    assert mailbox.mails == []


@pytest.mark.parametrize(
    ("rcpt", "data", "code", "permanent"),
    [
        ("550 5.1.1 sita@example.org unknown", "250 OK", 550, True),
        ("450 4.2.1 later", "250 OK", 450, False),
        ("250 OK", "554 5.7.1 spam", 554, True),
        ("250 OK", "452 4.3.1 full", 452, False),
    ],
)
def test_a_servers_no_is_lasting_or_passing_and_its_words_are_not_kept(
    rcpt: str, data: str, code: int, permanent: bool
) -> None:
    mailbox = Mailbox()
    mailbox.answer_at_rcpt, mailbox.answer_at_data = rcpt, data
    with mail_server(mailbox) as port, pytest.raises(NotTaken) as no:
        send_mail(server_at(port), parcel())
    assert (no.value.code, no.value.permanent) == (code, permanent)
    assert "sita" not in str(no.value)
    assert no.value.__suppress_context__


def test_a_server_that_is_not_there_is_a_passing_no() -> None:
    with mail_server(Mailbox()) as port:
        pass
    with pytest.raises(NotTaken, match="reached") as no:
        send_mail(server_at(port), parcel())
    assert not no.value.permanent


def test_a_server_that_never_answers_is_left_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(NotTaken, match="broke off") as no:
        send_mail(server_at(silent.getsockname()[1]), parcel())
    assert not no.value.permanent


@pytest.mark.parametrize(
    ("url", "host", "port", "tls"),
    [
        ("smtp://mail.example.org", "mail.example.org", 587, "starttls"),
        ("smtp://mail.example.org:2525?tls=starttls", "mail.example.org", 2525, "starttls"),
        ("smtps://mail.example.org", "mail.example.org", 465, "implicit"),
        ("smtp://localhost", "localhost", 25, "none"),
        ("smtp://relay.lan?tls=none", "relay.lan", 25, "none"),
    ],
)
def test_a_mail_servers_address_says_how_it_is_spoken_to(url: str, host: str, port: int, tls: str) -> None:
    read = mail.mail_server(url, FROM)
    assert (read.host, read.port, read.tls) == (host, port, tls)


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("http://mail.example.org", FROM),
        ("smtp://", FROM),
        ("mail.example.org", FROM),
        ("smtp://mail.example.org:99999", FROM),
        ("smtp://u:secret-9@mail.example.org?tls=none", FROM),
        ("smtp://mail.example.org?tls=off", FROM),
        ("smtp://mail.example.org", "nobody"),
        ("smtp://mail.example.org", ""),
        ("smtp://mail.example.org", "a@b\r\nBcc: c@d"),
    ],
)
def test_an_address_that_cannot_be_used_says_so_without_its_password(url: str, sender: str) -> None:
    with pytest.raises(Misconfigured) as wrong:
        mail.mail_server(url, sender)
    assert "PORTAL_" in str(wrong.value)
    assert "secret-9" not in str(wrong.value)


def test_a_password_is_not_in_what_python_shows_of_a_server() -> None:
    assert "secret-9" not in repr(mail.mail_server("smtp://u:secret-9@mail.example.org", FROM))
    assert "482913" not in repr(parcel())
