"""The home page's counts: what became of the calls of the last thirty days."""

from appliance.model.records import SLOW_DISK
from web.pages.home import _by_outcome

DAY = "2026-09-21"


def test_recorded_calls_are_one_row_but_those_on_a_slow_disk() -> None:
    rows = (
        ("Reception", DAY, "recorded", "recorded", 3),
        ("Office", DAY, "recorded", "recorded", 2),
        ("Reception", DAY, "recorded", SLOW_DISK, 1),
        ("Reception", DAY, "unrecorded", "refused", 4),
    )
    assert _by_outcome(rows) == [
        ("recorded", "", 5),
        ("recorded", SLOW_DISK, 1),
        ("unrecorded", "refused", 4),
    ]
