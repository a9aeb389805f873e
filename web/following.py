"""Follow the panel's settings: its words at once, its address by starting again."""

import contextlib
import logging
import os
import sys
import threading
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import replace
from pathlib import Path

import msgspec

from appliance.config.reach import ADDRESS
from appliance.config.settings import Panel
from appliance.errors import LinkError, Refused
from appliance.link.client import Client
from appliance.link.requests.settings import GetPanelPart, PanelPart, WatchPanelPart
from appliance.structs import from_json
from appliance.threads import NamedThread

RETRY_SECONDS = 2.0
"""Between two attempts to reach an absent keeper."""

WAS = "ZGODA_PANEL_WAS"
"""In the environment of a panel that starts again: where it listened before."""

_log = logging.getLogger(__name__)


def part_of(client: Client) -> PanelPart | None:
    """Ask the keeper for the panel's part; None while it is away."""
    try:
        return client.call(GetPanelPart())
    except (LinkError, Refused):
        return None


def panel_of(part: PanelPart, host: str | None = None, port: int | None = None) -> Panel:
    """Return the panel's settings; host and port of the command line come first."""
    panel = Panel(
        host=part.host,
        port=part.port,
        names=part.names,
        certificate=part.certificate,
        key=part.key,
        trusted=part.trusted,
    )
    given = {"host": host, "port": port}
    return replace(panel, **{key: value for key, value in given.items() if value is not None})  # type: ignore[arg-type]


def remembered(name: str, environment: Mapping[str, str] | None = None) -> Panel | None:
    """Return the settings that a panel left for the one that follows it."""
    told = (os.environ if environment is None else environment).get(name, "")
    with contextlib.suppress(msgspec.DecodeError, msgspec.ValidationError):
        return from_json(told, Panel) if told else None
    return None


def start_again(panel: Panel, environment: MutableMapping[str, str] | None = None) -> None:
    """Become a fresh panel, which may go back to these settings if its own do not work."""
    environment = os.environ if environment is None else environment
    environment[WAS] = msgspec.json.encode(panel).decode()
    os.execv(sys.executable, [sys.executable, "-m", "web", *sys.argv[1:]])  # noqa: S606 - ourselves


def tell_address(folder: Path, problem: str) -> None:
    """Leave word for the doctor why the panel does not listen where the settings want it."""
    path = folder / ADDRESS
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
        if problem:
            path.write_text(problem, "utf-8")
            path.chmod(0o644)


class SettingsWatcher:
    """Watches the panel's part of the settings in a thread of its own."""

    def __init__(
        self,
        client: Client,
        wanted: Panel,
        took: Callable[[PanelPart], Panel],
        purposes: dict[str, Mapping[str, str]],
        again: Callable[[], None],
        seen: Callable[[PanelPart], None] = lambda part: None,
    ) -> None:
        """Prepare; ``start`` begins.

        Args:
            client: asks the keeper.
            wanted: the settings that this panel tried to follow.
            took: returns what the panel would follow of a part.
            purposes: their words, which change here.
            again: called once, when the panel has to start again.
            seen: called with each part that it follows without that.
        """
        self._client, self._wanted, self._took = client, wanted, took
        self._purposes, self._again, self._seen = purposes, again, seen
        self._stop = threading.Event()
        self._thread = NamedThread(self._run, "settings")

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Watch no more, within a second or two."""
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            with contextlib.suppress(LinkError, Refused):
                for part in self._client.watch(WatchPanelPart()):
                    if self._stop.is_set():
                        return
                    if part is not None and not self._follow(part):
                        return
            self._stop.wait(RETRY_SECONDS)

    def _follow(self, part: PanelPart) -> bool:
        """Take other words; return False where the panel has to start again."""
        self._purposes.update(part.purposes)
        self._seen(part)
        if self._took(part) == self._wanted:
            return True
        _log.info("the panel starts again: its settings have changed")
        self._again()
        return False
