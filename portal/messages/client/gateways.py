"""Which kinds of messages this installation can send, by whom, and what is missing for the others."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.core.errors import sentence
from portal.messages.client.mail import MailServer, mail_server, send_mail
from portal.messages.client.parcels import Misconfigured, NotTaken, Parcel
from portal.messages.client.sms import SmsGateway, send_sms, sms_gateway

NO_MAIL = sentence(
    "No mail server is named. Set PORTAL_SMTP_URL and PORTAL_MAIL_FROM, and start the portal again."
)
NO_SENDER = sentence("E-mail has no sender. Set PORTAL_MAIL_FROM, and start the portal again.")
NO_SMS = sentence(
    "No SMS gateway is named. Set PORTAL_SMS_URL and PORTAL_SMS_KEY, and start the portal again."
)


@dataclass(frozen=True)
class Gateways:
    """The ways out. `missing` says for each kind that has none what an administrator should do.

    In the `demo` a kind without a way out stays inside: the demo's outbox shows it.
    """

    mail: MailServer | None = None
    sms: SmsGateway | None = None
    missing: dict[str, str] = field(default_factory=dict)
    demo: bool = False

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds that can be sent."""
        return tuple(kind for kind in ("EMAIL", "SMS") if self.demo or kind not in self.missing)

    def hand_over(self, kind: str, parcel: Parcel) -> None:
        """Send one message of a kind that can be sent. Raises NotTaken."""
        if kind == "EMAIL" and self.mail is not None:
            send_mail(self.mail, parcel)
        elif kind == "SMS" and self.sms is not None:
            send_sms(self.sms, parcel)
        elif not self.demo:
            raise NotTaken(self.missing[kind])


def is_demo(config: Mapping[str, Any]) -> bool:
    """Whether this installation shows its messages to who tries it out: `portal run` says so with its demo."""
    return config.get("PORTAL_DEMO_OUTBOX") is True


def gateways_of(config: Mapping[str, Any]) -> Gateways:
    """The ways out that the configuration names."""
    missing: dict[str, str] = {}
    mail = sms = None
    try:
        mail = _mail(config)
    except Misconfigured as wrong:
        missing["EMAIL"] = str(wrong)
    try:
        sms = _sms(config)
    except Misconfigured as wrong:
        missing["SMS"] = str(wrong)
    return Gateways(mail, sms, missing, is_demo(config))


def _mail(config: Mapping[str, Any]) -> MailServer:
    url, sender = _text(config, "PORTAL_SMTP_URL"), _text(config, "PORTAL_MAIL_FROM")
    if url is None:
        raise Misconfigured(NO_MAIL)
    if sender is None:
        raise Misconfigured(NO_SENDER)
    return mail_server(url, sender)


def _sms(config: Mapping[str, Any]) -> SmsGateway:
    url = _text(config, "PORTAL_SMS_URL")
    if url is None:
        raise Misconfigured(NO_SMS)
    return sms_gateway(url, _text(config, "PORTAL_SMS_KEY"), _text(config, "PORTAL_SMS_FROM"))


def _text(config: Mapping[str, Any], name: str) -> str | None:
    """A setting as text; one made of digits alone came as a number."""
    value = config.get(name)
    return None if value in (None, "") else str(value)
