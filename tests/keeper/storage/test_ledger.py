"""Test the ledger: one change or none, nothing lost, each note counted once."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tinydb import TinyDB
from tinydb.table import Document

from appliance.errors import FileFormatError, MadeByNewer
from appliance.keeper.storage.belief import Belief, BootStart, Swept
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.storage.ledger_file import LABEL
from appliance.keeper.storage.rewrite import anew
from appliance.keeper.storage.rows import ErasureEntry, HoldEntry, SealedWords
from appliance.keeper.storage.sealed_tinydb import SealedStorage
from appliance.link.requests.audit import GetCounts
from appliance.link.requests.calls import Ground, HoldGround
from appliance.model.records import CallNote
from appliance.vault import container
from appliance.vault.disk import Disk
from tests.keeper.boxes import set_up

KEY = bytes(range(32))
RID = "00ff" * 8
OTHER = "ab" * 16


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger", KEY)


def again(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger", KEY)


def hold(recording: str = RID, sealed: bytes = b"\0one") -> HoldEntry:
    return HoldEntry(
        recording=recording,
        ground=HoldGround.CLAIMS,
        author="0a0b0c0d",
        review="2027-01-31",
        at=1.0,
        words=SealedWords("c0" * 8, sealed),
    )


def erasure(recording: str, until: int | None = None) -> ErasureEntry:
    return ErasureEntry(
        recording=recording,
        call="00ff" * 4,
        ground=Ground.UNLAWFUL,
        author="0a",
        at=2.0,
        until=until,
        words=SealedWords("e0" * 8, b"two"),
    )


def note(reason: str = "refused", day: str = "2026-11-25") -> CallNote:
    return CallNote(line="Reception", day=day, outcome="unrecorded", reason=reason)


def test_holds_words_are_kept_replaced_and_released(ledger: Ledger, tmp_path: Path) -> None:
    ledger.hold([hold()])
    ledger.hold([hold(OTHER)])
    ledger.hold([hold(sealed=b"\xff")])
    kept = again(tmp_path)
    assert kept.hold_of(RID) == hold(sealed=b"\xff")
    assert kept.holds() == [hold(sealed=b"\xff"), hold(OTHER)]
    kept.release([RID])
    kept.release(["cd" * 16])
    assert kept.hold_of(RID) is None
    assert again(tmp_path).hold_of(OTHER) == hold(OTHER)


def test_reasons_of_erasure_are_kept(ledger: Ledger, tmp_path: Path) -> None:
    one, other = erasure(RID), erasure(OTHER, until=20_900)
    ledger.erasing([one])
    ledger.erasing([one, other])
    assert again(tmp_path).erasure_of(RID) == one
    assert again(tmp_path).erasures() == [one, other]
    ledger.forget_erasures([RID, "cd" * 16])
    assert again(tmp_path).erasures() == [other]
    assert ledger.erasure_of(RID) is None


def test_each_note_is_counted_once_whatever_the_power_does(ledger: Ledger, tmp_path: Path) -> None:
    first = {"a.json": note(), "b.json": note("no_answer")}
    ledger.count(first)
    # The power went before the files were removed: they are in the next batch again.
    after = again(tmp_path)
    after.count({**first, "c.json": note(), "d.json": note(day="2026-11-24")})
    assert [tuple(row) for row in after.counts("2026-11-24")] == [
        ("Reception", "2026-11-25", "unrecorded", "no_answer", 1),
        ("Reception", "2026-11-25", "unrecorded", "refused", 2),
        ("Reception", "2026-11-24", "unrecorded", "refused", 1),
    ]
    assert len(after.counts("2026-11-25")) == 2
    assert after.counts("2026-11-26") == []


def test_the_last_believed_time_and_boots_are_kept(ledger: Ledger, tmp_path: Path) -> None:
    assert ledger.belief() is None
    assert ledger.swept() is None
    for number in range(120):
        belief = Belief(1000.0 * number, f"{number:06x}", 10.0, counted=1000.0 * number)
        ledger.believe(belief, Swept(5.0, 7) if number == 60 else None)
    kept = again(tmp_path)
    assert kept.belief() == belief
    assert kept.swept() == Swept(5.0, 7)
    assert len(kept.boots()) == 100
    assert kept.boots()[f"{119:06x}"] == BootStart(118_990.0)


def test_a_ledger_that_was_begun_is_there_from_then_on(ledger: Ledger, tmp_path: Path) -> None:
    assert ledger.begun
    for _ in range(2):
        ledger.begin()
        assert not again(tmp_path).begun
    assert ledger.belief() is None


def test_time_without_power_may_have_come_before_every_boot_that_nobody_confirmed(
    ledger: Ledger,
) -> None:
    ledger.believe(Belief(1000.0, "aaaaaa", 100.0, exact=True))
    ledger.believe(Belief(1200.0, "bbbbbb", 50.0, agrees=True, counted=200.0))
    ledger.believe(Belief(1500.0, "cccccc", 50.0, counted=500.0))
    ledger.believe(Belief(9500.0, "dddddd", 10.0, exact=True, agrees=True, counted=510.0))
    ledger.believe(Belief(99_500.0, "eeeeee", 10.0, counted=520.0))
    assert ledger.boots() == {
        "aaaaaa": BootStart(900.0, exact=True),
        "bbbbbb": BootStart(1150.0, settled=True),
        "cccccc": BootStart(1450.0, late=7990.0, settled=True),
        "dddddd": BootStart(9490.0, exact=True, settled=True),
        "eeeeee": BootStart(99_490.0),
    }


def test_a_ledger_of_an_older_version_says_what_it_believed(tmp_path: Path) -> None:
    database = TinyDB(tmp_path / "ledger", KEY, LABEL, None, storage=SealedStorage)
    last = {"wall": 1000.0, "boot": "a1b2c3", "uptime": 10.0}
    older = {"last": last, "boots": {"a1b2c3": 990.0, "0ddb00": 5.0}, "exact": ["0ddb00"]}
    database.table("time").insert(Document(older, 1))
    ledger = again(tmp_path)
    assert ledger.belief() == Belief(1000.0, "a1b2c3", 10.0)
    assert ledger.boots() == {"a1b2c3": BootStart(990.0), "0ddb00": BootStart(5.0, exact=True)}
    ledger.believe(Belief(1060.0, "a1b2c3", 70.0, counted=60.0))
    assert ledger.boots()["0ddb00"] == BootStart(5.0, exact=True)


def test_a_damaged_ledger_is_refused_not_replaced(ledger: Ledger, tmp_path: Path) -> None:
    ledger.hold([hold()])
    path = tmp_path / "ledger"
    raw = bytearray(path.read_bytes())
    raw[50] ^= 1
    path.write_bytes(raw)
    with pytest.raises(FileFormatError, match="ledger is damaged"):
        again(tmp_path)
    assert path.read_bytes() == bytes(raw)


class CountingDisk(Disk):
    """A real disk that counts what is replaced."""

    def __init__(self) -> None:
        self.writes = 0

    def replace(self, path: Path, data: bytes, mode: int = 0o600, group: int | None = None) -> None:
        self.writes += 1
        super().replace(path, data, mode, group)


def test_a_change_is_one_write(tmp_path: Path) -> None:
    disk = CountingDisk()
    ledger = Ledger(tmp_path / "ledger", KEY, disk)
    changes: list[Callable[[], None]] = [
        lambda: ledger.hold([hold()]),
        lambda: ledger.hold([hold(sealed=b"\xff")]),
        lambda: ledger.release([RID, OTHER]),
        lambda: ledger.erasing([erasure(RID)]),
        lambda: ledger.erasing([erasure(RID, until=7), erasure(OTHER)]),
        lambda: ledger.forget_erasures([RID, OTHER]),
        lambda: ledger.count({"a.json": note(), "b.json": note()}),
        lambda: ledger.believe(Belief(1.0, "aabbcc", 1.0), Swept(1.0, 1)),
    ]
    for number, change in enumerate(changes, start=1):
        change()
        assert disk.writes == number
    ledger.release([RID])
    ledger.forget_erasures([])
    assert disk.writes == len(changes), "nothing changed"


def test_no_word_is_readable_on_the_disk(ledger: Ledger, tmp_path: Path) -> None:
    ledger.hold([hold(sealed=b"claims")])
    raw = (tmp_path / "ledger").read_bytes()
    assert b"claims" not in raw
    assert b"recording" not in raw


@pytest.mark.parametrize("harm", ["flipped", "cut", "empty", "foreign"])
def test_a_damaged_ledger_keeps_the_keeper_from_opening_and_stays_as_it_is(
    tmp_path: Path, harm: str
) -> None:
    box = set_up(tmp_path / "data")
    box.log_in()
    box.keeper.close()
    path = box.folders.ledger
    whole = path.read_bytes()
    harmed = {"cut": whole[:-9], "empty": b"", "foreign": b"%PDF-1.7" * 99}.get(harm)
    path.write_bytes(bytes([*whole[:50], whole[50] ^ 4, *whole[51:]]) if harmed is None else harmed)
    left = path.read_bytes()
    with pytest.raises(FileFormatError) as refused:
        box.keeper.open()
    said = str(refused.value)
    assert said.startswith("ledger is damaged or foreign, or its key does not fit: put back a copy")
    assert said.endswith("counts that it held.")
    assert path.read_bytes() == left
    path.rename(tmp_path / "moved away")
    box.keeper.open()
    assert "ledger_begun" in box.acts(), "on the record"
    assert box.ask(GetCounts(), box.log_in()).rows == ()
    box.restart()
    assert box.acts().count("ledger_begun") == 1
    box.keeper.close()


@pytest.mark.parametrize("later", [4, 11])
def test_what_a_newer_version_wrote_or_prepared_stays(tmp_path: Path, later: int) -> None:
    key, path = bytes(range(32)), tmp_path / "ledger"
    for place in (anew(path), path):
        place.write_bytes(container.seal(key, b"zgoda ledger v%d" % later, b"{}"))
        left = place.read_bytes()
        with pytest.raises(MadeByNewer, match=rf"version {later}; this one knows 3"):
            Ledger(path, key)
        assert place.read_bytes() == left
        place.unlink()
