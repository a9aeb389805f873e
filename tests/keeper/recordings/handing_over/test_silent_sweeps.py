"""An erasure by date asks for somebody, or does not, as if there were no silent holds."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from appliance.keeper.recordings import brake
from appliance.keeper.recordings.retention import PendingSweep
from appliance.link.requests import calls as ask
from appliance.link.requests.time import Waits
from appliance.model.lamps import Need
from tests.files import whole_file
from tests.keeper.office import OFFICER, Office, make_office
from tests.keeper.recordings.test_concealed import days_pass, listed
from tests.keeper.recordings.test_silences import LISTENER, police
from tests.model.refusals import refuses


class Worlds(NamedTuple):
    """Two offices that do the same; one of them also holds calls silently."""

    silent: Office
    plain: Office

    @property
    def both(self) -> "tuple[Office, Office]":
        return self.silent, self.plain

    def record(self, count: int, days: int, silent: int = 0) -> list[str]:
        """Record calls whose date comes in some days; hold a few of them silently in one world.

        Returns:
            Those that are held.
        """
        rids = [[office.record(purposes=(("training", days),)) for _ in range(count)]
                for office in self.both]  # fmt: skip
        for office in self.both:
            office.unlock()
        for rid in rids[0][:silent]:
            whole_file(self.silent.answer(police(rid)))
            hold = ask.HoldCall(rid, ask.HoldGround.LEGAL_DUTY, "RSD 12/26", "2027-06-01")
            self.silent.ask(hold)
        return rids[0][:silent]

    def days_pass(self, days: int) -> None:
        for office in self.both:
            days_pass(office, days)


def waiting(office: Office) -> PendingSweep | None:
    return office.records.recordings.retention.waiting


def allow(office: Office) -> None:
    pending = waiting(office)
    assert pending is not None
    office.records.recordings.retention.allow(pending.through, pending.recordings)


def seen(office: Office) -> tuple[int, bool, list[Waits]]:
    """Return what a listener can tell: how many calls there are, and whether a sweep waits."""
    left = listed(office)
    waits = [office.ask(ask.ShowCall(rid), LISTENER).waits for rid in left]
    return len(left), office.records.need is not Need.NOTHING, waits


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, int], None]:
    """Return what sets how many may always go, and which share of the archive."""

    def set_few(small: int, share: int) -> None:
        monkeypatch.setattr(brake, "SMALL", small)
        monkeypatch.setattr(brake, "SHARE", share)

    return set_few


@pytest.fixture
def worlds(tmp_path: Path, few: Callable[[int, int], None]) -> Iterator[Worlds]:
    few(2, 10)
    made = Worlds(make_office(tmp_path / "silent"), make_office(tmp_path / "plain"))
    yield made
    for office in made.both:
        office.close()


def test_it_asks_although_silent_holds_keep_some_of_what_is_due(worlds: Worlds) -> None:
    kept = worlds.record(3, 30, silent=1)
    worlds.record(1, 90)
    worlds.days_pass(31)
    assert seen(worlds.silent) == seen(worlds.plain) == (4, True, ["sweep"] * 4)
    silent, plain = map(waiting, worlds.both)
    assert silent is not None
    assert plain is not None
    assert (silent.through, silent.recordings) == (plain.through, plain.recordings)
    assert [row[1:] for row in silent.days] == [(3, 1)]
    assert [row[1:] for row in plain.days] == [(3, 0)]
    for office in worlds.both:
        allow(office)
    assert seen(worlds.silent) == seen(worlds.plain) == (1, False, [""])
    assert set(kept) < set(listed(worlds.silent, OFFICER))


def test_it_asks_where_silent_holds_keep_all_and_whoever_agrees_erases_none(
    worlds: Worlds,
) -> None:
    kept = worlds.record(3, 30, silent=3)
    worlds.days_pass(31)
    assert seen(worlds.silent) == seen(worlds.plain) == (3, True, ["sweep"] * 3)
    for office in worlds.both:
        with refuses("list_changed"):
            office.records.recordings.retention.allow(waiting(office).through, 0)  # type: ignore[union-attr]
        allow(office)
    assert seen(worlds.silent) == seen(worlds.plain) == (0, False, [])
    assert set(listed(worlds.silent, OFFICER)) == set(kept)


def test_the_archive_is_as_large_as_it_would_be_without_them(
    worlds: Worlds, few: Callable[[int, int], None]
) -> None:
    few(0, 2)
    worlds.record(2, 20, silent=2)
    worlds.record(2, 30)
    worlds.record(1, 90)
    worlds.days_pass(21)
    assert seen(worlds.silent) == seen(worlds.plain) == (3, False, [""] * 3)
    worlds.days_pass(10)
    assert seen(worlds.silent) == seen(worlds.plain) == (3, True, ["sweep"] * 3)


def test_nobody_is_asked_for_holds_that_are_lifted_behind_the_date(worlds: Worlds) -> None:
    kept = [rid for days in (20, 22, 24) for rid in worlds.record(2, days, silent=2)]
    worlds.record(1, 90)
    worlds.days_pass(30)
    for rid in kept:
        worlds.silent.ask(ask.ReleaseHold(rid))
    for office in worlds.both:
        office.records.sweep()
    assert seen(worlds.silent) == seen(worlds.plain) == (1, False, [""])
    assert len(listed(worlds.silent, OFFICER)) == 1


def test_what_was_held_past_an_earlier_sweep_goes_while_another_waits(worlds: Worlds) -> None:
    (kept,) = worlds.record(1, 20, silent=1)
    worlds.record(3, 30)
    worlds.days_pass(31)
    for office in worlds.both:
        assert waiting(office) is not None
    worlds.silent.ask(ask.ReleaseHold(kept))
    assert waiting(worlds.silent) == waiting(worlds.plain)
    for office in worlds.both:
        office.records.sweep()
    assert waiting(worlds.silent) == waiting(worlds.plain)
    assert kept not in listed(worlds.silent, OFFICER)
    assert seen(worlds.silent) == seen(worlds.plain)
    assert len(listed(worlds.silent, OFFICER)) == 3
    for office in worlds.both:
        allow(office)
    assert seen(worlds.silent) == seen(worlds.plain) == (0, False, [])


def test_a_hold_that_is_lifted_while_it_waits_goes_with_the_rest(worlds: Worlds) -> None:
    kept = worlds.record(3, 30, silent=2)
    worlds.days_pass(31)
    worlds.silent.ask(ask.ReleaseHold(kept[0]))
    assert [row[1:] for row in waiting(worlds.silent).days] == [(3, 1)]  # type: ignore[union-attr]
    assert seen(worlds.silent) == seen(worlds.plain)
    allow(worlds.silent)
    assert listed(worlds.silent, OFFICER) == kept[1:]
