"""Recognise browsers that people have logged in with, by a signed cookie.

The cookie opens nothing. It only lets a login go before the strangers', so that they cannot keep
its owner out. It names up to eight people, since a browser may be shared, with a token for each:
``operator id 4 ‖ random 16 ‖ day of the login u32 ‖ HMAC-SHA256 over the others``, in base 64. The
key and the revoked tokens are in the keyring.
"""

import secrets
import struct
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from msgspec import structs

from appliance.clock import Clock, day_of
from appliance.errors import Refused
from appliance.keeper.chores import attempt
from appliance.vault.opening.keyring import Keyring

DAYS = 180
"""A browser is known for so long after its last login."""

MOST_WRONG = 10
"""Wrong passwords in a row that revoke a browser's token."""

MOST_PEOPLE = 8
"""People whom one browser's cookie can name; one more replaces the oldest."""

LONGEST_COOKIE = 1024

MOST_REVOKED = 64
"""Revoked tokens that the keyring remembers; the oldest goes first."""

MOST_COUNTED = 1024
"""Tokens whose wrong passwords are counted at once."""

_FIELDS = struct.Struct(">4s16sI")
_LABEL = b"zgoda device v1"


class KnownBrowsers:
    """The browsers that are known. Threads may share them."""

    def __init__(self, clock: Clock, keyring: Callable[[], Keyring | None]) -> None:
        """Begin to recognise.

        Args:
            clock: tells the day.
            keyring: returns the keyring, which holds key and revoked tokens; None without a vault.
        """
        self._clock = clock
        self._keyring = keyring
        self._wrong: dict[str, int] = {}
        self._revoked: set[bytes] = set()
        self._lock = threading.Lock()

    def find(self, cookie: str, operator: str) -> str | None:
        """Return the random part of an operator's token, in hex; None without a good token."""
        for token in self._tokens(cookie):
            whose, device, day = _FIELDS.unpack_from(token)
            age = day_of(self._clock.now()) - day
            if whose.hex() == operator and 0 <= age <= DAYS and self._is_good(device):
                return bytes(device).hex()
        return None

    def admit(self, device: str) -> None:
        """Raise Refused (``browser_throttled``) if a token is revoked."""
        if not self._is_good(bytes.fromhex(device)):
            raise Refused("browser_throttled")

    def _is_good(self, device: bytes) -> bool:
        keyring = self._keyring()
        with self._lock:
            if device in self._revoked:
                return False
        return keyring is not None and device not in keyring.content.devices.revoked

    def remember(self, cookie: str, operator: str) -> str:
        """Return a browser's cookie after a login, with a new token for its operator in front.

        An empty one if there is no key and none can be stored.
        """
        key = self._key()
        if key is None:
            return ""
        day = day_of(self._clock.now())
        body = _FIELDS.pack(bytes.fromhex(operator), secrets.token_bytes(16), day)
        others = [token for token in self._tokens(cookie) if token[:4].hex() != operator]
        tokens = [body + _mac(key, body).finalize(), *others][:MOST_PEOPLE]
        return ".".join(urlsafe_b64encode(token).decode().rstrip("=") for token in tokens)

    def wrong(self, device: str) -> None:
        """Count a wrong password; after ten in a row the token is revoked for good."""
        with self._lock:
            count = self._wrong.pop(device, 0) + 1
            if count < MOST_WRONG:
                self._wrong[device] = count
                if len(self._wrong) > MOST_COUNTED:
                    del self._wrong[next(iter(self._wrong))]
                return
            self._revoked.add(bytes.fromhex(device))
        attempt("devices", lambda: self._store_revoked(bytes.fromhex(device)))

    def right(self, device: str) -> None:
        """Forget a token's wrong passwords."""
        with self._lock:
            self._wrong.pop(device, None)

    def _store_revoked(self, device: bytes) -> None:
        keyring = self._keyring()
        if keyring is not None:
            with keyring.changing() as draft:
                revoked = (*draft.devices.revoked, device)[-MOST_REVOKED:]
                draft.devices = structs.replace(draft.devices, revoked=revoked)

    def _key(self) -> bytes | None:
        """Return the key, made at the first login."""
        keyring = self._keyring()
        if keyring is not None and not keyring.content.devices.key:
            attempt("devices", lambda: _make_key(keyring))
        return (keyring and keyring.content.devices.key) or None

    def _tokens(self, cookie: str) -> Iterator[bytes]:
        """Yield the tokens that this box has signed."""
        keyring = self._keyring()
        key = keyring.content.devices.key if keyring is not None else b""
        if not key or not 0 < len(cookie) <= LONGEST_COOKIE or not cookie.isascii():
            return
        for part in cookie.split(".")[:MOST_PEOPLE]:
            try:
                token = urlsafe_b64decode(part + "=" * (-len(part) % 4))
                _mac(key, token[: _FIELDS.size]).verify(token[_FIELDS.size :])
            except (ValueError, InvalidSignature):
                continue
            if len(token) > _FIELDS.size:
                yield token


def _make_key(keyring: Keyring) -> None:
    with keyring.changing() as draft:
        if not draft.devices.key:
            draft.devices = structs.replace(draft.devices, key=secrets.token_bytes(32))


def _mac(key: bytes, body: bytes) -> HMAC:
    mac = HMAC(key, SHA256())
    mac.update(_LABEL + body)
    return mac
