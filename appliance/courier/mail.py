"""Send one mail over SMTP, and over TLS alone; say in a word why it did not go out.

STARTTLS and TLS from the first byte (RFC 3207, RFC 8314) with the system's authorities; user and
password, and the mail itself, are sent over TLS or not at all. What a server says goes nowhere: it
could be anything.
"""

import contextlib
import smtplib
import socket
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as LINES
from email.utils import formatdate
from typing import BinaryIO

from appliance.courier.connection import Unreachable, connected
from appliance.link.requests.processes.errands import Letter
from appliance.model.outside.mail import SOME_REFUSED, TROUBLES

SECONDS = 120.0
"""For a whole mail."""

QUIET_SECONDS = 30.0
"""Without a byte of the server's."""

MOST_BYTES = 256 * 1024
"""That a server may say in all; its greeting, its abilities and a word after each command."""

OWN_NAME = "[127.0.0.1]"
"""What the box calls itself: no server needs to learn its name or address (RFC 5321, 4.1.3)."""


def send(letter: Letter, context: ssl.SSLContext, seconds: float = SECONDS) -> str:
    """Send a mail.

    Args:
        letter: the mail, its server and its secret.
        context: checks the server's certificate and name.
        seconds: until it is given up.

    Returns:
        Empty; ``some_refused`` if it did not go to all; else why it did not go out, one of
        ``model.outside.mail.TROUBLES``.
    """
    try:
        with connected(letter.server, letter.port, seconds) as there:
            session = _Session(there.socket, letter, context)
            try:
                code = _talk(session, letter, context)
            finally:
                session.close()
            return "late" if there.late and code in TROUBLES else code
    except Unreachable as error:
        return error.code


def message(letter: Letter) -> EmailMessage:
    """Write a mail with its headers; raises ValueError if one would hold a line break."""
    made = EmailMessage(policy=LINES)
    made["From"] = Address("Zgoda", addr_spec=letter.sender)
    made["To"] = [Address(addr_spec=one) for one in letter.recipients]
    made["Subject"] = letter.subject
    made["Date"] = formatdate(letter.at)
    made["Message-ID"] = f"<{letter.id}@{letter.sender.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: no absence notes come back
    made.set_content(letter.text, cte="quoted-printable")
    return made


def _talk(session: "_Session", letter: Letter, context: ssl.SSLContext) -> str:
    """Carry out one session; return the code of what went wrong."""
    try:
        session.connect(letter.server, letter.port)
        if not letter.tls:
            session.starttls(context=context)
        if letter.user:
            _log_in(session, letter)
        refused = session.sendmail(letter.sender, letter.recipients, message(letter).as_bytes())
    except (OSError, smtplib.SMTPException, ValueError, _LoginFailed) as error:
        return _code(error)
    with contextlib.suppress(OSError, smtplib.SMTPException):
        session.quit()  # it has the mail
    return SOME_REFUSED if refused else ""


class _LoginFailed(Exception):
    """The server takes no login in a way that is known here."""


def _log_in(session: "_Session", letter: Letter) -> None:
    try:
        session.login(letter.user, letter.secret)
    except (smtplib.SMTPNotSupportedError, UnicodeError) as error:
        raise _LoginFailed from error


_CODES: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str], ...] = (
    (ssl.SSLCertVerificationError, "certificate"),
    (ssl.SSLError, "no_tls"),
    ((_LoginFailed, smtplib.SMTPAuthenticationError), "login"),
    (smtplib.SMTPNotSupportedError, "no_tls"),
    (smtplib.SMTPServerDisconnected, "closed"),
    (smtplib.SMTPConnectError, "refused"),
    (
        (smtplib.SMTPSenderRefused, smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError),
        "refused",
    ),
    (smtplib.SMTPException, "odd"),
    (TimeoutError, "late"),
    (OSError, "closed"),
)
"""Kind of an error -> its code; the first that fits."""


def _code(error: BaseException) -> str:
    return next((code for kind, code in _CODES if isinstance(error, kind)), "odd")


class _Session(smtplib.SMTP):
    """An SMTP session on a given connection, whose server may not say too much."""

    def __init__(self, given: socket.socket, letter: Letter, context: ssl.SSLContext) -> None:
        super().__init__(local_hostname=OWN_NAME)
        self._host = letter.server  # the name that the certificate must have
        self._given, self._tls_at_once, self._context = given, letter.tls, context

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        self._given.settimeout(QUIET_SECONDS)
        if self._tls_at_once:
            return self._context.wrap_socket(self._given, server_hostname=self._host)
        return self._given

    def getreply(self) -> tuple[int, bytes]:
        """Read a reply; raises SMTPServerDisconnected where there is no end to it."""
        if self.file is None and self.sock is not None:
            self.file = _BoundedWords(self.sock.makefile("rb"))
        return super().getreply()


class _BoundedWords:
    """A server's words, up to a limit."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._left = file, MOST_BYTES

    def readline(self, most: int) -> bytes:
        """Read a line; raises OSError when the server has said too much."""
        line = self._file.readline(most)
        self._left -= len(line)
        if self._left < 0:
            raise OSError("The server does not stop talking.")
        return line

    def close(self) -> None:
        """Close it."""
        self._file.close()
