"""Ask recorder and keeper whether they answer, and the panel for its first page."""

import contextlib
import ssl
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

from appliance.config import reach
from appliance.config.folders import Folders
from appliance.config.settings import Panel
from appliance.errors import ConfigError, LinkError, Refused
from appliance.link import panel_word
from appliance.link.client import Client
from appliance.link.registry import AnyOperation
from appliance.link.requests.first_run import GetBoxState
from appliance.link.requests.lines import GetLines

ANSWER_SECONDS = 20.0
"""A login on a slow board takes three; nothing keeps a process from an answer for longer."""

_MOST_STEPS = 4
"""From the address that people type to a page."""

_OK, _LONGEST_PAGE = 200, 1_000_000


def silent(folders: Folders, seconds: float = ANSWER_SECONDS) -> list[str]:
    """Return the processes of a box that do not answer, by name; none if all serve.

    The panel is asked as a browser asks, through the proxy where there is one: what comes back has
    to be a page, which it makes with the keeper's answer.
    """
    keeper = Client(folders.keeper_socket, seconds, uid=folders.keeper_uid)
    recorder = Client(
        folders.recorder_socket, seconds, process="recorder", uid=folders.recorder_uid
    )
    served = {
        "recorder": _answers(recorder, GetLines()),
        "keeper": _answers(keeper, GetBoxState()),
        "panel": _shows_a_page(folders.panel_socket.parent, seconds),
    }
    return [name for name, well in served.items() if not well]


def _answers(client: Client, operation: AnyOperation) -> bool:
    try:
        client.call(operation)
    except Refused:  # that is an answer, too
        return True
    except LinkError:
        return False
    return True


def _shows_a_page(run: Path, seconds: float) -> bool:
    """Say whether the panel of this folder shows a page to whoever opens its address."""
    try:
        panel = panel_word.left(run)
        path = "/" if panel is not None else ""
        for _ in range(_MOST_STEPS):
            if panel is None or not path:
                return False
            page, path = _got(panel, path, seconds)
            if page:
                return True
    except (ConfigError, OSError, HTTPException, ValueError):  # it may lead to no address
        return False
    return False


def _got(panel: Panel, path: str, seconds: float) -> tuple[bool, str]:
    """Say whether an answer is a page, whole; and return the path that it leads to."""
    with contextlib.closing(_connection(panel, seconds)) as browser:
        browser.request("GET", path, headers={"Host": urlsplit(reach.url(panel)).netloc})
        answer = browser.getresponse()
        page = answer.status == _OK and b"</html>" in answer.read(_LONGEST_PAGE)
        return page, urlsplit(answer.getheader("Location", "")).path


def _connection(panel: Panel, seconds: float) -> HTTPConnection:
    """Return a connection from this computer to where browsers come."""
    where = _here(panel.host), panel.port
    if not panel.certificate:
        return HTTPConnection(*where, timeout=seconds)
    # Whether the certificate holds is for browsers to say: here the time may still be wrong.
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    return HTTPSConnection(*where, timeout=seconds, context=tls)


def _here(host: str) -> str:
    """Return an address of this computer at which the proxy of a host listens."""
    return "127.0.0.1" if reach.is_every_address(host) else host
