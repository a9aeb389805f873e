"""Measure the keeper: twenty thousand calls, an hour's recording, beside stock TinyDB."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from tinydb import TinyDB

from appliance.keeper.reading.timeline import Place
from appliance.keeper.reading.wav import Wav
from appliance.link.requests.calls import ListCalls
from benchmarks.box.keeper_material import (
    DAY,
    Vault,
    call,
    facts,
    fill,
    long_recording,
    take_in,
    vault,
)
from benchmarks.row import Row

CALLS = 20_000
PEER_CALLS = 10_000
HOUR = 3600


def rows() -> list[Row]:
    """Measure everything; takes about a minute."""
    with vault() as made:
        today = int(time.time() // DAY)
        made.catalogue.unlock(made.reading.start(made.reading_key))
        fill(made, [call(number, today) for number in range(CALLS)])
        return [
            _search(made, "number", "22 001 23 45"),
            _search(made, "part of a name", "zolkiewska 77"),
            _add(made, today),
            _unlock(made),
            _memory(made),
            *_hour(made),
        ]


def _search(made: Vault, what: str, text: str) -> Row:
    took = _median_ms(lambda: made.catalogue.search(ListCalls(text)), 50)
    return Row(f"search {CALLS} calls by {what}", f"{took:.1f} ms", "≤ 50 ms", met=took <= 50)


def _add(made: Vault, today: int) -> Row:
    fresh = [call(CALLS + number, today) for number in range(40)]
    fill(made, fresh[:1])
    left = iter(take_in(made.keyring, fresh[1:]))
    took = _median_ms(lambda: made.catalogue.put([next(left)]), len(fresh) - 1)
    peer = _stock_tinydb(today)
    return Row(
        f"add one call to {CALLS}",
        f"{took:.1f} ms",
        "≤ 10 ms",
        f"stock TinyDB to {PEER_CALLS}: {peer:.0f} ms (× {took / peer:.3f})",
        took <= 10,
    )


def _stock_tinydb(today: int) -> float:
    """Return how long TinyDB's own storage takes to add one call, in milliseconds."""
    documents = [msgspec.to_builtins(call(number, today)) for number in range(PEER_CALLS)]
    with TemporaryDirectory(prefix="zgoda-bench-", dir="/var/tmp") as place:
        database = TinyDB(Path(place) / "calls.json")
        database.insert_multiple(documents)
        left = iter(msgspec.to_builtins(call(number, today)) for number in range(10))
        return _median_ms(lambda: database.insert(next(left)), 10)


def _unlock(made: Vault) -> Row:
    def login() -> None:
        made.catalogue.lock()
        made.reading.end()
        made.catalogue.unlock(made.reading.start(made.reading_key))
        made.catalogue.search(ListCalls())

    took = _median_ms(login, 3) / 1000
    return Row(f"unlock to first list, {CALLS} calls", f"{took:.2f} s", "≤ 2 s", met=took <= 2)


def _memory(made: Vault) -> Row:
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
    made.catalogue.unlock(made.reading.start(made.reading_key))
    return Row(
        f"memory: keeper with {CALLS} calls, and its reading child",
        f"{own:.0f} + {child:.0f} MB",
        "≤ 160 MB",
        met=own + child <= 160,
    )


def _hour(made: Vault) -> list[Row]:
    rid = long_recording(made, HOUR)
    path = made.folders.recordings / rid
    size, known = path.stat().st_size / 1e6, facts(path)
    summary = made.reading.summary(rid)
    wav = Wav(summary.channels, summary.samples)
    places = iter(range(0, wav.total - 65_536, wav.total // 41))

    def play() -> None:
        """Open the recording afresh and play 64 KiB, four seconds, from another place each time."""
        made.reading.close_recording(rid)
        span = wav.span(next(places), 65_536)
        made.reading.sound(rid, known, span.start, span.count)

    first = _worst_ms(play, 40)

    def export() -> None:
        number, last = (
            made.reading.begin_export([(rid, Place(0, None), known)], "flac").export,
            False,
        )
        while not last:
            last, _ = made.reading.next_piece(number)

    exported = _median_ms(export, 1) / 1000
    return [
        Row(
            "first audio anywhere in 1 h, worst of 40",
            f"{first:.1f} ms",
            "≤ 100 ms",
            met=first <= 100,
        ),
        Row("a recorded hour of one channel", f"{size:.1f} MB", "≤ 30 MB", met=size <= 30),
        Row("export of 1 h to FLAC", f"{exported:.1f} s"),
    ]


def _times_ms(act: Callable[[], object], times: int) -> list[float]:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        took.append((time.perf_counter() - began) * 1000)
    return took


def _median_ms(act: Callable[[], object], times: int) -> float:
    return statistics.median(_times_ms(act, times))


def _worst_ms(act: Callable[[], object], times: int) -> float:
    return max(_times_ms(act, times))
