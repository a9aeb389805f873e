"""Nothing of the people is left in memory once the last of them has logged out.

Recorder, keeper and panel run as ``zgoda run`` starts them. Three people log in, look for calls
and listen; one erases. After the last logout root reads all memory of every process of the box.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.boxes import make_box
from tests.browser.box import free_port
from tests.security.locked_office import PEOPLE, Office, needles, running
from tests.security.remembered import found, spelled

pytestmark = [pytest.mark.root, pytest.mark.timeout(180)]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with running(make_box(tmp_path / "data"), free_port()) as box:
        yield box


def hits(office: Office, wanted: dict[str, bytes]) -> dict[str, Counter[str]]:
    """Return what each process of the box remembers."""
    every: dict[str, Counter[str]] = {}
    for pid, name in office.processes().items():
        every[name] = every.get(name, Counter()) + found(pid, wanted)
    return every


def test_after_the_last_logout_nothing_is_remembered(office: Office) -> None:
    keyring = office.box.box.keyring()
    wanted = needles(office.box, office.rids)
    erased = {"key of the erased recording": keyring.private(office.rids[2])}
    browsers = [office.log_in(name) for name in PEOPLE]
    for browser in browsers:
        office.work(browser)
    browsers[0].post(
        f"/calls/{office.rids[2]}/erase", f"/calls/{office.rids[2]}/erase",
        ground="consent_withdrawn", reason="asked for it", sure="yes",
    )  # fmt: skip

    # The control: while they work it is all there, so that nothing can be found by mistake.
    working = hits(office, wanted)
    assert set(working) == {"recorder", "keeper", "reading child", "panel"}
    assert working["keeper"]["second key"]
    assert working["keeper"]["number 693471852 (utf-8)"]
    assert working["reading child"]["reading key"]

    for browser in browsers:
        path, _ = browser.post("/", "/logout")
        assert path == "/login"

    locked = hits(office, wanted | erased)
    assert set(locked) == {"recorder", "keeper", "panel"}  # the reading child is gone
    assert {name: dict(told) for name, told in locked.items() if told} == {}
    # The keeper's keyring names its people, to know them again; the panel has no reason to.
    people = {
        spelling: needle for name in PEOPLE for spelling, needle in spelled(name, name).items()
    }
    assert dict(hits(office, people)["panel"]) == {}
