"""Another service, as a process of its own: `python -m tests.auth.service_process` prints its port and serves.

It speaks OAuth 2 as GitHub, Facebook and X do, and OpenID Connect as Google, LinkedIn and Apple do, strictly: a code
is good once, for one client with its secret, one address and one verifier. `PUT /script` says who is signed in
there, and how it shall misbehave: see MODES.
"""

import base64
import hashlib
import json
import secrets
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

CLIENT, SECRET = "portal-client", "the secret that nobody may see"
MODES = {
    "",
    "denied",
    "away",
    "slow",
    "html",
    "huge",
    "led away",
    "odd",
    "no subject",
    "wrong nonce",
    "no nonce",
    "wrong audience",
    "wrong issuer",
    "expired",
    "unsigned",
    "signed with our secret",
    "signed by another",
    "other issuer told",
    "endpoints elsewhere",
}
AUTHORIZE = {"/authorize", "/login/oauth/authorize", "/dialog/oauth", "/i/oauth2/authorize"}
TOKEN = {"/token", "/login/oauth/access_token", "/oauth/access_token", "/2/oauth2/token"}
BASIC = {"/2/oauth2/token"}

script: dict[str, Any] = {"subject": "4711", "mode": "", "pkce": True, "apple": None}
codes: dict[str, dict[str, str]] = {}
tokens: dict[str, str] = {}
key, stranger = RSAKey.generate_key(2048, {"kid": "1"}), RSAKey.generate_key(2048, {"kid": "1"})


