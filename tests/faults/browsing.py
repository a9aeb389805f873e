"""Browse as fault tests need it: cookies, forms, ranges, and half a request."""

import re
import socket
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from typing import Any

from tests.boxes import PASSWORD

OWNER = "Ewa Nowak"


class Browser:
    """Somebody before the panel."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._cookies = CookieJar()
        self._web = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self._cookies), urllib.request.ProxyHandler({})
        )

    def get(self, path: str, **headers: str) -> bytes:
        """Ask for a page; raises OSError."""
        return self._read(path, None, headers)

    def post(self, page: str, action: str, **fields: str) -> tuple[str, bytes]:
        """Fill the form of a page; return the path that this leads to, and what is there."""
        return self.send(action, csrf_token=self.token(page), **fields)

    def send(self, action: str, **fields: str) -> tuple[str, bytes]:
        """Send a form; return the path that this leads to, and what is there."""
        data = urllib.parse.urlencode(fields).encode()
        with self._web.open(self._request(action, data, {}), timeout=20) as answer:
            return urllib.parse.urlparse(answer.url).path, answer.read()

    def token(self, page: str) -> str:
        """Return what a page's forms must carry."""
        found = re.search(rb'name="csrf_token" value="([^"]+)"', self.get(page))
        assert found is not None, page
        return found[1].decode()

    def log_in(self) -> None:
        """Log in by the login page."""
        path, _ = self.post("/login", "/login", name=OWNER, password=PASSWORD)
        assert path == "/"

    def begin(self, action: str, body: bytes) -> socket.socket:
        """Send the first half of a form, and keep the connection."""
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._cookies)
        head = (
            f"POST {action} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nCookie: {cookies}\r\n"
            f"Origin: http://127.0.0.1:{self.port}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        half = socket.create_connection(("127.0.0.1", self.port))
        half.sendall(head.encode() + body[: len(body) // 2])
        return half

    def _read(self, path: str, data: bytes | None, headers: dict[str, str]) -> bytes:
        with self._web.open(self._request(path, data, headers), timeout=20) as answer:
            raw: bytes = answer.read()
        return raw

    def _request(self, path: str, data: bytes | None, headers: dict[str, str]) -> Any:
        url = f"http://127.0.0.1:{self.port}{path}"
        own = {"Origin": f"http://127.0.0.1:{self.port}", **headers}
        return urllib.request.Request(url, data, own)
