"""E-mail by SMTP."""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email.headerregistry import Address as MailAddress
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import formatdate, parseaddr
from ipaddress import ip_address
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

from portal.messages.client.parcels import Misconfigured, NotTaken, Parcel

TIMEOUT = 20.0
"""Seconds that the server may take for each of its answers."""

Tls = Literal["none", "starttls", "implicit"]


@dataclass(frozen=True)
class MailServer:
    """Where e-mail is handed over, and from whom it comes. `tls`: from the start, after a greeting, or not at all."""

    host: str
    port: int
    tls: Tls
    user: str | None
    password: str = field(repr=False)
    sender: MailAddress


def mail_server(url: str, sender: str) -> MailServer:
    """The server of an address such as `smtp://user:password@host:587?tls=starttls` or `smtps://host`.

    Without a word about it `smtp` means STARTTLS, on this very machine none. Raises Misconfigured where the address
    cannot be read, or would send a password in clear over a network.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Misconfigured("PORTAL_SMTP_URL is not an address.") from error
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise Misconfigured("PORTAL_SMTP_URL must begin with smtp:// or smtps:// and name a host.")
    tls = _tls(parts.scheme, parts.hostname, parse_qs(parts.query).get("tls", [""])[0])
    if tls == "none" and parts.username and not is_this_machine(parts.hostname):
        raise Misconfigured("PORTAL_SMTP_URL would send a password in clear. Leave tls=none away.")
    return MailServer(
        host=parts.hostname,
        port=port or {"implicit": 465, "starttls": 587, "none": 25}[tls],
        tls=tls,
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password or ""),
        sender=_sender(sender),
    )


def is_this_machine(host: str) -> bool:
    """Whether what is sent to this host leaves the machine not at all."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def send_mail(server: MailServer, parcel: Parcel) -> None:
    """Hand an e-mail over. Raises NotTaken."""
    receiver = _receiver(parcel.to)
    in_ascii = receiver.addr_spec.isascii()
    written = _written(server, parcel, receiver).as_bytes(policy=SMTP if in_ascii else SMTPUTF8)
    try:
        connection = _connected(server)
        try:
            if not in_ascii and not connection.has_extn("smtputf8"):
                raise NotTaken("The mail server cannot write to addresses in this script.", permanent=True)
            options = () if in_ascii else ("SMTPUTF8", "BODY=8BITMIME")
            connection.sendmail(server.sender.addr_spec, [receiver.addr_spec], written, options)
        finally:
            # Once the message is taken it is taken, however badly the server says goodbye.
            with suppress(smtplib.SMTPException, OSError):
                connection.quit()
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise _said_no(error) from None


def _connected(server: MailServer) -> smtplib.SMTP:
    own_name = server.sender.domain
    secure = ssl.create_default_context()
    if server.tls == "implicit":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, own_name, timeout=TIMEOUT, context=secure
        )
    else:
        connection = smtplib.SMTP(server.host, server.port, own_name, timeout=TIMEOUT)
    try:
        if server.tls == "starttls":
            connection.starttls(context=secure)
        connection.ehlo_or_helo_if_needed()
        if server.user is not None:
            connection.login(server.user, server.password)
    except BaseException:
        connection.close()
        raise
    return connection


def _written(server: MailServer, parcel: Parcel, receiver: MailAddress) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = server.sender
    mail["To"] = receiver
    mail["Subject"] = parcel.subject or ""
    mail["Date"] = formatdate(usegmt=True)
    mail["Message-ID"] = f"<{parcel.uuid}@{server.sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(parcel.body, cte="quoted-printable" if parcel.body.isascii() else "base64")
    return mail


def _said_no(error: Exception) -> NotTaken:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return NotTaken("The mail server does not accept the portal's user and password.", error.smtp_code)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next(iter(error.recipients.values()))[0]
        return NotTaken("The mail server refuses this receiver.", code, permanent=code >= 500)
    if isinstance(error, smtplib.SMTPConnectError | smtplib.SMTPHeloError):
        return NotTaken("The mail server does not talk to the portal.", error.smtp_code)
    if isinstance(error, smtplib.SMTPResponseException):
        code = error.smtp_code
        return NotTaken("The mail server refuses this message.", code, permanent=code >= 500)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return NotTaken("The mail server does not offer what PORTAL_SMTP_URL asks of it.")
    if isinstance(error, ssl.SSLError):
        return NotTaken("The mail server could not prove who it is.")
    if isinstance(error, TimeoutError):
        return NotTaken("The mail server took too long.")
    return NotTaken("The mail server could not be reached, or broke off.")


def _tls(scheme: str, host: str, wanted: str) -> Tls:
    if scheme == "smtps":
        return "implicit"
    if wanted in {"", "starttls"}:
        return "none" if not wanted and is_this_machine(host) else "starttls"
    if wanted == "none":
        return "none"
    raise Misconfigured("PORTAL_SMTP_URL knows tls=starttls and tls=none only; smtps:// begins with TLS.")


def _sender(text: str) -> MailAddress:
    name, address = parseaddr(text)
    try:
        if "@" not in address or not text.isprintable():
            raise ValueError
        return MailAddress(display_name=name, addr_spec=address)
    except (ValueError, IndexError) as error:
        raise Misconfigured("PORTAL_MAIL_FROM is not an e-mail address.") from error


def _receiver(to: str) -> MailAddress:
    """Exactly one receiver, with a domain in any script written as the network knows it."""
    name, _, domain = to.rpartition("@")
    try:
        ascii_domain = domain if domain.isascii() else domain.encode("idna").decode()
        return MailAddress(username=name, domain=ascii_domain)
    except (ValueError, IndexError) as error:
        raise NotTaken("This is no address that e-mail can go to.", permanent=True) from error
