"""Measure the page of the list of calls as a browser gets it: time, processor, bytes."""

import re
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from appliance.clock import DAY
from appliance.config.folders import Folders
from appliance.vault.opening.keyring import Keyring
from benchmarks.box.keeper_material import calls_kept
from benchmarks.box.live import cpu_seconds
from benchmarks.box.timing import times_ms
from benchmarks.row import Row
from tests.boxes import make_box
from tests.security.memory.downloads import Running, downloads

CALLS = 100_000
TIMES = 100
MOST_MS, MOST_BYTES = 30.0, 90_000

PAGES = {
    "the newest": "/calls",
    "the oldest": "/calls?order=oldest",
    "page 2000": "/calls?page=2000",
    "filtered by purpose and hold": "/calls?purpose=training&hold=not_held",
}
PARTS = re.compile(r'<(?:script|link)[^>]* (?:src|href)="(/static/[^"]+)"')
"""What a browser loads with a page, once."""


@dataclass
class Kept:
    """Where calls are kept."""

    folders: Folders
    keyring: Keyring
    reading_key: bytearray


def rows() -> Iterator[Row]:
    """List, from the newest and from the oldest, and filter; takes about a minute."""
    with _box() as running:
        for what, path in PAGES.items():
            yield _row(running, f"{CALLS} calls: {what}", path)
        yield _row(running, f"{CALLS} calls: one person's of all, found by number", _found(running))
        page = _get(running, "/calls")
        parts = dict.fromkeys(PARTS.findall(page.decode()))
        whole = len(page) + sum(len(_get(running, part)) for part in parts)
        yield Row(
            f"{CALLS} calls: bytes of the list, and with all that a browser loads once",
            f"{len(page) / 1000:.1f} and {whole / 1000:.1f} kB",
            f"≤ {MOST_BYTES / 1000:.0f} kB",
            met=whole <= MOST_BYTES,
        )


@contextmanager
def _box() -> Iterator[Running]:
    """Run keeper, reading child and panel on so many calls, all of them read; log in."""
    with TemporaryDirectory(prefix="zgoda-bench-", dir="/var/tmp") as place:
        box = make_box(Path(place) / "data")
        kept = Kept(box.folders, box.keyring(), box.reading_key())
        calls_kept(kept, CALLS, int(time.time() // DAY))
        with downloads(box) as running:
            pause = time.monotonic() + 120
            while f"{CALLS} calls".encode() not in _get(running, "/calls"):
                if time.monotonic() > pause:
                    raise RuntimeError("The list was not read within two minutes.")
            yield running


def _row(running: Running, what: str, path: str) -> Row:
    """Measure one address, warm: a page that was never asked for compiles its template."""
    assert b'class="call"' in _get(running, path)
    pids = [pid for own in running.processes.values() for pid in own]
    before = cpu_seconds(pids)
    took = times_ms(lambda: _get(running, path), TIMES)
    used = 1000 * (cpu_seconds(pids) - before) / TIMES
    median, high = statistics.median(took), statistics.quantiles(took, n=20)[-1]
    return Row(
        what,
        f"{median:.1f} ms, 95 % ≤ {high:.1f} ms; processor {used:.1f} ms",
        f"≤ {MOST_MS:.0f} ms",
        met=median <= MOST_MS,
    )


def _found(running: Running) -> str:
    """Search as a person does, by POST, and return where it led."""
    with running.visitor.send("/calls", text=f"22 {CALLS // 2:07}") as answer:
        assert answer.status == 303
        return answer.headers["Location"]


def _get(running: Running, path: str) -> bytes:
    with running.visitor.ask("GET", path) as answer:
        assert answer.status == 200, answer.status
        return answer.read()
