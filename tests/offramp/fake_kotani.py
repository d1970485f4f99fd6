"""A program that speaks as Kotani Pay does, on loopback, with a book of its own and faults on demand.

    python -m tests.offramp.fake_kotani        prints the port it listens on, and ends when its standard input does

Nothing of the portal is in it but how callbacks are signed. What it is to do wrong, it is told below `/control`
(`tests/offramp/kotani_process.py` does that); what it paid stands in its book, one line for each reference.
"""

import datetime as dt
import hashlib
import json
import random
import sys
import threading
import time
import urllib.request
from collections import Counter, deque
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from portal.offramp.client.signing import sign

BASE = "/api/v3"
KEY = "kotani-key-for-tests"
SECRET = "kotani-secret-for-tests"
RATE, FEE = Decimal("130"), Decimal("0.02")

FAULTS = {
    "quote": ("error", "malformed"),
    "request": ("error", "malformed", "cut"),
    "execute": ("before", "after", "cut", "error", "error_after", "malformed", "slow", "callback_first"),
    "status": ("error", "malformed", "cut"),
    "callback": ("duplicate", "wrong_signature", "out_of_order", "never"),
}
"""What can go wrong with what. `before` and `after`: no answer comes in time, and the order was not taken, or was."""
NOT_TAKEN = {"before", "error"}
"""Faults after which an order does not stand in the book."""


@dataclass
class Payment:
    """A line of the book. `ordered` counts how often it was ordered; it is paid once."""

    reference: str
    phone: str
    name: str
    tx_hash: str
    amount: str
    currency: str
    fiat: str
    fee: str
    outcome: str
    settles_at: float
    status: str = "PROCESSING"
    ordered: int = 1


