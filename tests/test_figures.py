"""``make bench`` ends with a verdict on its targets."""

import pytest

from benchmarks.page import Measured, markdown, verdict
from benchmarks.row import Row, Table

MET = Row("keys", "99 %", "≥ 98 %", met=True)
SHORT = Row("speed", "1,900 ×", "≥ 2,000 ×", met=False)
REPORTED = Row("ratio", "3", "reported")
TABLE = Table("all", ("one",), (("1",),))


def of(*found: Row | Table) -> Measured:
    return Measured("part", found, 1.0, 0.5)


def test_when_every_target_is_met_their_number_is_told() -> None:
    assert verdict([of(MET, REPORTED, TABLE), of(MET)]) == ("All 2 targets are met.", True)


def test_what_is_short_is_told_with_its_part_and_target() -> None:
    said, whole = verdict([of(MET, SHORT), of(REPORTED)])
    assert not whole
    assert said == "Short, 1 of 2 targets:\npart: speed: 1,900 × (≥ 2,000 ×)"


@pytest.mark.parametrize(("row", "marked"), [(MET, False), (SHORT, True), (REPORTED, False)])
def test_on_the_page_a_short_row_is_marked(row: Row, marked: bool) -> None:
    assert ("**short**" in markdown([row])) is marked
