"""Measure the list of calls as it grows: add, erase, first list, search, memory."""

import math
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import structs
from tinydb import TinyDB

from appliance.clock import DAY
from appliance.link.requests.calls import ListCalls
from appliance.vault.opening.entry import RecordingEntry
from benchmarks.box.keeper_material import (
    Vault,
    calls_kept,
    short_recording,
    vault,
)
from benchmarks.box.timing import median_ms, times_ms
from benchmarks.row import Row, Table
from tests.proofs import proof_of

SIZES = (1_000, 20_000, 100_000, 500_000)
TARGETS_AT = 100_000
MANY = 10_000
PEER_CALLS = 10_000

ADD, ERASE = "add one", "erase one"
NEIGHBOURS, SCATTERED = f"erase {MANY} of neighbouring days", f"erase {MANY} of all days"
FIRST_LIST, ALL, REBUILD = "unlock to first list", "all read", "make one row again"
NUMBER, PART, NAME, COMMON = (
    "search a whole number",
    "search a part of a number",
    "search a name",
    "search what half of all have",
)
LIST_MEANWHILE = "a list while the rest is read, worst"
KEEPER, CHILD = "memory: keeper", "memory: its reading child"
IN_ALL = "memory of the two that keep calls"

BEFORE = Table(
    "The same before keys lay in shards and the list in shelves, in ms and MB",
    ("calls", ADD, FIRST_LIST, IN_ALL),
    (
        ("1,000", "1.6", "300", "106"),
        ("5,000", "4.3", "400", "113"),
        ("20,000", "10.9", "1,400", "142"),
        ("100,000", "44", "8,000", "302"),
    ),
)
"""What the box of 26 November 2026 took."""

TARGETS = {
    ADD: 5.0,
    ERASE: 50.0,
    NEIGHBOURS: 10_000.0,
    SCATTERED: 10_000.0,
    FIRST_LIST: 500.0,
    NUMBER: 20.0,
    PART: 20.0,
    NAME: 20.0,
    COMMON: 20.0,
}
"""Milliseconds, at 100,000 calls."""

MEMORY_TARGET = 160.0
"""MB in all: of the keeper and its reading child, the only two that keep calls. Recorder and panel
keep none and have targets of their own (``box.processes``)."""


def rows() -> Iterator[Row | Table]:
    """Measure each size on this machine's own disk; takes some minutes."""
    lines: list[tuple[str, ...]] = []
    columns: tuple[str, ...] = ()
    for size in SIZES:
        figures = _figures(size)
        columns = ("calls", *figures)
        lines.append((f"{size:,}", *map(_figure, figures.values())))
        if size == TARGETS_AT:
            yield from _beside_targets(size, figures)
    yield Table("The list by the number of calls, in ms and MB", columns, tuple(lines))
    yield BEFORE


def _figure(figure: float) -> str:
    """Write a figure; a dash for one that a size is too small for."""
    if math.isnan(figure):
        return "–"
    return f"{figure:.2f}" if figure < 10 else f"{figure:,.0f}"


def _beside_targets(size: int, figures: dict[str, float]) -> Iterator[Row]:
    peer = _stock_tinydb()
    for what, most in TARGETS.items():
        took = figures[what]
        beside = f"stock TinyDB to {PEER_CALLS}: {peer:.0f} ms (× {took / peer:.3f})"
        yield Row(
            f"{size} calls: {what}",
            f"{took:.2f} ms",
            f"≤ {most:.0f} ms",
            beside if what == ADD else "",
            met=took <= most,
        )
    both = figures[KEEPER] + figures[CHILD]
    yield Row(
        f"{size} calls: {IN_ALL}, keeper and reading child",
        f"{figures[KEEPER]:.0f} + {figures[CHILD]:.0f} MB",
        f"≤ {MEMORY_TARGET:.0f} MB",
        met=both <= MEMORY_TARGET,
    )


