"""Measure what playing and handing over a long call takes: checks, time, memory."""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from appliance.keeper.reading.reading import Reading
from appliance.vault.opening.digest import digest
from benchmarks.box.keeper_material import facts
from benchmarks.row import Row
from tests.boxes import TrialBox, make_box
from tests.proofs import proof_of
from tests.security.memory.downloads import Running, downloads, drained, long_call

MINUTES = 240
HOURS = f"{MINUTES // 60} h of two channels"
ABOVE_MB = 30.0


def rows() -> Iterator[Row]:
    """Measure the checks alone, then real processes; takes some two minutes."""
    with TemporaryDirectory(prefix="zgoda-bench-", dir="/var/tmp") as place:
        box = make_box(Path(place) / "data", pool_ahead=4)
        short = long_call(box.folders, 1, time.time())
        rid = long_call(box.folders, MINUTES, time.time())
        yield from _checks(box, rid)
        with downloads(box) as running:
            yield from _processes(running, short, rid)


def _checks(box: TrialBox, rid: str) -> Iterator[Row]:
    """Compare the checks before the first byte with the digest of the whole file."""
    path = box.file(rid)
    known = facts(path)
    reading = Reading(path.parent, box.keyring(), "PL", lambda: None)
    reading.adopt(proof_of(box.reading_key()))
    try:

        def check() -> None:
            reading.open_sound(rid, known)

        check()
        warm, cold = _milliseconds(check, 50), _milliseconds(check, 9, path)
        whole = _milliseconds(lambda: digest(path), 3)
        whole_cold = _milliseconds(lambda: digest(path), 3, path)
    finally:
        reading.end()
    size = path.stat().st_size / 1e6
    yield Row(
        f"checks before the first byte, {HOURS} ({size:.0f} MB), warm",
        f"{warm:.1f} ms",
        peer=f"its SHA-256: {whole:.0f} ms",
    )
    yield Row("the same, not in the cache", f"{cold:.1f} ms", peer=f"{whole_cold:.0f} ms")


def _processes(running: Running, short: str, rid: str) -> Iterator[Row]:
    rest = running.memory("VmRSS")
    ways: dict[str, Callable[[str], int]] = {
        "WAV": lambda which: drained(running.visitor.export(which, "wav")),
        "FLAC": lambda which: drained(running.visitor.export(which, "flac")),
        "a ZIP file of one WAV": lambda which: drained(running.visitor.copies(which)),
    }
    for way in ways.values():
        way(short)
    before = running.memory("VmHWM")
    for name, way in ways.items():
        began = time.perf_counter()
        size = way(rid)
        took = time.perf_counter() - began
        yield Row(f"{HOURS} as {name}, through the panel", f"{took:.0f} s, {size / 1e6:.0f} MB")
    after = running.memory("VmHWM")
    for who, peak in after.items():
        above, grown = peak - rest[who], peak - before[who]
        yield Row(
            f"memory of the {who} at its peak, above its rest of {rest[who]:.0f} MB",
            f"{above:.1f} MB; {grown:.1f} MB more than for a minute",
            f"≤ {ABOVE_MB:.0f} MB",
            met=above <= ABOVE_MB,
        )


def _milliseconds(act: Callable[[], object], times: int, uncached: Path | None = None) -> float:
    """Return the median time; before each act, drop a file from the cache."""
    took = []
    for _ in range(times):
        if uncached is not None:
            _drop(uncached)
        began = time.perf_counter()
        act()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def _drop(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(fd)
