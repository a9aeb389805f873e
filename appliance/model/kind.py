"""Tell a trial's data folder from one of real lines: a trial never records real calls.

A folder is of one kind for good. It begins as what its first settings say, if they have a line;
else its first recording decides. ``zgoda-kind`` says so to every process; the keyring has it, too,
and the keeper writes the file anew from there.
"""

from typing import Literal

from appliance.config.folders import Folders, one_word
from appliance.config.settings import Config, Line

Kind = Literal["", "trial", "real"]
"""Of a data folder; empty: neither yet."""

_KINDS: tuple[Kind, ...] = ("trial", "real")


def begun_as(config: Config) -> Kind:
    """Return what a folder is that begins with some settings.

    Settings that say of themselves that nobody has set the box up decide nothing.
    """
    return "" if config.fresh else kind_of(config)


def kind_of(config: Config) -> Kind:
    """Return for which kind of folder settings are: that of their lines."""
    if any(line.real for line in config.lines):
        return "real"
    return "trial" if config.trial else ""


def is_strange(line: Line, kind: Kind) -> bool:
    """Say whether a line is of another kind than its folder."""
    return line.real if kind == "trial" else line.simulated and kind == "real"


def kind_kept(folders: Folders) -> Kind:
    """Return the kind of a folder as its file says it; empty where it says none."""
    return one_word(folders.kind, _KINDS) or ""