def _figures(size: int) -> dict[str, float]:
    today = int(time.time() // DAY)
    with vault() as made:
        names = calls_kept(made, size, today)
        figures = _unlocked(made, size) | _memory(made)
        made.reading.adopt(proof_of(made.reading_key))
        made.catalogue.unlock()
        while made.catalogue.read_on():
            pass
        return _searches(made, size) | figures | _changes(made, names, today)


def _unlocked(made: Vault, size: int) -> dict[str, float]:
    """Unlock as a login does behind the password; then read on while somebody lists."""

    def first_list() -> None:
        made.catalogue.lock()
        made.reading.end()
        made.reading.adopt(proof_of(made.reading_key))
        made.catalogue.unlock()
        assert len(made.catalogue.search(ListCalls()).calls) == 25

    first = median_ms(first_list, 5)
    began, waits = time.perf_counter(), [0.0]
    while made.catalogue.read_on():
        if len(waits) < 200:
            waits += times_ms(lambda: made.catalogue.search(ListCalls()), 1)
    took = (time.perf_counter() - began) * 1000
    assert made.catalogue.search(ListCalls()).total == size
    return {FIRST_LIST: first, ALL: took, LIST_MEANWHILE: max(waits)}


def _searches(made: Vault, size: int) -> dict[str, float]:
    def search(text: str, times: int = 30) -> float:
        assert made.catalogue.search(ListCalls(text)).total
        return median_ms(lambda: made.catalogue.search(ListCalls(text)), times)

    middle = f"{size // 2:07}"
    return {
        NUMBER: search(f"22 {middle[:3]} {middle[3:]}"),
        PART: search(middle[1:]),
        NAME: search(f"zoltewska {size // 2 // 2000}"),
        COMMON: search("482"),
    }


def _changes(made: Vault, names: list[str], today: int) -> dict[str, float]:
    """Add and erase while everything is listed."""
    fresh = [short_recording(made, 9_000_000 + number, today) for number in range(40)]
    left = iter(fresh)

    def add() -> None:
        """Do what taking up and listing costs, without the audit, whose entry has figures."""
        rid = next(left)

        def taken_up(_: str, entry: RecordingEntry) -> RecordingEntry:
            return structs.replace(entry, due_day=today + 90, day=today, call="00" * 8)

        made.keyring.change([rid], taken_up)
        ((_, due),) = made.catalogue.make([rid]).items()
        assert due == today + 90

    def erase(rids: Sequence[str]) -> None:
        """Erase as the keeper does, wiping and cleaning included, without the grace period."""
        where = made.keyring.where(rids)
        made.reading.close_recordings(rids)
        made.keyring.erase(rids)
        made.catalogue.drop(where.values())
        made.eraser.wipe_others(made.keyring.generation)
        made.keyring.clean()

    figures = {
        ADD: median_ms(add, 39),
        REBUILD: median_ms(lambda: made.catalogue.make(fresh[:1]), 20),
        ERASE: median_ms(lambda: erase([names.pop(len(names) // 3)]), 10),
        NEIGHBOURS: float("nan"),
        SCATTERED: float("nan"),
    }
    if len(names) >= 2 * MANY - 100:
        neighbours = names[:MANY]
        others = names[MANY:]
        scattered = others[:: max(len(others) // MANY, 1)][:MANY]
        figures[NEIGHBOURS] = median_ms(lambda: erase(neighbours), 1)
        figures[SCATTERED] = median_ms(lambda: erase(scattered), 1)
    return figures


def _memory(made: Vault) -> dict[str, float]:
    """Start a separate keeper on the same vault: this process holds more than a keeper does."""
    made.catalogue.lock()
    made.reading.end()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.box.keeper_memory", str(made.folders.data)],
        input=made.password.encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    own, child = map(float, done.stdout.split())
    return {KEEPER: own, CHILD: child}


def _stock_tinydb() -> float:
    """Return how long TinyDB's own storage takes to add one call, in milliseconds."""

    def call(number: int) -> dict[str, object]:
        return {
            "recording": f"{number:032x}",
            "number": f"+4822{number:07}",
            "name": f"Łucja Żółkiewska {number}",
            "line": "Reception",
            "started_at": 1_790_000_000.0 + number,
            "seconds": 183.5,
        }

    with TemporaryDirectory(prefix="zgoda-bench-", dir="/var/tmp") as place:
        database = TinyDB(Path(place) / "calls.json")
        database.insert_multiple(map(call, range(PEER_CALLS)))
        left = iter(map(call, range(PEER_CALLS, PEER_CALLS + 10)))
        return median_ms(lambda: database.insert(next(left)), 10)
