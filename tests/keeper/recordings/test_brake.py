"""Test which sweeps have to be asked for."""

import pytest

from appliance.clock import DAY
from appliance.errors import Refused
from appliance.keeper.erasure.order import Order
from appliance.keeper.recordings.brake import SHORT, SMALL, Due, counts, must_ask
from appliance.keeper.storage.belief import Swept
from tests.keeper.office import Office

TODAY = 20_000
LAST = Swept(100.0 * DAY, TODAY)


def due(*per_day: int, first: int = TODAY, kept: int | None = 90) -> list[Due]:
    """So many recordings on each of as many days."""
    return [
        Due(f"{day}-{one}", first + day, kept)
        for day, count in enumerate(per_day)
        for one in range(count)
    ]


@pytest.mark.parametrize(
    ("days", "counted", "asks"),
    [
        (0, 0.0, False),
        (1, 0.0, False),
        (1, 0.04, False),
        (2, 0.04, True),
        (2, 1.0, False),
        (3, 1.9, True),
        (15, 14.0, False),
        (16, 14.0, True),
        (730, 2.0, True),
    ],
)
def test_more_days_than_were_counted_are_asked_for(days: int, counted: float, asks: bool) -> None:
    sweep = due(*[1] * days)
    assert must_ask(sweep, 10_000, LAST.counted + counted * DAY, LAST) is asks


@pytest.mark.parametrize(
    ("count", "archive", "asks"),
    [
        (SMALL, SMALL, False),
        (SMALL + 1, SMALL + 1, True),
        (SMALL + 1, 509, True),
        (SMALL + 1, 511, False),
        (100, 1000, False),
        (101, 1000, True),
        (2000, 20_000, False),
        (2001, 20_000, True),
    ],
)
def test_more_than_a_tenth_is_asked_for(count: int, archive: int, asks: bool) -> None:
    assert must_ask(due(count), archive, LAST.counted, LAST) is asks


def test_what_nobody_swept_before_is_asked_for_like_a_jump() -> None:
    assert not must_ask(due(1), 10, 50.0 * DAY, None)
    assert must_ask(due(1, 1), 10, 50.0 * DAY, None)


def test_what_waits_goes_on_waiting_however_many_days_are_counted_meanwhile() -> None:
    asked = Swept(LAST.counted, TODAY, asks=True)
    for days in (0, 1, 30, 1000):
        assert must_ask(due(1, 1, 1), 10_000, LAST.counted + days * DAY, asked)
    assert not must_ask([], 10_000, LAST.counted, asked)


def test_lifted_holds_of_many_days_are_explained_by_who_lifted_them() -> None:
    assert not must_ask(due(*[1] * 40, first=TODAY - 40), 10_000, LAST.counted, LAST)
    assert must_ask(due(*[1] * 60, first=TODAY - 60), 60, LAST.counted, LAST), "but not too many"


def test_a_day_of_recordings_that_are_kept_for_days_alone_is_not_asked_for_daily() -> None:
    assert not must_ask(due(80, kept=3), 240, LAST.counted, LAST)
    assert must_ask(due(80, 80, kept=3), 240, LAST.counted, LAST)
    assert must_ask(due(80, kept=SHORT), 240, LAST.counted, LAST)
    assert must_ask(due(80, kept=None), 240, LAST.counted, LAST)


def test_a_year_of_an_ordinary_office_asks_nobody() -> None:
    """Eighty calls a day, kept for 90 days, swept every hour; two weeks of holidays."""
    swept, day = Swept(0.0, TODAY), TODAY
    for hour in range(365 * 24):
        counted = hour * 3600.0
        now = TODAY + hour // 24
        sweep = due(80) if now > day else []
        day = now
        assert not must_ask(sweep, 7200, counted, swept)
        swept = Swept(counted, now)


def test_days_are_counted_for_people() -> None:
    assert counts(one.day for one in due(3, 1, 2)[::-1]) == (
        (TODAY, 3),
        (TODAY + 1, 1),
        (TODAY + 2, 2),
    )
    assert counts([]) == ()


def test_nobody_erases_more_than_a_hundred_by_hand_without_a_fresh_proof(office: Office) -> None:
    erasing = office.records.erasing
    rids = list(office.keyring.unused())
    many = [Order(rid, "objection", "0a0b0c0d") for rid in (rids * 10)[:101]]
    with pytest.raises(Refused) as refusal:
        erasing.erase(many)
    assert refusal.value.code == "prove_again"
    assert refusal.value.values == {"count": 101}
    assert set(office.keyring.unused()) == set(rids)
    erasing.erase([Order(rid, "objection", "0a0b0c0d") for rid in rids], proved=True)
    assert office.keyring.unused() == ()
