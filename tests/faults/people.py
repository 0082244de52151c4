"""People at their browsers, over HTTP: they sign in, press buttons, and press again when no answer came."""

from __future__ import annotations

import http.client
import re
import secrets
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

from tests.faults.stages import PASSWORD

PATIENCE_SECONDS = 60


class NoAnswer(Exception):
    """The server is away, or answered with an error page."""


class Person:
    """Somebody with a browser; the cookies are kept."""

    def __init__(self, address: str, employee_no: str, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self.patience_seconds = patience_seconds
        self.address = address
        self.employee_no = employee_no
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def sign_in(self) -> None:
        self.press("/organization/sign-in/", employee_no=self.employee_no, password=PASSWORD)
        assert 'name="password"' not in self.look("/"), f"{self.employee_no} cannot sign in."

    def look(self, path: str) -> str:
        """Raises: NoAnswer."""
        return self._ask(urllib.request.Request(self.address + path))

    def press(self, path: str, on: str = "", **fields: str) -> None:
        """Sends the form of a page (the page itself, unless `on` names another). Raises: NoAnswer."""
        body = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": self._token(on or path)}).encode()
        self._ask(urllib.request.Request(self.address + path, body, {"Referer": self.address + path}))

    def upload(self, path: str, on: str, name: str, content: bytes) -> None:
        """Sends a file with the form of a page. Raises: NoAnswer."""
        mark = secrets.token_hex(16)
        head = (
            f'--{mark}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{self._token(on)}\r\n'
            f'--{mark}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
        )
        body = head.encode() + content + f"\r\n--{mark}--\r\n".encode()
        kind = f"multipart/form-data; boundary={mark}"
        self._ask(
            urllib.request.Request(self.address + path, body, {"Content-Type": kind, "Referer": self.address + path})
        )

    def _token(self, path: str) -> str:
        page = self.look(path)
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert found, f"{path} has no form for {self.employee_no}: {page[:2000]}"
        return found[1]

    def _ask(self, request: urllib.request.Request) -> str:
        try:
            with self.browser.open(request, timeout=self.patience_seconds) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as error:
            if error.code < 500:
                raise
            raise NoAnswer(str(error)) from error
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer(str(error)) from error
