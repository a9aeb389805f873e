"""Test searches: any spelling of a number, names without accents, lines, days."""

from datetime import datetime
from typing import Any

import pytest

from appliance.errors import Refused
from appliance.keeper.catalogue.index import CallIndex, caller_digits, fold
from appliance.link.requests.calls import ListCalls
from appliance.model.records import CallMeta, CallRecord, Verdict
from tests.samples import RECEIPT


def call(
    recording: str,
    number: str | None = None,
    name: str | None = None,
    line: str = "Reception",
    started: datetime = datetime(2026, 11, 25, 12),
) -> CallRecord:
    meta = CallMeta(
        call=f"{recording:0>16}",
        line=line,
        direction="incoming",
        started_at=started.timestamp(),
        clock_ok=True,
        recording_at_ms=9000,
        number=number,
        name=name,
    )
    return CallRecord(
        recording=recording,
        meta=meta,
        receipt=RECEIPT,
        seconds=5.0,
        verdict=Verdict.COMPLETE,
        ended="hung_up",
        frames=13,
    )


def index_of(*calls: CallRecord, country: str = "PL") -> CallIndex:
    index = CallIndex()
    index.fill((one, caller_digits(one.meta.number, country)) for one in calls)
    return index


def found(index: CallIndex, **wanted: Any) -> list[str]:
    answer = index.search(ListCalls(**wanted, per_page=100), "PL")
    assert answer.total == len(answer.calls)
    return [one.recording for one in answer.calls]


@pytest.mark.parametrize(
    "spelling",
    [
        "+48221234567",
        "+48 22 123 45 67",
        "0048 22 123-45-67",
        "48221234567",
        "221234567",
        "22 123 45 67",
        "(22) 123.45.67",
        " tel:+48-22-123-45-67 ",
        "22/1234567",
    ],
)
@pytest.mark.parametrize("stored", ["+48221234567", "221234567", "0048221234567"])
def test_a_number_is_found_in_any_spelling(spelling: str, stored: str) -> None:
    index = index_of(call("a", stored), call("b", "+48221234568"), call("c"))
    assert found(index, text=spelling) == ["a"]


@pytest.mark.parametrize("part", ["4567", "123 45", "22 123", "0221 234", "+48 22 12"])
def test_a_part_of_a_number_is_found(part: str) -> None:
    index = index_of(call("a", "+48221234567"), call("b", "+48629998888"))
    assert found(index, text=part) == ["a"]


def test_a_whole_number_does_not_find_longer_ones() -> None:
    index = index_of(call("a", "+48221234567"), call("b", "+4922123456789"))
    assert found(index, text="22 123 45 67") == ["a"]


def test_a_foreign_number_and_an_extension_are_found() -> None:
    index = index_of(call("a", "+12025550123"), call("b", "101"))
    assert found(index, text="(202) 555-0123 ") == ["a"]
    assert found(index, text="+1 202-555-0123") == ["a"]
    assert found(index, text="101") == ["b"]


@pytest.mark.parametrize("text", ["zolc", "ŻÓŁĆ", "anna  zó", "A Żółć", "a zolc"])
def test_a_part_of_a_name_is_found_without_accents(text: str) -> None:
    assert found(index_of(call("a", name="Anna Żółć"), call("b", name="Müller")), text=text) == [
        "a"
    ]


def test_german_names_fold_too() -> None:
    assert fold("GROẞ Ünal") == "gross unal"


def test_two_digits_are_looked_for_in_names_only() -> None:
    index = index_of(call("a", "+48221234567"), call("b", name="Studio 54"))
    assert found(index, text="54") == ["b"]


def test_line_and_days_narrow() -> None:
    index = index_of(
        call("a", started=datetime(2026, 11, 24, 23, 59, 59)),
        call("b", started=datetime(2026, 11, 25, 0, 0, 0)),
        call("c", started=datetime(2026, 11, 25, 23, 59, 59), line="Back office"),
        call("d", started=datetime(2026, 11, 26)),
    )
    assert found(index) == ["d", "c", "b", "a"]
    assert found(index, since="2026-11-25") == ["d", "c", "b"]
    assert found(index, until="2026-11-25") == ["c", "b", "a"]
    assert found(index, since="2026-11-25", until="2026-11-25") == ["c", "b"]
    assert found(index, since="2026-11-25", line="Back office") == ["c"]
    assert found(index, since="2026-11-27") == []
    assert found(index, since="2026-11-26", until="2026-11-24") == []


@pytest.mark.parametrize("day", ["25.11.2026", "2026-13-01", "yesterday", "0000-01-01"])
def test_a_day_written_otherwise_is_refused(day: str) -> None:
    with pytest.raises(Refused, match="is not a day"):
        index_of(call("a")).search(ListCalls(since=day), "PL")


def test_putting_again_replaces_and_dropping_forgets() -> None:
    index = index_of(call("a", name="Old"))
    index.put(call("a", name="New"), "")
    index.put(call("b", started=datetime(2026, 11, 26)), "")
    assert found(index) == ["b", "a"]
    assert found(index, text="old") == []
    known = index.get("a")
    assert known is not None
    assert known.meta.name == "New"
    index.drop("a")
    index.drop("never there")
    assert index.get("a") is None
    assert found(index) == ["b"]
    assert len(index) == 1


def test_pages_are_cut_from_the_newest_on() -> None:
    days = [datetime(2026, 11, day) for day in range(1, 8)]
    index = index_of(*(call(f"{day.day}", started=day) for day in days))

    def page(number: int, per_page: int) -> str:
        answer = index.search(ListCalls(page=number, per_page=per_page), "PL")
        assert answer.total == 7
        return "".join(one.recording for one in answer.calls)

    assert [page(number, 3) for number in range(1, 5)] == ["765", "432", "1", "1"]
    assert page(1, 7) == page(1, 100) == "7654321"
