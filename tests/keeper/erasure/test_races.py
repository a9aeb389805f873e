"""Test erasing beside listeners, parallel take-ups and a failing audit."""

import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from appliance.clock import DAY
from appliance.errors import EraserFailed, KeyLost, VaultError
from appliance.keeper.audit.entries import Act
from appliance.keeper.erasure.batch import Erasure
from appliance.keeper.records import Records
from appliance.link.requests.calls import (
    EraseCall,
    ExportCall,
    Ground,
    ListCalls,
    OpenPlayback,
    ReadPlayback,
    ShowCertificate,
)
from appliance.vault.seal import leave_marker
from tests.keeper.erasure.erasing import Keeper, due_recording, order
from tests.keeper.office import Office
from tests.model.faults import said
from tests.model.refusals import refuses
from tests.vaults import change, make_vault


def held_open(office: Office, rid: str) -> bool:
    """Say whether the reading child has a recording's file open."""
    pid = office.records.readers.reading.process_id
    links = [os.readlink(entry) for entry in Path(f"/proc/{pid}/fd").iterdir()]
    return any(rid in link for link in links)


def test_a_playback_that_began_while_it_was_erased_ends_with_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.unlock()
    rid = office.record()
    opened: list[str] = []
    erase = Erasure.erase

    def listening(self: Erasure, *args: Any, **more: Any) -> Any:
        playback = office.ask(OpenPlayback(rid, "training")).playback
        office.ask_bytes(ReadPlayback(playback, 0, 1000))
        opened.append(playback)
        return erase(self, *args, **more)

    monkeypatch.setattr(Erasure, "erase", listening)
    office.ask(EraseCall(rid, Ground.CONSENT_WITHDRAWN, "Asked for it"))
    assert not held_open(office, rid)
    with refuses("playback_over"):
        office.ask_bytes(ReadPlayback(opened[0], 0, 1000))


class Turnstile:
    """A lock that says when somebody waits before it."""

    def __init__(self, lock: Any) -> None:
        self.lock = lock
        self.waiting = threading.Event()

    def __enter__(self) -> None:
        self.waiting.set()
        self.lock.acquire()

    def __exit__(self, *_: object) -> None:
        self.lock.release()


def test_a_request_that_waited_across_an_erasure_has_no_key_any_more(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.unlock()
    rid = office.record()
    reading = office.records.readers.reading
    turnstile = Turnstile(reading._lock)
    monkeypatch.setattr(reading, "_lock", turnstile)
    ended: list[object] = []

    def listen() -> None:
        try:
            ended.append(reading.sound(rid, office.facts(rid), 0, 100))
        except KeyLost:
            ended.append("no key")

    with turnstile.lock:
        listener = threading.Thread(target=listen)
        listener.start()
        assert turnstile.waiting.wait(10)
        office.keyring.erase([rid])
    listener.join(10)
    assert ended == ["no key"]
    assert not held_open(office, rid)


def test_two_take_ups_side_by_side_order_one_erasure(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    rid = office.seal()
    leave_marker(office.folders.withdrawn, rid)
    erase, entered, go = Records._erase, threading.Event(), threading.Event()

    def slow(self: Records, *args: Any) -> None:
        entered.set()
        assert go.wait(10)
        erase(self, *args)

    monkeypatch.setattr(Records, "_erase", slow)
    both = [threading.Thread(target=office.records.take_up) for _ in range(2)]
    both[0].start()
    assert entered.wait(10)
    both[1].start()
    go.set()
    for one in both:
        one.join(10)
    assert [act for act, about in office.acts() if about == rid] == ["erasing"]


def test_an_eraser_that_stays_broken_does_not_fill_the_audit(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    rid = office.seal()
    leave_marker(office.folders.withdrawn, rid)

    def broken(generation: int) -> bytes:
        raise EraserFailed("The eraser does not answer.")

    with monkeypatch.context() as sick:
        sick.setattr(office.eraser, "prepare", broken)
        for _ in range(10):
            office.records.take_up()
            office.clock.advance(30)
    assert [act for act, about in office.acts() if about == rid] == ["erasing", "erase_failed"]
    assert office.records.recordings.intake.pending() == (rid,)
    office.clock.advance(3600)
    office.records.take_up()
    assert rid not in office.keyring


def test_an_audit_that_fails_with_the_keyring_half_written_loses_no_erasure(
    tmp_path: Path,
) -> None:
    keeper = Keeper(make_vault(tmp_path))
    rid = due_recording(keeper)
    works = True

    def append(acts: Sequence[Act]) -> range:
        if acts[0].type == "erase_failed" and not works:
            raise VaultError("The audit cannot be written.")
        return keeper.audit.append_many(acts)

    erasure = keeper.make(append)
    works = False
    keeper.disk.fail("rename", 3, once=True)
    with pytest.raises(VaultError, match="audit"):
        erasure.erase([order(rid)])
    assert erasure.pending == (rid,)
    keeper.clock.advance(30)
    assert [made.state for made in erasure.due()] == ["erased"]
    assert keeper.eraser.generations() == (2,)


def test_a_wipe_that_fails_is_reported_once_the_audit_can_be_written(tmp_path: Path) -> None:
    keeper = Keeper(make_vault(tmp_path))
    rid = due_recording(keeper)
    works = [False]

    def append(acts: Sequence[Act]) -> range:
        if acts and acts[0].type == "erase_failed" and not works[0]:
            raise VaultError("The audit cannot be written.")
        return keeper.audit.append_many(acts)

    erasure = keeper.make(append)
    erasure.erase([order(rid)])
    keeper.disk.fail("open")
    keeper.clock.advance(30)
    with pytest.raises(VaultError, match="audit"):
        erasure.due()
    works[0] = True
    keeper.clock.advance(30)
    assert [made.state for made in erasure.due()] == ["failed"]


def test_the_certificate_follows_the_audit_whatever_else_a_power_cut_took(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.unlock()
    rid = office.record()
    office.ask(EraseCall(rid, Ground.UNLAWFUL, "A mistake"))
    office.clock.advance(31)
    office.records.erasing._erasure.due()  # what is certified of it is lost
    assert office.ask(ShowCertificate(rid)).state == "erased"
    office.records.lock()
    office.build()
    office.records.resume()
    made = office.ask(ShowCertificate(rid))
    entry = next(one for one in office.audit.of_recording(rid) if one.type == "erased")
    assert (made.state, made.ground, made.level, made.generation) == ("erased", "unlawful", "E0", 2)
    assert (made.seq, made.at, made.remains) == (entry.seq, entry.t, ("flash_may_keep_root",))


@pytest.mark.parametrize("by", ["operator", "retention"])
def test_a_hold_that_comes_while_it_is_being_erased_is_kept(
    office: Office, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    office.unlock()
    rid = office.record()
    erase = Erasure.erase

    def held_first(self: Erasure, *args: Any, **more: Any) -> Any:
        change(office.keyring, rid, held=True)
        return erase(self, *args, **more)

    with monkeypatch.context() as racing:
        racing.setattr(Erasure, "erase", held_first)
        if by == "operator":
            made = office.ask(EraseCall(rid, Ground.UNLAWFUL, "A mistake"))
            assert (made.state, "put on hold meanwhile" in said(made.faults)) == ("failed", True)
        else:
            office.clock.advance(91 * DAY)
            office.records.sweep()
    assert office.keyring.entry(rid).held
    assert [act for act, about in office.acts() if about == rid][-1] == "erase_failed"
    office.records.tick()
    assert [call.recording for call in office.ask(ListCalls()).calls] == [rid]
    assert len(office.ask_bytes(ExportCall(rid))) == 44 + 16_000
