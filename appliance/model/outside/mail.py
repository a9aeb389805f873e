"""Check where mail is to go; name what can go wrong with it."""

import ipaddress
import re
from collections.abc import Sequence

from appliance.model.limits import LONGEST_MAIL_ADDRESS

MOST_RECIPIENTS = 5
PORTS = {True: 465, False: 587}
"""TLS from the first byte -> the usual port of a mail server that takes mail of its customers
(RFC 8314, 3.3; RFC 6409, 3.1)."""

TROUBLES = (
    "name", "unreachable", "late", "closed", "no_tls", "certificate", "login", "refused", "odd",
)  # fmt: skip
"""Codes of a mail that did not go out: no such server; no answer at its port; too slow; it ended
the connection; it speaks no TLS; its certificate does not hold; user or password are wrong; it
takes no mail from this sender or for these recipients; anything else."""

SOME_REFUSED = "some_refused"
"""The code of a mail that went out, but not to every recipient."""

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM}){{0,20}}@{_LABEL}(?:\.{_LABEL})+")
_PRINTED = re.compile(r"[\x20-\x7e]*")


def wrong_fields(
    server: str, port: int, user: str, secret: str | None, sender: str, recipients: Sequence[str]
) -> tuple[str, ...]:
    """Return the names of the fields that cannot be right, in the order of a form.

    Addresses and names are ASCII, without quotes, spaces or line breaks: so no field can add a
    line to a header or a command.

    Args:
        server: a name, or an IP address.
        port: TCP.
        user: empty if the server asks for none.
        secret: the password; None: the one that is kept.
        sender: an address.
        recipients: addresses.
    """
    wrong = {
        "server": not is_server(server),
        "port": not 0 < port < 65536,
        "user": not _is_printed(user),
        "secret": secret is not None and (not _is_printed(secret) or bool(secret) != bool(user)),
        "sender": not is_address(sender),
        "recipients": not 0 < len(recipients) <= MOST_RECIPIENTS
        or not all(map(is_address, recipients))
        or len({one.lower() for one in recipients}) < len(recipients),
    }
    return tuple(name for name, amiss in wrong.items() if amiss)


def is_address(text: str) -> bool:
    """Say whether this is a plain mail address: an RFC 5321 dot-string at a name."""
    return len(text) <= LONGEST_MAIL_ADDRESS and _ADDRESS.fullmatch(text) is not None


def is_server(text: str) -> bool:
    """Say whether this can be a server's name or IP address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return len(text) <= LONGEST_MAIL_ADDRESS and _HOST.fullmatch(text) is not None
    return "%" not in text


def _is_printed(text: str) -> bool:
    return len(text) <= LONGEST_MAIL_ADDRESS and _PRINTED.fullmatch(text) is not None
