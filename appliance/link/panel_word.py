"""Leave word beside the panel's socket which settings it follows, for the proxy before it.

The proxy may not look into the data folder. What the panel says there is no secret: an address,
names, and the places of certificate and key, which the proxy's user alone can read.
"""

import contextlib
import os
import stat
from pathlib import Path

import msgspec

from appliance.config import reach
from appliance.config.mistakes import found, unreadable
from appliance.config.settings import Panel
from appliance.structs import from_json

FILE = "follows.json"
LONGEST = 16_384
"""Bytes; a panel with a hundred names says less."""


def leave(folder: Path, panel: Panel) -> None:
    """Tell what the panel follows; its reader sees the old word or the new one, whole."""
    fresh = folder / f".{FILE}.{os.getpid()}"
    with contextlib.suppress(OSError):  # then the proxy goes on by the last word
        fresh.write_bytes(msgspec.json.encode(panel))
        fresh.chmod(0o644)
        fresh.replace(folder / FILE)


def left(folder: Path) -> Panel | None:
    """Return what the panel of this folder follows; None if it has left no word.

    Raises:
        ConfigError: something else lies there, or nobody could be reached by it.
    """
    path = folder / FILE
    try:
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise unreadable(path, error) from error
    try:
        plain = stat.S_ISREG(os.fstat(file).st_mode)
        said = os.read(file, LONGEST + 1) if plain else b""
    finally:
        os.close(file)
    if not plain or len(said) > LONGEST:
        raise found("panel_word", path=path)
    try:
        panel = from_json(said, Panel)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise found("panel_word", path=path) from error
    if not 1 <= panel.port <= 65_535:
        raise found("panel_word_port", path=path)
    reach.proxied(panel)
    return panel
