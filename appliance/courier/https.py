"""Ask a web server that may lie, drip or hang for one file, or post it a request.

Over TLS alone, but for a request whose answer is signed by itself. No redirect is followed: the box
speaks to the server that somebody set up, and to no other. The request says nothing about the box;
the server learns the address it comes from and the time.
"""

import contextlib
import http.client
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from appliance.courier.connection import Connection, Unreachable, connected
from appliance.model.outside.update import Place

QUIET_SECONDS = 30.0
"""Without a byte of the server's."""

ALWAYS = {"User-Agent": "Zgoda", "Accept-Encoding": "identity", "Connection": "close"}
"""All that is said beside the host, the path and a part's bounds; the same for every box."""


class FetchFailed(Exception):
    """It went wrong; ``code`` is one of ``model.outside.update.TROUBLES``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class ServerAnswer:
    """What a server answers with."""

    status: int
    length: int | None  # of the content; None: it does not say
    part: str  # the header ``Content-Range``
    tag: str  # the header ``ETag``
    kind: str  # the media type alone, in small letters
    _response: http.client.HTTPResponse
    _connection: Connection

    def read(self, most: int) -> bytes:
        """Return the bytes that came, ``most`` at most; none at the end. Raises FetchFailed."""
        with _told(self._connection):
            piece = self._response.read1(most)
        if not piece and self._connection.late:
            raise FetchFailed("late")
        return piece

    def whole(self, most: int, larger: str) -> bytes:
        """Return all of the content.

        Args:
            most: bytes that it may have.
            larger: the code of an answer that has more.

        Raises:
            FetchFailed: it has more, ended early, or is no plain answer.
        """
        if self.status != HTTPStatus.OK:
            raise FetchFailed("odd")
        if self.length is not None and self.length > most:
            raise FetchFailed(larger)
        content = bytearray()
        while piece := self.read(most + 1 - len(content)):
            content += piece
            if len(content) > most:
                raise FetchFailed(larger)
        if self.left():
            raise FetchFailed("closed")
        return bytes(content)

    def left(self) -> bool:
        """Say whether the server has ended before what it announced."""
        return bool(self._response.length)


@contextlib.contextmanager
def asked(
    place: Place,
    headers: Mapping[str, str],
    context: ssl.SSLContext | None,
    seconds: float,
    body: bytes | None = None,
) -> Iterator[ServerAnswer]:
    """Ask for a file.

    Args:
        place: where it lies.
        headers: that are sent beside those that always are.
        context: checks the server's certificate and name; None: without TLS.
        seconds: until everything is shut.
        body: that is posted; None: the file is asked for.

    Raises:
        FetchFailed: also for an answer that is neither the file nor a part of it.
    """
    with contextlib.ExitStack() as held:
        try:
            there = held.enter_context(connected(place.host, place.port, seconds))
        except Unreachable as error:
            raise FetchFailed(error.code) from None
        with _told(there):
            there.socket.settimeout(QUIET_SECONDS)
            session = _HttpSession(place, held.enter_context(_spoken(there, place, context)))
            if context is None:
                session.default_port = http.client.HTTP_PORT
            held.callback(session.close)
            method = "GET" if body is None else "POST"
            session.request(method, place.path, body, headers={**ALWAYS, **headers})
            response = held.enter_context(contextlib.closing(session.getresponse()))
        _check(response)
        said = {name: response.getheader(name, "") for name in ("Content-Range", "ETag")}
        yield ServerAnswer(
            status=response.status,
            length=response.length,
            part=said["Content-Range"],
            tag=said["ETag"],
            kind=response.getheader("Content-Type", "").partition(";")[0].strip().lower(),
            _response=response,
            _connection=there,
        )


def _spoken(
    there: Connection, place: Place, context: ssl.SSLContext | None
) -> contextlib.AbstractContextManager[socket.socket]:
    """Return a connection's socket, over TLS if there is what checks a certificate."""
    if context is None:
        return contextlib.nullcontext(there.socket)
    return context.wrap_socket(there.socket, server_hostname=place.host)


class _HttpSession(http.client.HTTPConnection):
    """An HTTP session on a given connection."""

    default_port = http.client.HTTPS_PORT

    def __init__(self, place: Place, given: socket.socket) -> None:
        super().__init__(place.host, place.port)
        self.sock = given


def _check(response: http.client.HTTPResponse) -> None:
    """Raise FetchFailed unless this is the file or a part of it, as it is."""
    if response.status in {200, 206}:
        if response.getheader("Content-Encoding", "identity").lower() != "identity":
            raise FetchFailed("odd")
        return
    if 300 <= response.status < 400:
        raise FetchFailed("redirect")
    codes = {404: "missing", 403: "missing", 410: "missing", 416: "size"}
    raise FetchFailed(codes.get(response.status, "odd"))


_CODES: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str], ...] = (
    (ssl.SSLCertVerificationError, "certificate"),
    ((ssl.SSLEOFError, ssl.SSLZeroReturnError, ConnectionError), "closed"),
    (ssl.SSLError, "no_tls"),
    (TimeoutError, "late"),
    (http.client.HTTPException, "odd"),
    (OSError, "closed"),
    (ValueError, "odd"),
)
"""Kind of an error -> its code; the first that fits."""


@contextlib.contextmanager
def _told(there: Connection) -> Iterator[None]:
    """Turn what goes wrong into a code."""
    try:
        yield
    except (OSError, http.client.HTTPException, ValueError) as error:
        code = next(code for kind, code in _CODES if isinstance(error, kind))
        late = there.late and code in {"closed", "odd", "no_tls"}
        raise FetchFailed("late" if late else code) from None
