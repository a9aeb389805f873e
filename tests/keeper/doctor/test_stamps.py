"""The doctor says whether stamps come, and calls three days without them red."""

import pytest

from appliance.keeper.doctor.stamps import STUCK, StampFacts, examine_stamps
from appliance.model.findings import find

FINE = StampFacts(wanted=True, day="2026-12-01", failing=None, code="", away=False)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"wanted": False, "away": True}, ["stamp.none"]),
        ({}, ["stamp.fine"]),
        ({"day": ""}, ["stamp.first"]),
        ({"failing": 1.0, "code": "late"}, ["stamp.fails"]),
        ({"failing": STUCK - 1, "code": "late"}, ["stamp.fails"]),
        ({"failing": STUCK, "code": "late"}, ["stamp.stuck"]),
        ({"failing": STUCK, "code": "late", "away": True}, ["stamp.away", "stamp.stuck"]),
        ({"failing": 1.0, "code": "roots"}, ["stamp.roots"]),
        ({"failing": STUCK, "code": "stranger"}, ["stamp.refused"]),
        ({"away": True}, ["stamp.away"]),
    ],
)
def test_what_is_found(changes: dict[str, object], found: list[str]) -> None:
    fields = {name: getattr(FINE, name) for name in StampFacts.__slots__} | changes
    assert [finding.id for finding in examine_stamps(StampFacts(**fields))] == found


def test_what_somebody_must_mend_is_red() -> None:
    red = {"stamp.stuck", "stamp.roots", "stamp.refused"}
    values = {"day": "2026-12-01"}
    for id in ("none", "first", "fine", "fails", "stuck", "roots", "refused", "away"):
        assert (find(f"stamp.{id}", **values).level == "fail") == (f"stamp.{id}" in red)
