"""Read a browser's request: its device cookie, and the address that the proxy names.

The first byte says whose cookie it is taken for; after 1 each part is signed here.
"""

from base64 import urlsafe_b64encode
from types import SimpleNamespace
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from appliance.keeper.people.devices import KnownBrowsers
from appliance.vault.opening.content import DeviceState
from tests.clocks import ManualClock
from tests.fuzz.feeding import Target
from tests.fuzz.keys import SECRET
from web.server import BROWSER, addressed

_KEYRING: Any = SimpleNamespace(content=SimpleNamespace(devices=DeviceState(SECRET)))
OPERATOR = "0a0b0c0d"


def take(raw: bytes) -> None:
    """Look for a token in the cookie, and let the panel take the address."""
    cookie = raw[1:]
    if raw[:1] == b"\1":
        cookie = b".".join(_signed(part) for part in cookie.split(b".")[:10])
    devices = KnownBrowsers(ManualClock(), lambda: _KEYRING)
    text = cookie.decode("latin-1")
    found = devices.find(text, OPERATOR)
    assert found is None or len(found) == 32
    assert len(devices.remember(text, OPERATOR)) <= 1024
    answers: list[str] = []
    environ = {BROWSER: text, "REMOTE_ADDR": ""}
    app = addressed(lambda env, start: [env["REMOTE_ADDR"].encode()], by_proxy=True)
    (body,) = app(environ, lambda status, _: answers.append(status))
    assert answers == ["400 Bad Request"] or 2 <= len(body) <= 45


def _signed(body: bytes) -> bytes:
    mac = HMAC(SECRET, SHA256())
    mac.update(b"zgoda device v1" + body)
    return urlsafe_b64encode(body + mac.finalize()).rstrip(b"=")


def seeds() -> dict[str, bytes]:
    """Return good and odd tokens and addresses."""
    token = bytes.fromhex(OPERATOR) + bytes(16) + (20_717).to_bytes(4, "big")
    return {
        "token": b"\1" + token,
        "two": b"\1" + token + b"." + b"\xff" * 24,
        "short": b"\1" + token[:5],
        "long": b"\1" + token + b"more",
        "unsigned": b"\0" + urlsafe_b64encode(token),
        "ipv4": b"\x00192.0.2.7",
        "ipv6": b"\x002001:db8::7%eth0",
        "mapped": b"\0::ffff:192.0.2.7",
        "none": b"\0",
    }


TARGET = Target("browser", take, (), seeds, longest=1500)
