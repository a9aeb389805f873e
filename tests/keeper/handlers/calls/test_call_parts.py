"""Check that a call in several recordings is one call to people, whatever they do with it."""

import io
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from appliance.clock import DAY
from appliance.errors import Refused, VaultError
from appliance.keeper.audit.entries import Act
from appliance.link.requests import calls as ask
from appliance.model.audio import RATE
from appliance.model.records import Verdict
from appliance.vault.format import FRAME_BYTES, HEADER_BYTES
from appliance.vault.opening.entry import RecordingEntry
from appliance.vault.opening.erasers.file import FileEraser
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.recordings import MOST_PARTS
from appliance.vault.opening.refill import refill
from tests.keeper.office import OFFICER, Office, Spoken, make_office, read_wav
from tests.keeper.split_calls import SplitCall
from tests.model.refusals import refuses
from tests.planted import Planted, plant

REVIEW = "2027-06-30"
TWO = (("training", 90), ("quality", 30))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = make_office(tmp_path / "data")
    made.unlock()
    yield made
    made.close()


@pytest.fixture
def call(office: Office) -> SplitCall:
    """Asked, a write fails, it goes on in another file; a new party is asked again."""
    made = split_call(office)
    made.record(8.0, 3.0, fails_at=1.5, ended="far_changed")
    made.record(19.25, 2.0)
    office.records.take_up()
    return made


def split_call(office: Office) -> SplitCall:
    def parts(rid: str) -> tuple[str, ...]:
        return office.keyring.parts(rid)  # of a keyring that was opened again, too

    return SplitCall(office.folders, parts)


def hold(office: Office, rid: str) -> None:
    office.ask(ask.HoldCall(rid, ask.HoldGround.CLAIMS, "A claim", REVIEW))


def erase(office: Office, rid: str) -> ask.ErasureCertificate:
    return office.ask(ask.EraseCall(rid, ask.Ground.CONSENT_WITHDRAWN, "Asked for it"))


def entry(office: Office, rid: str) -> RecordingEntry:
    return office.keyring.entry(rid)


def played(office: Office, rid: str, purpose: str = "training") -> bytes:
    opened = office.ask(ask.OpenPlayback(rid, purpose))
    whole = b""
    while len(whole) < opened.bytes:
        whole += office.ask_bytes(ask.ReadPlayback(opened.playback, len(whole), 100_000))
    return whole


def test_any_part_shows_the_whole_call(office: Office, call: SplitCall) -> None:
    assert len(call.rids) == 3
    shown = {rid: office.ask(ask.ShowCall(rid)) for rid in call.rids}
    detail = shown[call.rids[0]]
    assert detail.call.recording == call.rids[0]
    assert detail.call.seconds == 13.25
    assert (detail.call.parts, detail.call.ended) == (3, "hung_up")
    assert [part.call.recording for part in detail.parts] == call.rids
    assert [part.begins for part in detail.parts] == [0.0, 2.0, 11.25]
    assert [part.seconds for part in detail.parts] == [2.0, 1.0, 2.0]
    assert detail.gaps == ((3 * RATE, round(8.25 * RATE)),)
    assert {other.call.recording for other in shown.values()} == {call.rids[0]}
    assert [part.call.verdict for part in detail.parts] == ["cut", "complete", "complete"]
    assert detail.call.verdict is Verdict.CUT, "the worst"
    size = sum((office.folders.recordings / rid).stat().st_size for rid in call.rids)
    assert detail.bytes_on_disk == size


def test_a_list_shows_it_once(office: Office, call: SplitCall) -> None:
    alone = [office.record(number="+48629998888") for _ in range(3)]
    found = office.ask(ask.ListCalls(per_page=2))
    assert (found.total, found.pages) == (4, 2)
    listed = [*found.calls, *office.ask(ask.ListCalls(per_page=2, page=2)).calls]
    assert {one.recording for one in listed} == {*alone, call.rids[0]}
    whole = office.ask(ask.ListCalls(text="22 123")).calls
    assert [(one.seconds, one.parts, one.verdict) for one in whole] == [(13.25, 3, "cut")]
    erase(office, call.rids[2])
    assert office.ask(ask.ListCalls()).total == 3


