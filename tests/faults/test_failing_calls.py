"""System calls that never return, fail or write too little: at each that changes the disk."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.faults.aftermath import Survived, make_template
from tests.faults.calls.acts import OF_THE_KEEPER, OF_THE_RECORDER
from tests.faults.calls.after import Bench
from tests.faults.calls.failing import HARMS, Failing, failing
from tests.faults.fault_box import Row
from tests.faults.power.told import PROMISED

pytestmark = [pytest.mark.faults, pytest.mark.timeout(14_400)]

ACTS = [*OF_THE_KEEPER, *OF_THE_RECORDER]

LEAST_KILLS = 1000

FAILURES = [harm for harm in HARMS if "," in harm or "short" in harm]
"""EIO and ENOSPC of syncs and writes, and writes of a half; each is tried at every such call."""

TRACED = (
    *("write", "pwrite64", "ftruncate", "truncate", "fallocate", "fsync", "fdatasync", "syncfs"),
    *("rename", "link", "unlink", "rmdir", "mkdir", "chmod", "fchmod", "openat", "open"),
    *("renameat", "renameat2", "linkat", "unlinkat", "mkdirat", "fchmodat", "writev", "pwritev"),
    *("pwritev2", "sendfile", "copy_file_range", "access", "faccessat", "faccessat2"),
)


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Failing]:
    with failing(tmp_path_factory.mktemp("shim")) as made:
        yield made


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(make_template(tmp_path / "template"), tmp_path)


def counted(process: Failing, bench: Bench, act: str, what: str = "count") -> int:
    data = bench.box(act)
    calls: int = process.order(act, data, what)["calls"]
    shutil.rmtree(data)
    return calls


def test_killed_at_a_thousand_calls(
    process: Failing, bench: Bench, table: dict[str, list[Row]]
) -> None:
    kills = 0
    for act in ACTS:
        tries = {"kill": counted(process, bench, act)}
        tries["tear"] = counted(process, bench, act, "count writes")
        found: list[Survived] = []
        for harm, count in tries.items():
            for n in range(1, count + 1):
                data = bench.box(act)
                if process.order(act, data, harm, n)["died"]:
                    found.append(bench.found(act, data))
        kills += len(found)
        counts = (tries["kill"], tries["tear"], len(found), sum(one.resumed for one in found))
        ways = "; ".join(sorted({one.found for one in found}))
        table["killed calls"].append((act.replace("_", " "), *map(str, counts), ways))
    assert kills >= LEAST_KILLS


@pytest.mark.parametrize("harm", FAILURES)
def test_a_call_that_fails(
    process: Failing, bench: Bench, harm: str, table: dict[str, list[Row]]
) -> None:
    tries = said = resumed = 0
    for act in OF_THE_KEEPER:
        kind = "count syncs" if "sync" in harm else "count writes"
        for n in range(1, counted(process, bench, act, kind) + 1):
            data = bench.box(act)
            answer = process.order(act, data, harm, n)
            resumed += bench.found(act, data, failed=True).resumed
            tries, said = tries + 1, said + bool(answer["said"])
    counts = map(str, (tries, said, resumed))
    table["failing calls"].append((harm, *counts, "done, or not done and said"))


@pytest.mark.parametrize("harm", [harm for harm in FAILURES if "ENOSPC" not in harm])
def test_a_call_goes_on_in_another_file(
    process: Failing, bench: Bench, harm: str, table: dict[str, list[Row]]
) -> None:
    data = bench.box("call")
    process.order("call", data, "count")
    whole, _ = bench.played(data)
    kind = "count syncs" if "sync" in harm else "count writes"
    lost, parts = [], []
    for n in range(1, counted(process, bench, "call", kind) + 1):
        data = bench.box("call")
        process.order("call", data, harm, n)
        plays, count = bench.played(data)
        parts.append(count)
        if count:  # a file that cannot be opened records nothing, and the call is counted so
            lost.append(max(0, whole - plays))
    assert lost
    assert max(lost) <= PROMISED
    assert harm == "short write" or max(parts) == 2
    told = f"at most {max(parts)} parts, at most {max(lost) / 8000:.2f} s missing"
    table["failing calls"].append((f"{harm}, in a call", str(len(parts)), "–", "0", told))


@pytest.mark.parametrize("harm", [harm for harm in FAILURES if "ENOSPC" in harm])
def test_a_full_disk_ends_a_calls_recording(
    process: Failing, bench: Bench, harm: str, table: dict[str, list[Row]]
) -> None:
    """No other file would have room. The later it was full, the more of the call plays."""
    data = bench.box("call")
    process.order("call", data, "count")
    whole, _ = bench.played(data)
    kind = "count syncs" if "sync" in harm else "count writes"
    plays = []
    for n in range(1, counted(process, bench, "call", kind) + 1):
        data = bench.box("call")
        process.order("call", data, harm, n)
        samples, parts = bench.played(data)
        plays.append(samples)
        assert parts <= 1
    cut = [samples for samples in plays if samples < whole]  # not where another file was written
    steps = [later - before for before, later in pairwise([0, *cut, whole])]
    assert min(steps) >= 0, plays
    assert max(steps) <= PROMISED, plays
    told = f"its recording ends; of {whole / 8000:.1f} s what was heard by then plays"
    table["failing calls"].append((f"{harm}, in a call", str(len(plays)), "–", "0", told))


def test_the_library_misses_no_call(tmp_path: Path, bench: Bench) -> None:
    """What strace sees of an act, the library has counted."""
    assert subprocess.run(["strace", "-V"], check=False, capture_output=True).returncode == 0
    trace = tmp_path / "trace"
    before = ("strace", "-f", "-y", "-qq", "-s", "8", "-o", str(trace))
    with failing(tmp_path, (*before, "-e", f"trace=?{',?'.join(TRACED)}")) as process:
        orders = [(act, bench.box(act)) for act in ("erase", "first_run", "settings")]
        calls = [process.order(act, data, "count")["calls"] for act, data in orders]
    lines = trace.read_text().split("/zgoda-armed")[1:]
    for (act, data), count, said in zip(orders, calls, lines, strict=True):
        seen = [line for line in said.split("/zgoda-disarmed")[0].splitlines() if str(data) in line]
        seen = [line for line in seen if changes(line)]
        assert len(seen) == count, (act, "\n".join(seen))


def changes(line: str) -> bool:
    """Say whether a traced call changes the disk; an interrupted one has two lines."""
    if "resumed>" in line or re.search(r"\b(access|faccessat2?)\(", line):
        return False
    return "open" not in line.partition("(")[0] or "O_CREAT" in line
