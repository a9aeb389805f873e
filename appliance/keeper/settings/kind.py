"""Keep a data folder what it is: a trial, or one of real lines."""

import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from appliance.config.drivers.known import SIMULATED
from appliance.config.folders import Folders, word_bytes
from appliance.config.mistakes import Mistake, mistake
from appliance.config.settings import Config, Line
from appliance.model.kind import Kind, is_strange, kind_kept, kind_of
from appliance.vault.disk import Disk, writing
from appliance.vault.opening.keyring import Keyring

_CODES = {"trial": "trial_stays", "real": "real_stays"}


class FolderKind:
    """The kind of a data folder. Threads may share it."""

    def __init__(self, folders: Folders, keyring: Keyring, disk: Disk) -> None:
        """Take the parts; nothing is decided yet."""
        self._folders, self._keyring, self._disk = folders, keyring, disk

    @property
    def now(self) -> Kind:
        """Return the folder's kind, as far as it is decided."""
        return self._keyring.content.kind

    def settle(self, config: Config) -> Kind:
        """Return the folder's kind, which the settings in force decide with its first recording.

        They were in force before it: no change passes by this. Raises VaultError.
        """
        if not self.now and kind_of(config) and self._has_recordings():
            with self._keyring.changing() as draft:
                draft.kind = kind_of(config)
        kind = self.now
        if kind and kind_kept(self._folders) != kind:
            with writing("The kind of the data folder"):
                self._disk.replace(self._folders.kind, word_bytes(kind), 0o644)
        return kind

    def strange(self, config: Config, in_force: Config) -> Iterator[Mistake]:
        """Yield what a draft has that a folder of this kind never gets."""
        kind = self.settle(in_force)
        for index, line in enumerate(config.lines):
            if is_strange(line, kind) and not _is_half(line):
                yield mistake(("line", index, "hook", "driver"), _CODES[kind])

    def _has_recordings(self) -> bool:
        """Say whether something was recorded, be it still in the recorder's hands."""
        for folder in (self._folders.recordings, self._folders.new):
            with suppress(FileNotFoundError):
                if any(map(_is_written, folder.iterdir())):
                    return True
        return False


def _is_half(line: Line) -> bool:
    """Say whether a line is simulated in some of its parts alone: the reader tells that."""
    return line.real and any(part.driver in SIMULATED for part in line.parts.values())


def _is_written(path: Path) -> bool:
    try:
        state = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(state.st_mode) and state.st_size > 0
