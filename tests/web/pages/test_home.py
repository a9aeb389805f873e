"""The home page: what became of the last calls, and what a thief of the card gets."""

from html import unescape
from pathlib import Path

import pytest

from appliance.model.findings import find
from appliance.model.records import SLOW_DISK
from tests.keeper.boxes import OWNER, seed_of, set_up
from tests.web.conftest import PEOPLE, Browser, Panel, serve
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


def test_one_sentence_is_told_once_with_how_often_it_holds(panel: Panel) -> None:
    full = find("disk.full", free="1 MB", path="/var/lib/zgoda")
    panel.recorder.found = (full, full, find("panel.refused"))
    page = first_page(panel.log_in())
    said = "1 MB are free on the disk: no recording starts. Erase some, or use a larger disk."
    assert f"<li>{said} (2 ×)</li>" in page
    assert page.count(said) == 1
    assert "<li>The panel cannot be reached as the settings want it: correct them.</li>" in page
    assert "/var/lib/zgoda" not in page


PLAIN = "The main key is on the memory card (protection level E0)"


def first_page(browser: Browser) -> str:
    return unescape(browser.get("/", Accept_Language="en").text)


@pytest.mark.parametrize("name", [OWNER, *PEOPLE])
def test_everybody_reads_once_that_the_box_has_no_secret(panel: Panel, name: str) -> None:
    assert first_page(panel.log_in(name)).count(PLAIN) == 1


def test_a_box_with_a_secret_says_nothing_of_it(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("5e" * 32)
    seed = seed_of(f'pool_ahead = 16\neraser = "board"\nboard_secret = "{secret}"')
    for panel in serve(set_up(tmp_path / "data", seed_text=seed.text)):
        assert "level E0" not in first_page(panel.log_in(OWNER))