@dataclass
class World:
    """All that the program knows."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    payments: dict[str, Payment] = field(default_factory=dict)
    requests: int = 0
    queued: dict[str, deque[str]] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    seen: list[str] = field(default_factory=list)
    parked: list[dict[str, Any]] = field(default_factory=list)
    rules: dict[str, Any] = field(
        default_factory=lambda: {
            "seed": 0,
            "share": 0.0,
            "failures": 0.0,
            "delay": [0.0, 0.0],
            "hang": 3.0,
            "url": None,
            "secret": SECRET,
            "refuse": None,
        }
    )

    def fault(self, what: str, key: str) -> str | None:
        """What goes wrong now: what was queued for it, else what its seed says of this time for this key."""
        with self.lock:
            if self.queued.get(what):
                return self.queued[what].popleft() or None
            self.asked[f"{what} {key}"] += 1
            chance = random.Random(f"{self.rules['seed']} {what} {key} {self.asked[f'{what} {key}']}")
            if chance.random() < self.rules["share"]:
                return chance.choice(FAULTS[what])
        return None

    def take(self, content: dict[str, Any]) -> Payment:
        """Write an order into the book; under a reference that stands there already, nothing new."""
        reference, receiver = content["referenceId"], content["mobileMoneyReceiver"]
        with self.lock:
            if reference in self.payments:
                self.payments[reference].ordered += 1
                return self.payments[reference]
            chance = random.Random(f"{self.rules['seed']} outcome {reference}")
            whole = Decimal(str(content["cryptoAmount"])) * RATE
            paid = Payment(
                reference=reference,
                phone=receiver["phoneNumber"],
                name=receiver["accountName"],
                tx_hash=content["transactionHash"],
                amount=str(content["cryptoAmount"]),
                currency=content["currency"],
                fiat=str(whole - whole * FEE),
                fee=str(whole * FEE),
                outcome="FAILED" if chance.random() < self.rules["failures"] else "SUCCESSFUL",
                settles_at=time.time() + chance.uniform(*self.rules["delay"]),
            )
            self.payments[reference] = paid
        timer = threading.Timer(max(0.0, paid.settles_at - time.time()), self.settle, [paid])
        timer.daemon = True
        timer.start()
        return paid

    def settle(self, paid: Payment) -> None:
        """Its time has come: say what became of it, by a callback as well."""
        with self.lock:
            if paid.status != "PROCESSING":
                return
            paid.status = paid.outcome
        fault = self.fault("callback", paid.reference)
        if fault == "never":
            return
        if fault == "wrong_signature":
            self.call_back(paid, paid.status, secret="somebody else's")
            return
        self.call_back(paid, paid.status)
        if fault == "duplicate":
            self.call_back(paid, paid.status)
        if fault == "out_of_order":
            self.call_back(paid, "PROCESSING")

    def call_back(self, paid: Payment, status: str, secret: str | None = None) -> None:
        """Deliver a callback, or keep it for whoever asks where no address is known."""
        said = {**answer_of(paid)["data"], "status": status}
        body = json.dumps(said).encode()
        event = hashlib.sha256(f"{paid.reference} {status}".encode()).hexdigest()[:32]
        headers = sign(secret or self.rules["secret"], body, dt.datetime.now(dt.UTC), event)
        if self.rules["url"] is None:
            with self.lock:
                self.parked.append({"body": body.decode(), "headers": headers})
            return
        for _time in range(5):
            told = urllib.request.Request(
                self.rules["url"], body, {**headers, "Content-Type": "application/json"}
            )
            try:
                with urllib.request.urlopen(told, timeout=5):
                    return
            except OSError:
                time.sleep(0.2)


def answer_of(paid: Payment) -> dict[str, Any]:
    """What it says of a payment: of a failed one in words that quote whom it was for."""
    said = {
        "referenceId": paid.reference,
        "status": paid.status,
        "cryptoAmount": paid.amount,
        "currency": paid.currency,
        "customerKey": "cust-1",
        "walletId": "wallet-1",
    }
    if paid.status == "SUCCESSFUL":
        said |= {"fiatAmount": paid.fiat, "fee": paid.fee}
    if paid.status == "FAILED":
        said |= {"message": f"Receiver {paid.name} ({paid.phone}) not registered"}
    return {"success": True, "message": "ok", "data": said}


WORLD = World()


class Handler(BaseHTTPRequestHandler):
    """One conversation."""

    def do_GET(self) -> None:
        if self.path == "/control/book":
            with WORLD.lock:
                self._say(200, [asdict(paid) for paid in WORLD.payments.values()])
        elif self.path == "/control/seen":
            self._say(200, WORLD.seen)
        elif self.path == "/control/callbacks":
            with WORLD.lock:
                parked, WORLD.parked = WORLD.parked, []
            self._say(200, parked)
        elif not self._is_ours():
            return
        elif self.path == f"{BASE}/offramp/crypto-to-fiat/supported-chains":
            self._say(200, {"success": True, "data": ["CELO", "BASE"]})
        elif self.path.startswith(f"{BASE}/offramp/"):
            self._status(self.path.rpartition("/")[2])
        else:
            self._say(404, {"success": False, "message": "Cannot GET"})

    def do_POST(self) -> None:
        content = json.loads(
            self.rfile.read(int(self.headers["Content-Length"])), parse_float=str, parse_int=str
        )
        if self.path == "/control":
            with WORLD.lock:
                WORLD.rules |= json.loads(json.dumps(content.get("rules", {})))
                for name in ("share", "failures", "hang"):
                    WORLD.rules[name] = float(WORLD.rules[name])
                WORLD.rules["delay"] = [float(one) for one in WORLD.rules["delay"]]
                for what, faults in content.get("faults", {}).items():
                    WORLD.queued.setdefault(what, deque()).extend(faults)
            self._say(200, {})
        elif not self._is_ours():
            return
        elif self.path == f"{BASE}/rate/offramp":
            self._quote(content)
        elif self.path == f"{BASE}/offramp/crypto-to-fiat/mobile-money/request":
            self._request()
        elif self.path == f"{BASE}/offramp":
            self._execute(content)
        else:
            self._say(404, {"success": False, "message": "Cannot POST"})

    def _quote(self, content: dict[str, Any]) -> None:
        whole = Decimal(content["cryptoAmount"]) * RATE
        paid = {
            "fiatAmount": str(whole),
            "transactionAmount": str(whole - whole * FEE),
            "fee": str(whole * FEE),
        }
        self._answer(
            WORLD.fault("quote", content["cryptoAmount"]), {"success": True, "data": {"id": "q-1", **paid}}
        )

    def _request(self) -> None:
        with WORLD.lock:
            WORLD.requests += 1
            number = WORLD.requests
        said = {"request_id": f"kotani-{number}", "escrow_address": f"0x{number:040x}"}
        self._answer(WORLD.fault("request", str(number)), {"success": True, "message": "made", "data": said})

    def _execute(self, content: dict[str, Any]) -> None:
        if WORLD.rules["refuse"]:
            who = content["mobileMoneyReceiver"]
            message = f"{WORLD.rules['refuse']} {who['accountName']} {who['phoneNumber']}"
            self._say(400, {"success": False, "message": [message]})
            return
        fault = WORLD.fault("execute", content["referenceId"])
        if fault in NOT_TAKEN:
            self._answer(fault, {})
            return
        paid = WORLD.take(content)
        before = answer_of(paid)
        if fault == "callback_first":
            WORLD.settle(paid)
        self._answer(fault, before)

    def _status(self, reference: str) -> None:
        fault = WORLD.fault("status", reference)
        with WORLD.lock:
            paid = WORLD.payments.get(reference)
        if paid is None and fault is None:
            self._say(404, {"success": False, "message": "Offramp not found", "statusCode": 404})
        else:
            self._answer(fault, answer_of(paid) if paid else {})

    def _answer(self, fault: str | None, content: Any) -> None:
        if fault in {"before", "after"}:
            time.sleep(WORLD.rules["hang"])
        elif fault == "cut":
            self.close_connection = True
        elif fault in {"error", "error_after"}:
            self._say(500, {"success": False, "message": "Internal server error"})
        elif fault == "malformed":
            self._send(200, json.dumps(content)[:-3].encode())
        elif fault == "slow":
            self._drip(json.dumps(content).encode())
        else:
            self._say(201, content)

    def _drip(self, body: bytes) -> None:
        """So slowly that each byte comes in time and the whole does not."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        for byte in body:
            try:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
            except OSError:
                return
            time.sleep(WORLD.rules["hang"] / 10)

    def _is_ours(self) -> bool:
        WORLD.seen.append(f"{self.command} {self.path}")
        if self.headers.get("Authorization") == f"Bearer {KEY}":
            return True
        self._say(401, {"success": False, "message": f"Invalid key {self.headers.get('Authorization')}"})
        return False

    def _say(self, status: int, content: Any) -> None:
        self._send(status, json.dumps(content).encode())

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        """Nothing: what it did stands in its book."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, _request: Any, _address: Any) -> None:
        """Clients that go away in the middle are what this program is for."""


def main() -> None:
    """Serve until standard input ends."""
    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