def test_it_is_heard_as_one_with_gaps_of_their_true_length(office: Office, call: SplitCall) -> None:
    for rid in call.rids:
        whole = played(office, rid)
        assert np.array_equal(read_wav(whole), call.sound())
    opened = office.ask(ask.OpenPlayback(call.rids[0], "training"))
    draw = random.Random(7)
    for _ in range(40):
        start = draw.randrange(opened.bytes)
        piece = office.ask_bytes(
            ask.ReadPlayback(opened.playback, start, draw.randrange(1, 50_000))
        )
        assert piece == whole[start : start + len(piece)]


def test_it_is_handed_over_as_one_file(office: Office, call: SplitCall) -> None:
    wav = office.ask_bytes(ask.ExportCall(call.rids[1]))
    assert np.array_equal(read_wav(wav), call.sound())
    flac = office.ask_bytes(ask.ExportCall(call.rids[2], "flac"))
    sound, rate = soundfile.read(io.BytesIO(flac), dtype="int16", always_2d=True)
    assert rate == RATE
    assert np.array_equal(sound.T, call.sound())


def test_one_channel_beside_two(office: Office) -> None:
    call = split_call(office)
    call.record(2.0, 1.0, channels=1)
    call.record(4.5, 1.0, channels=2)
    office.records.take_up()
    assert np.array_equal(read_wav(played(office, call.rids[0])), call.sound())
    assert np.array_equal(read_wav(office.ask_bytes(ask.ExportCall(call.rids[0]))), call.sound())


def test_a_purpose_opens_only_what_was_agreed_to_for_it(office: Office) -> None:
    call = split_call(office)
    call.record(1.0, 1.0, purposes=TWO)
    call.record(3.0, 1.0)
    office.records.take_up()
    detail = office.ask(ask.ShowCall(call.rids[1]))
    assert detail.open_purposes == ("training", "quality")
    assert np.array_equal(read_wav(played(office, call.rids[1])), call.sound())
    heard = read_wav(played(office, call.rids[1], "quality"))
    assert np.array_equal(heard[:, :RATE], call.sound()[:, :RATE])
    assert heard.shape == call.sound().shape
    assert not heard[:, RATE:].any()
    with pytest.raises(Refused):
        office.ask(ask.OpenPlayback(call.rids[1], "marketing"))


def test_what_is_taken_back_after_a_failed_write_holds_for_the_part_before_it(
    office: Office,
) -> None:
    call = split_call(office)
    call.record(1.0, 3.0, purposes=TWO, fails_at=1.0, withdrawn=("training",))
    call.record(6.0, 1.0, purposes=TWO)  # another party was asked, and agreed to both
    office.records.take_up()
    assert len(call.rids) == 3
    detail = office.ask(ask.ShowCall(call.rids[0]))
    assert [part.open_purposes for part in detail.parts] == [
        ("quality",),
        ("quality",),
        ("training", "quality"),
    ]
    today = office.clock.now() // DAY
    assert [entry(office, rid).due_day for rid in call.rids] == [today + 30, today + 30, today + 90]
    heard = read_wav(played(office, call.rids[0], "training"))
    assert not heard[:, : 5 * RATE].any()
    assert np.array_equal(heard[:, 5 * RATE :], call.sound()[:, 5 * RATE :])


@pytest.mark.parametrize("asked", [0, 1, 2])
def test_it_is_erased_as_one(office: Office, call: SplitCall, asked: int) -> None:
    rids, alone = call.rids, office.record()
    made = erase(office, rids[asked])
    assert (made.state, {made.recording, *made.others}) == ("erasing", set(rids))
    assert office.keyring.generation == 2, "in one batch"
    assert not any(rid in office.keyring for rid in rids)
    assert alone in office.keyring
    for rid in rids:
        assert office.ask(ask.ShowErasure(rid)).reason == "Asked for it"
    office.clock.advance(31)
    office.records.tick()
    for rid in rids:
        final = office.ask(ask.ShowCertificate(rid))
        assert (final.state, len(final.others)) == ("erased", 2)
        assert not office.file(rid).exists()


