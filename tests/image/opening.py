"""Take files out of a stick and a card, and try whether they open a call.

What opens it is the second reader, ``docs/unseal.py``.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.image.card import ROOT, Card

DATA = 4
"""The number of the data partition."""

SECTOR = 512


@dataclass(frozen=True)
class Sealed:
    """A sealed call, with what is to open it."""

    recording: Path
    sheet: Path
    keyring: Path

    def opens(self) -> bool:
        """Say whether it opens.

        Raises:
            AssertionError: something else is wrong than that the keyring has no key for it.
        """
        asked = [self.recording, self.sheet, self.keyring, self.keyring.with_name("call.wav")]
        read = [sys.executable, str(ROOT / "docs" / "unseal.py"), *map(str, asked)]
        done = subprocess.run(read, capture_output=True, text=True, check=False)
        assert done.returncode == 0 or "has no key for it" in done.stderr, done.stderr
        return done.returncode == 0


def from_stick(disk: Path, sheet: str, folder: Path) -> Sealed:
    """Take the one call of a backup, with the backup's keyring."""
    folder.mkdir()
    medium = _taken(disk, 0, "/zgoda-backup", folder)
    (folder / "sheet.txt").write_text(sheet)
    (recording,) = (medium / "rec").iterdir()
    (keyring,) = medium.glob("*/keyring.age")
    return Sealed(recording, folder / "sheet.txt", keyring)


def from_card(card: Card, folder: Path) -> Path:
    """Take the data folder out of a card that is in no machine."""
    folder.mkdir()
    raw = folder / "card.img"
    subprocess.run(["qemu-img", "convert", "-O", "raw", str(card.disk), str(raw)], check=True)
    told = subprocess.run(["/usr/sbin/sfdisk", "--json", str(raw)], capture_output=True, check=True)
    partition = json.loads(told.stdout)["partitiontable"]["partitions"][DATA - 1]
    return _taken(raw, partition["start"] * SECTOR, "/zgoda", folder)


def _taken(disk: Path, skip: int, what: str, into: Path) -> Path:
    """Take a folder out of an ext4 file system that was cut off, as far as it was written."""
    system = into / "system.img"
    cut = ["dd", f"if={disk}", f"of={system}", "bs=1M", "iflag=skip_bytes", "conv=sparse"]
    subprocess.run([*cut, f"skip={skip}", "status=none"], check=True)
    check = ["/usr/sbin/e2fsck", "-p", str(system)]
    mended = subprocess.run(check, capture_output=True, check=False)
    assert mended.returncode <= 1, mended.stdout  # the journal was played
    ask = ["/usr/sbin/debugfs", "-R", f"rdump {what} {into}", str(system)]
    subprocess.run(ask, check=True, capture_output=True)
    system.unlink()
    return into / Path(what).name
