"""Whatever a planted file says, it costs that file alone: everybody stays in."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from appliance.clock import day_of
from appliance.errors import Refused
from appliance.keeper.reading.reading import Reading
from appliance.link.requests.calls import (
    EraseCall,
    ExportCall,
    Ground,
    HoldCall,
    HoldGround,
    ListCalls,
    OpenPlayback,
    ShowCall,
    ShowCertificate,
    ShowUnreadable,
    VerifyCalls,
)
from appliance.model.records import CallMeta, ConsentReceipt, RecordingEnd, RecordingMark, Verdict
from appliance.vault.format import LONGEST_KEPT_DAYS, MOST_SAMPLES
from appliance.vault.opening.digest import MOST_BYTES
from tests.commands.served import Served
from tests.deep import spread
from tests.keeper.office import Office, make_office
from tests.model.refusals import refuses
from tests.planted import Planted, huge, plant
from tests.web.conftest import Panel, serve, set_up_box

NOT_UTF8 = b'{"samples":16000,"reason":"\xff\xfe"}'
DEEP = b"[" * 4000

HOSTILE: dict[str, Planted] = {
    "FINAL is not UTF-8": Planted(end=NOT_UTF8),
    "FINAL is nested deeply": Planted(end=DEEP),
    "FINAL says more samples than there are numbers": Planted(end={"samples": 10**30}),
    "FINAL lies at the end of time": Planted(last_sample=2**63),
    "FINAL's reason is a novel": Planted(end={"reason": "x" * 3000}),
    "META is not UTF-8": Planted(meta=b'{"call":"\xff"}'),
    "META is nested deeply": Planted(meta=DEEP),
    "META began at 1e300": Planted(meta={"started_at": 1e300}),
    "META began before time": Planted(meta={"started_at": -1.0}),
    "META began at NaN": Planted(meta=b'{"started_at":NaN}'),
    "META began at infinity": Planted(meta=b'{"started_at":1e999}'),
    "META is due in a billion years": Planted(meta={"due_days": {"training": 10**12}}),
    "META is due before 1970": Planted(meta={"due_days": {"training": -5}}),
    "META is due later than its ticket": Planted(meta={"due_days": {"training": 80_000}}),
    "META is due never": Planted(meta={"due_days": {}}),
    "META is due for other purposes": Planted(meta={"due_days": {"marketing": 1}}),
    "META waited an age": Planted(meta={"recording_at_ms": 2**70}),
    "META's call is a huge string": Planted(meta={"call": "f" * 3000}),
    "META's surrogate is alone": Planted(meta=b'{"call":"\\ud800"}'),
    "the receipt's time is 1e300": Planted(receipt={"time": 1e300}),
    "the receipt heard 2**80 ms": Planted(receipt={"heard_ms": 2**80}),
    "the receipt is not UTF-8": Planted(receipt=b'{"outcome":"\xff"}'),
    "the receipt's level is absurd": Planted(receipt={"level_db": 1e200}),
}
"""Files that cannot be listed."""

ODD: dict[str, Planted] = {
    "a mark is not UTF-8": Planted(marks=(b'{"kind":"\xff"}',)),
    "a mark lies beyond all numbers": Planted(marks=({"sample": 2**90},)),
    "a mark lies in the past": Planted(marks=({"samples": -1},)),
}
"""Files that can be listed, with something inside that stops a look at the whole."""

PEOPLE = ("Ewa Nowak", "Lena Listener", "Pola Officer")


@pytest.fixture
def panel(tmp_path: Path) -> Iterator[Panel]:
    yield from serve(set_up_box(tmp_path))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = make_office(tmp_path / "data", pool_ahead=60)
    yield made
    made.close()


def child_of(panel: Panel) -> int:
    box = panel.box.keeper.box
    assert box is not None
    pid = box.records.readers.reading.process_id
    assert pid is not None
    return pid


def test_three_of_three_stay_in_whatever_is_planted(panel: Panel) -> None:
    """Real keeper, socket, panel and reading child; three sessions; all files at once."""
    good = panel.record()
    browsers = [panel.log_in(name) for name in PEOPLE]
    child = child_of(panel)
    folders, now = panel.box.folders, panel.box.clock.now()
    names = [*HOSTILE, *ODD]
    for at in range(0, len(names), 8):
        for name in names[at : at + 8]:
            plant(folders, now, (HOSTILE | ODD)[name])
        panel.box.keeper.take_up()
        panel.box.keeper._box.pool.fill()
    reader = browsers[0]
    listed = reader.get("/calls").text
    assert f"{len(HOSTILE)} recordings cannot be read" in listed
    assert good in listed
    for path in ("/", "/calls", "/audit"):
        assert all(browser.get(path).status_code in {200, 403} for browser in browsers), path
    assert reader.find("/calls", text="22 123 45 67").status_code == 200
    assert [browser.get("/calls").status_code for browser in browsers] == [200, 200, 200]
    assert child_of(panel) == child
    again = [panel.log_in(name) for name in PEOPLE]
    assert [browser.get("/calls").status_code for browser in again] == [200, 200, 200]


@pytest.mark.parametrize("name", spread(list(HOSTILE), 8))
def test_it_is_shown_as_unreadable_everywhere(office: Office, name: str) -> None:
    good = office.record()
    rid = plant(office.folders, office.clock.now(), HOSTILE[name])
    office.records.take_up()
    office.unlock()
    child = office.records.readers.reading.process_id
    found = office.ask(ListCalls())
    assert [call.recording for call in found.calls] == [good]
    assert [one.recording for one in found.unreadable] == [rid]
    assert found.unreadable[0].due_day == day_of(office.clock.now()) + 90
    assert office.ask(ListCalls(text="22 123 45 67")).unreadable == found.unreadable
    operations: tuple[Any, ...] = (
        ShowCall(rid), OpenPlayback(rid, "training"), ExportCall(rid),
    )  # fmt: skip
    for operation in operations:
        with pytest.raises(Refused) as refusal:
            office.ask(operation)
        assert refusal.value.code == "unreadable"
        assert len(str(refusal.value)) < 200
    with refuses("unreadable"):
        office.ask(HoldCall(rid, HoldGround.CLAIMS, "Lawsuit", "2099-01-01"))
    shown = office.ask(ShowUnreadable(rid))
    assert shown.verdict in {Verdict.COMPLETE, Verdict.DAMAGED}
    # Each wish is on record before anybody looks, and so is that nothing came of it.
    types = [line.type for line in shown.audit]
    assert types == ["failed", "exported", "failed", "played", "sealed"]
    assert office.ask(VerifyCalls()).verdicts.keys() == {good, rid}
    # The catalogue is made anew from the recordings.
    office.records.lock()
    for shelf in office.folders.shelves.iterdir():
        shelf.unlink()
    office.unlock()
    again = office.ask(ListCalls())
    assert ([one.recording for one in again.unreadable], again.total) == ([rid], 1)
    assert office.records.readers.reading.process_id != child
    assert office.deaths == []


@pytest.mark.parametrize("name", ODD)
def test_an_odd_mark_costs_a_verdict_and_nothing_else(office: Office, name: str) -> None:
    rid = plant(office.folders, office.clock.now(), ODD[name])
    office.records.take_up()
    office.unlock()
    assert office.ask(ListCalls()).total == 1
    assert office.ask(ShowCall(rid)).call.verdict is Verdict.DAMAGED
    assert office.deaths == []


def test_it_can_be_erased_at_once(office: Office) -> None:
    rid = plant(office.folders, office.clock.now(), HOSTILE["META began at 1e300"])
    office.records.take_up()
    office.unlock()
    office.ask(EraseCall(rid, Ground.UNLAWFUL, "Planted"))
    assert office.ask(ListCalls()).unreadable == ()
    assert office.ask(ShowCertificate(rid)).state == "erasing"
    with pytest.raises(Refused):
        office.ask(ShowUnreadable(rid))


def test_no_ticket_lives_for_ever(office: Office) -> None:
    """Locked: the ticket alone decides, and it is bounded."""
    now = office.clock.now()
    ages = plant(office.folders, now, Planted(kept_days=2**16 - 1))
    most = plant(office.folders, now, Planted(kept_days=LONGEST_KEPT_DAYS))
    office.records.take_up()
    assert due(office, ages) == day_of(now) + 90
    assert due(office, most) == day_of(now) + LONGEST_KEPT_DAYS
    office.unlock()  # its META asks for ages as well
    assert [one.recording for one in office.ask(ListCalls()).unreadable] == [ages]
    assert due(office, ages) == day_of(now) + 90


def due(office: Office, rid: str) -> int | None:
    entry = office.keyring.get(rid)
    assert entry is not None
    return entry.due_day


def test_a_file_larger_than_any_recording_is_never_read(office: Office) -> None:
    """A sparse file of eight terabytes costs no disk, and would take days to digest."""
    rid = plant(office.folders, office.clock.now(), Planted())
    huge(office.folders.new, rid, 8 * 2**40)
    office.records.take_up()
    office.records.take_up()
    assert ("erasing", rid) in office.acts()
    office.clock.advance(31)
    office.records.tick()
    assert not office.file(rid).exists()
    assert MOST_BYTES < 2**33


def test_the_longest_recording_still_plays_as_a_wav(office: Office) -> None:
    """Its size stands in 32 bits: two channels of the last sample that is allowed."""
    assert 44 + MOST_SAMPLES * 4 < 2**32
    rid = plant(office.folders, office.clock.now(), Planted(last_sample=MOST_SAMPLES))
    office.records.take_up()
    office.unlock()
    opened = office.ask(OpenPlayback(rid, "training"))
    assert opened.bytes == 44 + MOST_SAMPLES * 2


def test_the_child_outlives_a_fault_of_ours(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even a request that nobody foresaw ends itself alone."""
    rid = office.record()
    office.unlock()
    reading: Reading = office.records.readers.reading
    child = reading.process_id
    for start, count in ((2**62, 2**19), (-(2**62), 1), (0, 2**31)):
        with pytest.raises(Exception, match=r"impossible|at once"):
            raise_unless_bytes(reading, rid, office, start, count)
    assert reading.process_id == child
    assert reading.summary(rid).ended == "hung_up"


