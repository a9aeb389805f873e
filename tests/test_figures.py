"""``make bench`` ends with a verdict on its targets; its pictures show what was measured."""

from pathlib import Path

import pytest

from benchmarks.box import growth
from benchmarks.keys.scores import OURS
from benchmarks.page import PAGE, Measured, markdown, verdict
from benchmarks.pictures import against_talk
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


def test_the_picture_of_growth_shows_the_pages_own_figures(tmp_path: Path) -> None:
    """If this fails after a new measurement: ``python -m benchmarks.box.growth``."""
    curves = growth.lines(PAGE.read_text("utf-8"))
    growth.picture(curves).save(tmp_path / "drawn.svg")

    assert (tmp_path / "drawn.svg").read_text("utf-8") == growth.PICTURE.read_text("utf-8")
    assert {calls for line in curves.values() for calls, _ in line} >= {1_000, 100_000, 500_000}
    assert curves["add one, before"] == [(1000, 0.32), (5000, 0.86), (20_000, 2.18), (100_000, 8.8)]


def test_a_page_without_its_table_is_told() -> None:
    with pytest.raises(ValueError, match="no table"):
        growth.lines("# Figures")


def test_a_hearer_that_heard_no_speech_has_no_place_against_it(tmp_path: Path) -> None:
    taken = {OURS: {"clean": 1.0}, "peer": {"clean": 0.8}, "absent": {"clean": 0.7}}
    drawn = against_talk(taken, {OURS: (0, 8.0), "peer": (4, 2.0), "absent": (0, 0.0)})
    drawn.save(tmp_path / "drawn.svg")
    saved = (tmp_path / "drawn.svg").read_text()
    assert "4 in 2.0 h" in saved
    assert "absent" not in saved
