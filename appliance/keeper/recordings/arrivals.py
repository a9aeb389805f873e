"""Look at what the recorder has written into the files made ahead.

A file is taken up once nobody can write to it any more, which the kernel says and not the recorder.
Whatever else lies in the folder is told, and neither read nor removed.
"""

import contextlib
import logging
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from appliance.clock import HOUR, Clock
from appliance.config.folders import Folders
from appliance.errors import FileFormatError
from appliance.model.audio import RATE
from appliance.model.sentences.faults import noted
from appliance.vault import ahead
from appliance.vault.format import MOST_SAMPLES
from appliance.vault.lease import close_to_writers, open_made_ahead, refuse_strange
from appliance.vault.opening.keyring import Keyring

HELD_SECONDS = float(HOUR)
"""A recording that has not grown for so long is held open: its recorder writes or ends it."""

WHOLE_SECONDS = 600.0
"""Between two looks at the whole folder; in between the next files to be used are enough."""

AHEAD = 64
"""Empty files in a row behind which no look goes: the recorder uses them in the pool's order."""

LONGEST_SECONDS = MOST_SAMPLES / RATE + HELD_SECONDS
"""No recording takes longer than this, however it grows."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ArrivedFiles:
    """Files that hold something."""

    closed: tuple[Path, ...]  # final: nobody can write to them any more
    written: tuple[Path, ...]  # a process can
    astray: tuple[Path, ...]  # final, of recordings that were taken up and not moved


@dataclass(slots=True)
class _WritableFile:
    """A file that a process can write to, as it was seen."""

    since: float  # monotonic
    size: int
    grown: float  # monotonic
    told: bool = False


class Arrivals:
    """The folder of the files made ahead, as the keeper sees it. One thread at a time."""

    def __init__(self, folders: Folders, keyring: Keyring, clock: Clock) -> None:
        self._folders = folders
        self._keyring = keyring
        self._clock = clock
        self._watched: dict[str, _WritableFile] = {}
        self._strange: dict[str, str] = {}
        self._waiting: frozenset[str] = frozenset()  # what held something at the last look
        self._whole: float | None = None  # monotonic, of the last look at the whole folder

    @property
    def strange(self) -> dict[str, str]:
        """Return what is no recording of this box: name and reason."""
        return dict(self._strange)

    @property
    def held(self) -> tuple[str, ...]:
        """Return the recordings that a process holds open without a reason."""
        return tuple(rid for rid, seen in self._watched.items() if self._is_held(seen))

    def newly_held(self) -> tuple[str, ...]:
        """Return those that are held open and were not returned before."""
        found = [rid for rid in self.held if not self._watched[rid].told]
        for rid in found:
            self._watched[rid].told = True
        return tuple(found)

    def look(self, leaving: Callable[[str], bool]) -> ArrivedFiles:
        """Look at every file that holds something, and let no new writer in.

        Args:
            leaving: says whether a recording is being erased; its file goes by itself.
        """
        there, unused = self._there()
        closed, written, astray = list[Path](), list[Path](), list[Path]()
        strange = {}
        for name, about in sorted(there.items()):
            if ahead.is_empty(about) and ahead.is_name(name):
                continue  # it waits for its recording
            path = self._folders.new / name
            try:
                refuse_strange(about)
                if name in unused:
                    (closed if self._is_final(path) else written).append(path)
                elif leaving(name):
                    continue
                elif self._is_astray(name) and self._is_final(path):
                    astray.append(path)
                else:
                    raise FileFormatError(
                        noted("recording_unkept", "No key of this box is for it.")
                    )
            except (OSError, FileFormatError) as error:
                strange[name] = _reason(error)
        self._watch({path.name: there[path.name].st_size for path in written})
        self._tell(strange)
        self._waiting = frozenset(path.name for path in (*closed, *written, *astray)).union(strange)
        return ArrivedFiles(tuple(closed), tuple(written), tuple(astray))

    def begun(self) -> list[Path]:
        """Return the recordings that were begun and are not taken up, as far as a look goes."""
        there, unused = self._there()
        return [
            self._folders.new / name
            for name, about in there.items()
            if name in unused and not ahead.is_empty(about)
        ]

    def _there(self) -> tuple[dict[str, os.stat_result], set[str]]:
        """Return what lies in the folder, as far as it has to be looked at, and unused names."""
        now = self._clock.monotonic()
        if self._whole is None or now - self._whole >= WHOLE_SECONDS:
            self._whole = now
            there = ahead.files(self._folders.new)
            return there, set(self._keyring.unused())  # in this order: a refill makes keys first
        unused = self._keyring.unused()
        there, empty = self._look_at(self._waiting), 0
        for name in unused:
            found = self._look_at([name])
            there |= found
            empty = empty + 1 if any(map(ahead.is_empty, found.values())) else 0
            if empty == AHEAD:
                break
        return there, set(unused)

    def _look_at(self, names: Iterable[str]) -> dict[str, os.stat_result]:
        found = {}
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                found[name] = (self._folders.new / name).lstat()
        return found

    def _is_final(self, path: Path) -> bool:
        fd = open_made_ahead(path)
        try:
            return close_to_writers(fd)
        finally:
            os.close(fd)

    def _is_astray(self, name: str) -> bool:
        """Say whether a recording that was taken up is missing where it belongs."""
        return name in self._keyring and not (self._folders.recordings / name).exists()

    def _watch(self, sizes: dict[str, int]) -> None:
        """Note which files grow."""
        now = self._clock.monotonic()
        before, self._watched = self._watched, {}
        for rid, size in sizes.items():
            seen = before.get(rid) or _WritableFile(now, size, now)
            if size != seen.size:
                seen.size, seen.grown = size, now
            self._watched[rid] = seen

    def _is_held(self, seen: _WritableFile) -> bool:
        now = self._clock.monotonic()
        return now - seen.grown >= HELD_SECONDS or now - seen.since >= LONGEST_SECONDS

    def _tell(self, strange: dict[str, str]) -> None:
        """Log each strange thing once, as long as it lies there."""
        for name, reason in strange.items():
            if self._strange.get(name) != reason:
                folder = self._folders.new
                _log.warning("%r in %s is not taken up. %s", name, str(folder), reason)
        self._strange = strange


def _reason(error: OSError | FileFormatError) -> str:
    if isinstance(error, OSError):
        return f"It cannot be read: {error.strerror or 'unknown'}."
    return str(error)
