"""A browser as small as can be: one kept connection, one cookie."""

import http.client
import re
from urllib.parse import urlencode

TOKEN = re.compile(rb'name="csrf_token"[^>]*value="([^"]+)')


class Browser:
    """Asks one server on this machine, compressed as browsers do."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=900)
        self._cookie = ""

    def send(
        self,
        method: str,
        url: str,
        form: dict[str, object] | None = None,
        *,
        coding: str = "gzip, deflate, br",
    ) -> http.client.HTTPResponse:
        """The answer, its body not yet read."""
        headers = {"Cookie": self._cookie, "Accept-Encoding": coding}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, url, urlencode(form, doseq=True) if form else None, headers)
        answer = self._connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            self._cookie = cookie.partition(";")[0]
        return answer

    def get(self, url: str) -> bytes:
        """The body of a page. Raises RuntimeError where it is not a page (a redirect to sign in, an error)."""
        answer = self.send("GET", url)
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{url} answers {answer.status}")
        return body

    def token(self, url: str) -> str:
        """The secret of the form on a page."""
        found = TOKEN.search(self.send("GET", url, coding="identity").read())
        if found is None:
            raise RuntimeError(f"{url} holds no form")
        return found[1].decode()

    def bring(self, cookie: str) -> "Browser":
        """Go on with a session that was begun elsewhere."""
        self._cookie = cookie
        return self

    def sign_in(self, password: str, email: str = "admin@example.org") -> "Browser":
        """Sign in as a user of the demo."""
        form: dict[str, object] = {
            "csrf_token": self.token("/sign-in"),
            "identifier": email,
            "password": password,
        }
        answer = self.send("POST", "/sign-in", form)
        answer.read()
        if answer.status != 303:
            raise RuntimeError(f"signing in answers {answer.status}")
        return self
