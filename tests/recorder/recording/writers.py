"""A writer on a real folder and a disk that fails when told."""

import errno
from pathlib import Path
from typing import Any

import numpy as np

from appliance.recorder.recording.tape import TapeStretch
from appliance.recorder.recording.writer import Report, Writer
from appliance.vault.disk import Disk
from appliance.vault.seal import SealedFile, SealingKeys, leave_marker
from tests.samples import ORIGIN

FRAME_BYTES = 4096


class SickDisk(Disk):
    """A real disk that fails when told."""

    def __init__(self) -> None:
        self.fail_after: int | None = None
        self.free_bytes = 2**40

    def sync(self, fd: int) -> None:
        if self.fail_after is not None:
            if self.fail_after == 0:
                self.fail_after = None
                raise OSError(errno.EIO, "Input/output error")
            self.fail_after -= 1
        super().sync(fd)

    def free(self, folder: Path) -> int:
        return self.free_bytes


class Bench:
    """A writer on a real folder, and what it reported."""

    def __init__(self, box: Any) -> None:
        self.disk = SickDisk()
        self.reports: list[Report] = []
        folders = box.folders
        self.folder = folders.new
        self.withdrawn = folders.withdrawn

        def create(key: Any, ticket: Any, channels: int) -> SealedFile:
            pool = box.pool
            keys = SealingKeys(pool.vault_id, pool.reading_key, ORIGIN)
            return SealedFile.create(self.folder, keys, key, ticket, channels, disk=self.disk)

        self.writer = Writer(
            "Reception",
            box.pool.take_key,
            create,
            lambda file: file.withdraw(self.withdrawn),
            lambda rid: leave_marker(self.withdrawn, rid),
            self.reports.append,
        )

    def sizes(self) -> dict[str, int]:
        return {p.name: (p.stat().st_size - FRAME_BYTES) // FRAME_BYTES for p in self.files()}

    def files(self) -> list[Path]:
        return sorted(path for path in self.folder.iterdir() if path.stat().st_size)


def sound(sample: int, count: int) -> TapeStretch:
    return TapeStretch(sample, np.full((1, count), 1000, np.int16))