def test_one_part_that_is_not_erased_makes_the_certificate_say_so(
    office: Office, call: SplitCall
) -> None:
    rids = call.rids
    erase(office, rids[0])
    office.audit.append("erase_failed", "keeper", rids[2], detail="e0.2")
    assert office.ask(ask.ShowCertificate(rids[0])).state == "failed"


def test_an_order_that_a_power_cut_tore_takes_all_parts(office: Office, call: SplitCall) -> None:
    rids, alone = call.rids, office.record()
    office.records.recordings.reasons.erasing(rids, ask.Ground.OBJECTION, "Asked", OFFICER.operator)
    torn = Act(type="erasing", actor=OFFICER.operator, rid=rids[1], detail="objection")
    office.audit.append_many([torn])
    office.records.lock()
    office.keyring = Keyring.open(office.folders.keyring, FileEraser(office.folders.root))
    office.build()
    office.records.resume()
    assert not any(rid in office.keyring for rid in rids)
    assert alone in office.keyring
    for act in ("erasing", "erased"):
        assert {rid for kind, rid in office.acts() if kind == act} == set(rids)


def test_retention_takes_each_part_on_its_own_day(office: Office) -> None:
    call = split_call(office)
    call.record(1.0, 1.0)
    office.records.take_up()
    office.clock.advance(DAY)
    call.record(3.0, 1.0, day=1)
    office.records.take_up()
    rids = call.rids
    detail = office.ask(ask.ShowCall(rids[0]))
    assert detail.call.meta.due_days["training"] == entry(office, rids[1]).due_day, "the last"
    office.clock.advance(90 * DAY)
    office.records.sweep()
    assert [rid in office.keyring for rid in rids] == [False, True]
    left = office.ask(ask.ShowCall(rids[1]))
    assert (left.parts, left.call.seconds) == ((), 1.0)
    office.clock.advance(DAY)
    office.records.sweep()
    assert not any(rid in office.keyring for rid in rids)


def test_it_is_held_and_released_as_one(office: Office, call: SplitCall) -> None:
    rids = call.rids
    hold(office, rids[1])
    assert all(entry(office, rid).held for rid in rids)
    assert len(office.keyring.content.cases) == 1
    for rid in rids:
        assert office.ask(ask.ShowHold(rid)).reason == "A claim"
        with pytest.raises(Refused) as refusal:
            erase(office, rid)
        assert refusal.value.code == "held"
    office.clock.advance(200 * DAY)
    office.records.sweep()
    assert all(rid in office.keyring for rid in rids)
    office.ask(ask.ReleaseHold(rids[2]))
    assert not any(entry(office, rid).held for rid in rids)
    assert office.keyring.content.cases == {}
    office.records.sweep()
    assert office.records.ledger.holds() == []


