"""Examine the way to the panel: loopback, or TLS with its certificate."""

import datetime
from collections.abc import Iterator
from pathlib import Path

from appliance.clock import DAY, Clock
from appliance.config import haproxy, reach
from appliance.config.certificate import Certificate, is_open, read_certificate
from appliance.config.mistakes import MistakesFound
from appliance.config.settings import Panel
from appliance.model.findings import Finding, find

SOON_SECONDS = 30 * DAY
"""Time to renew a certificate without haste."""


def examine_panel(panel: Panel, clock: Clock, run: Path | None = None) -> Iterator[Finding]:
    """Yield the findings on who can reach the panel, and how.

    Args:
        panel: its settings.
        clock: the time.
        run: the folder in which the panel leaves word.
    """
    if run is not None and _told(run):
        yield find("panel.elsewhere")
    try:
        proxied, names = reach.proxied(panel), reach.names(panel)
    except MistakesFound as error:
        yield find("panel.refused", *error.mistakes)
        return
    if not proxied:
        yield find("panel.loopback")
        return
    if haproxy.find() is None:
        yield find("panel.no_proxy", version=haproxy.FIRST_VERSION)
    try:
        if is_open(Path(panel.key)):
            yield find("panel.open_key", path=panel.key)
        yield from _certificate(read_certificate(Path(panel.certificate)), names, clock.now())
    except MistakesFound as error:
        yield find("panel.refused", *error.mistakes)


def _told(run: Path) -> str:
    try:
        with (run / reach.ADDRESS).open(encoding="utf-8") as file:
            return file.read(reach.LONGEST_PROBLEM)
    except (OSError, UnicodeDecodeError):
        return ""


def _certificate(held: Certificate, names: tuple[str, ...], now: float) -> Iterator[Finding]:
    until = datetime.datetime.fromtimestamp(held.until, datetime.UTC).date().isoformat()
    lacking = [name for name in names if name not in {*held.names, *reach.LOOPBACK_NAMES}]
    if lacking:
        yield find("panel.names", names=", ".join(lacking))
    if held.until <= now:
        yield find("panel.ended", until=until)
    elif held.until - now < SOON_SECONDS:
        yield find("panel.ends", until=until)
    elif not lacking:
        yield find("panel.tls", until=until)
    if held.own:
        yield find("panel.own", fingerprint=held.fingerprint)
