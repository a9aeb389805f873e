"""Serve SMTP over real sockets and real TLS; lie, drip or hang where a test wants it."""

import base64
import contextlib
import email
import email.policy
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage

from appliance.link.requests.processes.errands import Letter
from tests.courier.authority import HERE

SECRET = "korek horse 9 battery"


@dataclass
class Received:
    """A mail as it came."""

    sender: str
    recipients: list[str]
    raw: bytes
    user: str  # empty: nobody logged in
    over_tls: bool

    def parsed(self) -> EmailMessage:
        """Return it, read."""
        read = email.message_from_bytes(self.raw, policy=email.policy.default)
        assert isinstance(read, EmailMessage)
        return read


Answer = Callable[["Talk", str], bytes | None]
"""Answers a command; None hangs up."""


@dataclass
class SmtpServer:
    """A mail server."""

    context: ssl.SSLContext
    tls: bool = False  # from the first byte
    offers: tuple[str, ...] = ("STARTTLS", "AUTH PLAIN", "8BITMIME")
    answers: dict[str, Answer] = field(default_factory=dict)
    """Verb, or "greeting" -> what this server does in place of what it should."""
    received: list[Received] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    """The passwords that were sent here."""
    failures: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listener = socket.create_server((HERE, 0))
        self._threads: list[threading.Thread] = []
        self._open: list[socket.socket] = []
        self.ended = threading.Event()
        self.arrived, self.left = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()

    @property
    def port(self) -> int:
        """Return its port."""
        port: int = self._listener.getsockname()[1]
        return port

    def close(self) -> None:
        """End it, and every connection."""
        self.ended.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        for one in self._open:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while not self.ended.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection:
                Talk(self, connection).run()
        except (OSError, EOFError) as error:
            self.failures.append(type(error).__name__)
        finally:
            self.left.set()


class Talk:
    """One session."""

    def __init__(self, server: SmtpServer, connection: socket.socket) -> None:
        self.server = server
        self._connection = connection
        self._over_tls = False
        self._file = self._connection.makefile("rb")
        if server.tls:
            self._wrap()
        self._user = self._sender = ""
        self._recipients: list[str] = []

    def run(self) -> None:
        """Talk until the client quits."""
        try:
            self._run()
        finally:
            with contextlib.suppress(OSError):
                self._file.close()
            with contextlib.suppress(OSError):
                self._connection.close()

    def _run(self) -> None:
        greet = self.server.answers.get("greeting")
        first = greet(self, "") if greet else b"220 mail.example ESMTP\r\n"
        while self.say(first):
            line = self.read()
            self.server.commands.append(line)
            verb = line.partition(" ")[0].upper()
            answer = self.server.answers.get(verb)
            first = answer(self, line) if answer else self.answer(verb, line)
            if verb == "QUIT":
                self.say(first)
                break

    def say(self, what: bytes | None) -> bool:
        """Say something; return False for nothing."""
        if what is None:
            return False
        self._connection.sendall(what)
        return True

    def read(self) -> str:
        """Read a line; raises EOFError where there is none."""
        line = self._file.readline()
        if not line:
            raise EOFError
        return line.decode("ascii", "replace").rstrip("\r\n")

    def answer(self, verb: str, line: str) -> bytes:
        """Answer as a mail server should."""
        usual: dict[str, Callable[[str], bytes]] = {
            "EHLO": self._abilities,
            "STARTTLS": self._start_tls,
            "AUTH": self._log_in,
            "MAIL": self._from,
            "RCPT": self._to,
            "DATA": self._take,
            "QUIT": lambda _: b"221 bye\r\n",
        }
        return usual[verb](line) if verb in usual else b"250 ok\r\n"

    def _abilities(self, line: str) -> bytes:
        offers = [o for o in self.server.offers if o != "STARTTLS" or not self._over_tls]
        lines = ["mail.example", *offers]
        return "".join(f"250{' ' if o is lines[-1] else '-'}{o}\r\n" for o in lines).encode()

    def _start_tls(self, line: str) -> bytes:
        self.say(b"220 go on\r\n")
        self._wrap()
        return b""

    def _from(self, line: str) -> bytes:
        self._sender = line.partition("<")[2].partition(">")[0]
        return b"250 ok\r\n"

    def _to(self, line: str) -> bytes:
        self._recipients.append(line.partition("<")[2].partition(">")[0])
        return b"250 ok\r\n"

    def _take(self, line: str) -> bytes:
        self.say(b"354 go on\r\n")
        return self.data()

    def data(self) -> bytes:
        """Take a mail."""
        lines = []
        while (line := self._file.readline()) != b".\r\n":
            if not line:
                raise EOFError
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        raw = b"".join(lines)
        made = Received(self._sender, self._recipients, raw, self._user, self._over_tls)
        self.server.received.append(made)
        self.server.arrived.set()
        self._recipients = []
        return b"250 taken\r\n"

    def _log_in(self, line: str) -> bytes:
        _, user, secret = base64.b64decode(line.split(" ")[2]).decode().split("\0")
        self.server.tried.append(secret)
        if secret != SECRET:
            return b"535 no\r\n"
        self._user = user
        return b"235 yes\r\n"

    def _wrap(self) -> None:
        self._file.close()
        self._connection = self.server.context.wrap_socket(self._connection, server_side=True)
        self.server._open.append(self._connection)
        self._file = self._connection.makefile("rb")
        self._over_tls = True


@contextlib.contextmanager
def served(
    context: ssl.SSLContext,
    *,
    tls: bool = False,
    offers: tuple[str, ...] | None = None,
    answers: dict[str, Answer] | None = None,
) -> Iterator[SmtpServer]:
    """Serve until the test has ended."""
    server = SmtpServer(context, tls=tls, answers=answers or {})
    if offers is not None:
        server.offers = offers
    try:
        yield server
    finally:
        server.close()


def letter_to(here: SmtpServer, **changes: object) -> Letter:
    """Return a mail for a server."""
    fields: dict[str, object] = {
        "server": HERE,
        "port": here.port,
        "tls": here.tls,
        "user": "zgoda@office.example",
        "secret": SECRET,
        "sender": "zgoda@office.example",
        "recipients": ("ewa@office.example", "jan@office.example"),
        "subject": "Zgoda: znów wszystko w porządku",
        "text": "Ausführlich: żółć.\n.\nA line that begins with From\nFrom here\n",
        "id": "ab" * 16,
        "at": 1_790_000_000.0,
    }
    return Letter(**fields | changes)  # type: ignore[arg-type]