def raise_unless_bytes(reading: Reading, rid: str, office: Office, start: int, count: int) -> None:
    raw = reading.sound(rid, office.facts(rid), start, count)
    raise ValueError(f"at once {len(raw)}")


def test_the_commands_name_it_in_a_sentence(tmp_path: Path) -> None:
    office = make_office(tmp_path / "data")
    rid = plant(office.folders, office.clock.now(), HOSTILE["FINAL is not UTF-8"])
    steered = plant(
        office.folders, office.clock.now(), Planted(meta={"name": "\x1b[2JAnna", "number": None})
    )
    office.audit.sign_head()
    served = Served(office.folders.data, {})
    try:
        listed = served.run("list")
        assert listed.exit_code == 0
        assert f"{rid}  It cannot be read." in listed.stdout
        assert "\x1b" not in listed.stdout
        assert steered in listed.stdout
        assert [one["recording"] for one in _unreadable(served)] == [rid]
        for act in ("show", "export"):
            done = served.run(act, rid)
            assert done.exit_code == 1, done.output
            assert done.stderr.startswith("zgoda: What this file says of its call cannot be read.")
            assert len(done.stderr.splitlines()) == 1
    finally:
        served.close()


def _unreadable(served: Served) -> list[dict[str, Any]]:
    told: Any = served.json("list")["unreadable"]
    return list(told)


@pytest.mark.parametrize("kind", [CallMeta, ConsentReceipt, RecordingEnd, RecordingMark])
def test_every_number_of_a_frame_has_bounds(kind: type[msgspec.Struct]) -> None:
    """A field that is added without bounds fails here."""
    for field in msgspec.json.schema_components([kind])[1][kind.__name__]["properties"].values():
        for one in field.get("anyOf", [field]):
            for each in (one, one.get("additionalProperties") or {}):
                if isinstance(each, dict) and each.get("type") in {"integer", "number"}:
                    assert "minimum" in each, (kind, each)
                    assert {"maximum", "exclusiveMaximum"} & each.keys(), (kind, each)


def test_a_nested_note_stops_no_take_up(office: Office) -> None:
    (office.folders.notes / "deep.json").write_bytes(DEEP)
    (office.folders.notes / "odd.json").write_bytes(b'{"line":"\xff"}')
    rid = office.seal()
    office.records.take_up()
    assert ("sealed", rid) in office.acts()
    assert list(office.folders.notes.iterdir()) == []