@pytest.mark.parametrize("held", [0, 2])
def test_a_power_cut_between_the_parts_of_a_hold_keeps_all(
    office: Office, call: SplitCall, held: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rids, records = call.rids, office.records
    whole = records.recordings.holds._set
    monkeypatch.setattr(
        records.recordings.holds, "_set", lambda _, **how: whole([rids[held]], **how)
    )
    hold(office, rids[0])
    assert sum(entry(office, rid).held for rid in rids) == 1
    office.records.lock()
    office.keyring = Keyring.open(office.folders.keyring, FileEraser(office.folders.root))
    office.build()
    office.clock.advance(200 * DAY)
    office.records.sweep()
    assert [entry(office, rid).held for rid in rids] == [True, True, True]


def test_what_is_recorded_later_in_a_held_call_is_held(office: Office, call: SplitCall) -> None:
    hold(office, call.rids[0])
    call.record(60.0, 1.0)
    office.records.lock()
    office.records.take_up()
    assert len(call.rids) == 4
    assert entry(office, call.rids[3]).held
    office.unlock()
    assert office.ask(ask.ShowHold(call.rids[3])).reason == "A claim"


def test_what_is_recorded_later_in_an_erased_call_is_erased(
    office: Office, call: SplitCall
) -> None:
    erased = call.rids
    erase(office, erased[0])
    call.record(60.0, 1.0)
    late = set(office.keyring.unused())
    office.records.take_up()
    gone = late - set(office.keyring.unused())
    assert len(gone) == 1
    assert not any(rid in office.keyring for rid in gone)
    (rid,) = gone
    assert office.ask(ask.ShowErasure(rid)).reason == "Asked for it"
    orders = [e for e in office.audit.of_recording(rid) if e.type == "erasing"]
    assert [(e.actor, e.detail) for e in orders] == [(OFFICER.operator, "consent_withdrawn")]


@pytest.mark.parametrize("cut", [False, True])
def test_a_late_part_is_erased_also_if_its_take_up_is_torn(
    office: Office, call: SplitCall, cut: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    erase(office, call.rids[0])
    call.record(60.0, 1.0)
    before = set(office.keyring.unused())

    def torn(_: object) -> None:
        raise VaultError("The ledger could not be written.")

    with monkeypatch.context() as failing:
        failing.setattr(office.records.recordings.retention, "date", torn)
        with pytest.raises(VaultError):
            office.records.take_up()
    (late,) = before - set(office.keyring.unused())
    office.records.settle()
    if cut:
        office.records.lock()
        office.keyring = Keyring.open(office.folders.keyring, FileEraser(office.folders.root))
        office.build()
        office.records.resume()
    office.records.take_up()
    assert late not in office.keyring


def test_a_part_that_was_changed_is_named_and_nothing_leaves(
    office: Office, call: SplitCall
) -> None:
    path = office.file(call.rids[1])
    raw = bytearray(path.read_bytes())
    raw[HEADER_BYTES + 4 * FRAME_BYTES + 100] ^= 1
    path.write_bytes(raw)
    with refuses("part_tampered") as refusal:
        office.ask_bytes(ask.ExportCall(call.rids[0]))
    assert refusal.value.code == "part_tampered"
    with refuses("part_tampered"):
        office.ask(ask.OpenPlayback(call.rids[0], "training"))
    detail = office.ask(ask.ShowCall(call.rids[2]))
    assert [part.call.verdict for part in detail.parts] == ["cut", "tampered", "complete"]
    assert detail.call.verdict is Verdict.TAMPERED


def test_a_planted_file_hides_no_call_and_joins_none_by_its_words(
    office: Office, call: SplitCall
) -> None:
    office.record()
    rid = plant(office.folders, office.clock.now(), Planted(meta={"call": call.call}))
    office.records.take_up()
    found = office.ask(ask.ListCalls())
    assert (found.total, [one.recording for one in found.unreadable]) == (2, [rid])
    assert len(office.ask(ask.ShowCall(call.rids[0])).parts) == 3
    assert office.keyring.parts(rid) == (rid,)


def test_a_planted_part_moves_no_due_day(office: Office, call: SplitCall) -> None:
    days = {rid: entry(office, rid).due_day for rid in call.rids}
    spoken = Spoken(call=call.call, purposes=(("training", 1),), seconds=0.5)
    planted = office.record(spoken)
    assert planted in office.keyring.parts(call.rids[0])
    office.clock.advance(3 * DAY)
    office.records.sweep()
    assert planted not in office.keyring
    assert {rid: entry(office, rid).due_day for rid in call.rids} == days


def test_a_crowd_that_claims_one_call_is_none(office: Office) -> None:
    call, many = split_call(office), MOST_PARTS + 6
    refill(office.keyring, office.folders, many)
    rids = [office.seal(seconds=0.5, call=call.call) for _ in range(many)]
    office.records.take_up()
    office.records.tick()
    assert all(office.keyring.parts(rid) == (rid,) for rid in rids)
    assert office.ask(ask.ListCalls()).total == many
    erase(office, rids[0])
    assert sum(rid in office.keyring for rid in rids) == many - 1


def test_ids_that_only_begin_alike_are_different_calls(office: Office) -> None:
    rids = [office.record(call=f"c0ffee00{at:08x}") for at in range(4)]
    assert [office.keyring.parts(rid) for rid in rids] == [(rid,) for rid in rids]
    more = office.record(call="c0ffee0000000002")
    assert office.keyring.parts(more) == (rids[2], more)
