"""Name what can go wrong with mail, and with the form that sets it up."""

from typing import Any

from flask_babel import lazy_gettext as _l

MISTAKES: dict[str, Any] = {
    "server": _l("Type the name of the mail server, such as smtp.example.com."),
    "port": _l("Type a port from 1 to 65535, or leave it empty."),
    "user": _l("This name has signs that no mail server takes."),
    "secret": _l(
        "Type the password that the mail server knows for this user; without a user leave it empty."
    ),
    "sender": _l("Type one mail address, such as box@example.com."),
    "recipients": _l("Type one to five different mail addresses, with spaces between them."),
}
"""Field -> what to do about it."""

TROUBLES: dict[str, Any] = {
    "name": _l("There is no mail server of that name, or the device reaches no network."),
    "unreachable": _l("Nothing answers at this port of the mail server, or a firewall forbids it."),
    "late": _l("The mail server took too long."),
    "closed": _l("The mail server ended the connection."),
    "no_tls": _l("The mail server offers no encryption this way: try the other way, or its port."),
    "certificate": _l("The mail server's certificate does not hold, so nothing was sent to it."),
    "login": _l("The mail server does not take this user and password."),
    "refused": _l("The mail server takes no mail from this sender, or for these recipients."),
    "some_refused": _l("The mail server did not take the mail for every recipient."),
    "odd": _l("The mail server answered something that the device does not understand."),
}
"""Code of an attempt -> what became of it."""
