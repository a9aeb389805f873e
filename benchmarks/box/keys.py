"""Measure the keyring by the number of recordings: add, erase one and many, boot, memory."""

import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import structs

from appliance.config.folders import Folders
from appliance.vault.disk import Disk
from appliance.vault.format import KEY_BYTES, RID_BYTES
from appliance.vault.opening.content import KeyringContent
from appliance.vault.opening.entry import RecordingEntry
from appliance.vault.opening.erasers.file import FileEraser
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.keys import public_half
from appliance.vault.opening.shard import SHARD_KEYS, new_shard
from appliance.vault.opening.shard_files import ShardFiles
from appliance.vault.opening.state import pack_state
from benchmarks.box.resident import resident_mb
from benchmarks.box.timing import median_ms
from benchmarks.row import Row, Table

SIZES = (1_000, 20_000, 100_000, 500_000)
MANY = 10_000
FIRST_DAY = 20_000
CALLS_A_DAY = 60

TARGETS = {"add": 5.0, "erase one": 50.0, f"erase {MANY} of neighbouring days": 10_000.0}
"""Milliseconds, at 100,000 recordings."""


class _FastDisk(Disk):
    """A disk that waits for no medium: for making what is measured, never for measuring."""

    def sync(self, fd: int) -> None:
        """Do not wait."""

    def sync_all(self, fd: int) -> None:
        """Do not wait."""

    def sync_folder(self, folder: Path) -> None:
        """Do not wait."""

    def sync_system(self, folder: Path) -> None:
        """Do not wait."""


@dataclass
class _Made:
    """A keyring of a size."""

    folders: Folders
    eraser: FileEraser
    keyring: Keyring
    names: list[str]  # oldest first


def rows() -> Iterator[Row | Table]:
    """Measure each size on this machine's own disk."""
    lines = []
    for size in SIZES:
        with TemporaryDirectory(prefix="zgoda-bench-", dir="/var/tmp") as place:
            figures = _figures(_make(Folders(Path(place)), size))
        lines.append((f"{size:,}", *figures.values()))
        if size == 100_000:
            for what, most in TARGETS.items():
                took = float(figures[what].split()[0])
                target = f"≤ {most:.0f} ms"
                yield Row(f"keyring of {size}: {what}", figures[what], target, met=took <= most)
        columns = ("recordings", *figures)
    yield Table("The keyring by the number of recordings", columns, tuple(lines))


def _make(folders: Folders, size: int) -> _Made:
    eraser = FileEraser(folders.root, disk=_FastDisk())
    keys = [secrets.token_bytes(32) for _ in range(5)]
    content = KeyringContent(
        vault_id=secrets.token_bytes(16),
        reading_key=public_half(keys[0]),
        audit_key=keys[1],
        list_key=keys[2],
        ledger_key=keys[3],
        box_key=keys[4],
    )
    plains = [bytearray() for _ in range(0, size, SHARD_KEYS)]
    names = []
    for at in range(size):
        # Private keys are random bytes; to make real ones would take most of the time.
        rid, private = secrets.token_bytes(RID_BYTES), secrets.token_bytes(KEY_BYTES)
        state = pack_state(at % SHARD_KEYS, RecordingEntry(FIRST_DAY + at // CALLS_A_DAY))
        plains[at // SHARD_KEYS] += rid + private + state
        names.append(rid.hex())
    births = [new_shard(content.shards, plain, 0) for plain in plains]
    ShardFiles(folders.keys, _FastDisk()).make(births)
    Keyring.create(folders.keyring, eraser, content, disk=_FastDisk()).refill(SHARD_KEYS)
    eraser = FileEraser(folders.root)
    return _Made(folders, eraser, Keyring.open(folders.keyring, eraser), names)


def _figures(made: _Made) -> dict[str, str]:
    ring, names = made.keyring, made.names
    root, boot = made.folders.keyring[0].stat().st_size, _boot(made.folders)
    some = names[:: len(names) // 40]
    unused = list(ring.unused())
    figures = {
        "root": f"{root / 1000:.1f} kB",
        "add": _ms(lambda: _take_up(ring, unused.pop()), 40),
        "find": _ms(lambda: some[-1] in ring, 40),
        "private key": _ms(lambda: ring.private(some[1]), 20),
        "due": _ms(lambda: ring.due(FIRST_DAY + 1), 10),
        "erase one": _ms(lambda: _erase(made, [names.pop()]), 10),
        f"erase {MANY} of neighbouring days": "–",
        f"erase {MANY} of all days": "–",
        "boot": f"{boot[0]:.2f} s",
        "memory": f"+{boot[1]:.1f} MB",
    }
    if len(names) >= 2 * MANY:
        first = names[:MANY]
        scattered = names[MANY :: (len(names) - MANY) // (MANY - 10)]
        figures[f"erase {MANY} of neighbouring days"] = _ms(lambda: _erase(made, first), 1)
        figures[f"erase {MANY} of all days"] = _ms(lambda: _erase(made, scattered), 1)
    return figures


def _take_up(ring: Keyring, rid: str) -> None:
    day = FIRST_DAY + 90
    ring.change([rid], lambda _, entry: structs.replace(entry, due_day=day, call="00" * 8))


def _erase(made: _Made, rids: Sequence[str]) -> None:
    """Erase as the keeper does, wiping and cleaning included, the grace period left out."""
    made.keyring.erase(rids)
    made.eraser.wipe_others(made.keyring.generation)
    made.keyring.clean()


def _boot(folders: Folders) -> tuple[float, float]:
    """Open it in a process of its own: seconds, and resident memory that it takes."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.box.keys", str(folders.data)],
        stdout=subprocess.PIPE,
        check=True,
    )
    seconds, memory = map(float, done.stdout.split())
    return seconds, memory


def _ms(act: Callable[[], object], times: int) -> str:
    return f"{median_ms(act, times):.2f} ms"


def main() -> None:
    """Open the keyring of a folder; print the seconds and the megabytes that it took."""
    folders = Folders(Path(sys.argv[1]))
    eraser = FileEraser(folders.root)
    before, began = resident_mb("self"), time.perf_counter()
    keyring = Keyring.open(folders.keyring, eraser)
    took = time.perf_counter() - began
    sys.stdout.write(f"{took:.3f} {resident_mb('self') - before:.1f}\n")
    keyring.mend()


if __name__ == "__main__":
    main()