class Service(BaseHTTPRequestHandler):
    """One request to the service."""

    def do_PUT(self) -> None:
        """Take up the script."""
        script.update(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.answer(204, b"")

    def do_GET(self) -> None:
        """The pages of consent, and what tokens tell."""
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path in AUTHORIZE:
            self.consent(asked)
        elif self.misbehaved():
            return
        elif parts.path == "/.well-known/openid-configuration":
            self.discovery()
        elif parts.path == "/keys":
            self.json({"keys": [key.as_dict(private=False)]})
        else:
            self.user(parts.path, asked)

    def do_POST(self) -> None:
        """A code for a token."""
        form = {
            name: values[0]
            for name, values in parse_qs(
                self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            ).items()
        }
        path = urlsplit(self.path).path
        if path not in TOKEN:
            self.answer(404, b"")
        elif not self.misbehaved():
            self.token(path, form)

    def consent(self, asked: dict[str, str]) -> None:
        """The person agrees at once, or does not."""
        back = {"state": asked["state"]}
        if script["mode"] == "denied":
            back["error"] = "access_denied"
        else:
            back["code"] = secrets.token_urlsafe(16)
            codes[back["code"]] = asked
        self.send_response(302)
        self.send_header("Location", f"{asked['redirect_uri']}?{urlencode(back)}")
        self.end_headers()

    def token(self, path: str, form: dict[str, str]) -> None:
        """Only for the right client, once, for who asked."""
        asked = codes.pop(form.get("code", ""), None)
        if asked is None or form.get("redirect_uri") != asked["redirect_uri"]:
            self.json({"error": "invalid_grant"}, 400)
        elif not self.is_our_client(path, form):
            self.json({"error": "invalid_client"}, 401)
        elif script["pkce"] is not self.has_proof(asked, form):
            self.json({"error": "invalid_grant", "error_description": "verifier"}, 400)
        else:
            token = secrets.token_urlsafe(16)
            tokens[token] = script["subject"]
            given: dict[str, Any] = {"access_token": token, "token_type": "bearer"}
            if path == "/token":
                given["id_token"] = self.id_token(asked)
            self.json(["odd"] if script["mode"] == "odd" else given)

    def is_our_client(self, path: str, form: dict[str, str]) -> bool:
        """By a header where the service wants one, by the form elsewhere, by a token that Apple's key signed."""
        if path in BASIC:
            wanted = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
            return self.headers.get("Authorization") == f"Basic {wanted}"
        if form.get("client_id") != CLIENT:
            return False
        if script["apple"] is None:
            return form.get("client_secret") == SECRET
        proof = jwt.decode(form["client_secret"], ECKey.import_key(script["apple"]), algorithms=["ES256"])
        said = proof.claims
        return (
            proof.header["kid"] == "KEY1"
            and (said["iss"], said["sub"], said["aud"]) == ("TEAM1", CLIENT, self.here())
            and said["iat"] <= time.time() < said["exp"] <= said["iat"] + 15_777_000
        )

    def has_proof(self, asked: dict[str, str], form: dict[str, str]) -> bool:
        """PKCE: the verifier belongs to what was asked with."""
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        return asked.get("code_challenge_method") == "S256" and asked.get("code_challenge") == challenge

    def id_token(self, asked: dict[str, str]) -> str:
        """Who is signed in, signed; or something that is to be refused."""
        mode, now = script["mode"], int(time.time())
        claims: dict[str, Any] = {
            "iss": "https://evil.example" if mode == "wrong issuer" else self.here(),
            "aud": "another-client" if mode == "wrong audience" else CLIENT,
            "sub": script["subject"],
            "email": "asha@example.org",
            "iat": now - (7_200 if mode == "expired" else 0),
            "exp": now + (-3_600 if mode == "expired" else 600),
            "nonce": "another" if mode == "wrong nonce" else asked.get("nonce"),
        }
        if mode == "wrong audience":
            claims["azp"] = CLIENT
        if mode == "no nonce" or claims["nonce"] is None:
            del claims["nonce"]
        if mode == "no subject":
            del claims["sub"]
        if mode == "unsigned":
            return f"{_part({'alg': 'none'})}.{_part(claims)}."
        if mode == "signed with our secret":
            return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET), algorithms=["HS256"])
        signer = stranger if mode == "signed by another" else key
        return jwt.encode({"alg": "RS256", "kid": "1"}, claims, signer)

    def user(self, path: str, asked: dict[str, str]) -> None:
        """Whose token it is, in the shape of each service."""
        subject = tokens.get(self.headers.get("Authorization", "").removeprefix("Bearer "))
        if subject is None:
            self.json({"message": "no"}, 401)
        elif script["mode"] == "no subject":
            self.json({"login": "asha"})
        elif path == "/api/v3/user":
            self.json({"id": int(subject), "login": "asha-at-github"})
        elif path == "/me" and asked.get("fields") == "id,name":
            self.json({"id": subject, "name": "Asha Tharu"})
        elif path == "/2/users/me":
            self.json({"data": {"id": subject, "name": "Asha", "username": "asha_x"}})
        else:
            self.answer(404, b"")

    def discovery(self) -> None:
        """What an OpenID Connect service tells of itself."""
        away = "https://evil.example" if script["mode"] == "endpoints elsewhere" else self.here()
        other = script["mode"] == "other issuer told"
        self.json(
            {
                "issuer": "https://evil.example" if other else self.here(),
                "authorization_endpoint": f"{self.here()}/authorize",
                "token_endpoint": f"{away}/token",
                "jwks_uri": f"{self.here()}/keys",
            }
        )

    def misbehaved(self) -> bool:
        """Answer as the script says, if it says so."""
        mode = script["mode"]
        if mode == "away":
            self.answer(502, b"bad gateway")
        elif mode == "html":
            self.answer(200, b"<html>asha@example.org</html>")
        elif mode == "led away":
            self.send_response(307)
            self.send_header("Location", f"{self.here()}/elsewhere")
            self.end_headers()
        elif mode == "slow":
            time.sleep(2)
            self.answer(200, b"{}")
        return mode in {"away", "html", "led away", "slow"}

    def here(self) -> str:
        """The service's own address."""
        return f"http://127.0.0.1:{self.server.server_port}"  # type: ignore[attr-defined]

    def json(self, said: object, status: int = 200) -> None:
        """Answer with JSON."""
        if script["mode"] == "huge" and isinstance(said, dict):
            said = {**said, "more": "a" * 1_000_000}
        self.answer(status, json.dumps(said).encode())

    def answer(self, status: int, body: bytes) -> None:
        """Answer; whoever asked may have hung up."""
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            self.close_connection = True

    def log_message(self, *_said: object) -> None:
        """Nothing: the test's own output counts."""


def _part(said: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    print(server.server_port, flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        sys.exit(0)
