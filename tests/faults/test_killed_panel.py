"""kill -9 of a real panel while it serves a page or a part of a recording, or takes a form."""

import contextlib
import random
import re
import socket
import threading
import time
from collections.abc import Callable
from http.client import HTTPException

import pytest

from appliance.link.requests.calls import ListCalls
from appliance.link.requests.first_run import GetBoxState
from appliance.model.records import Verdict
from tests.faults.browsing import Browser
from tests.faults.fault_box import FaultBox, Row, until
from tests.rig.ports import free_port
from tests.system.processes import started

pytestmark = [pytest.mark.system, pytest.mark.timeout(120)]

RECORDED = 8
ACTS = ("page", "range", "form", "half a form")
REASON = "Asked+for+it"


def playback_of(browser: Browser, rid: str) -> str:
    """Open a recording to be listened to; return where its sound is."""
    _, page = browser.post(f"/calls/{rid}", f"/calls/{rid}/listen", purpose="training")
    found = re.search(rb'src="(/playback/[^"]+\.wav)"', page)
    assert found is not None
    return found[1].decode()


def erase(browser: Browser, rid: str) -> bool:
    """Erase a recording by its form; say whether a certificate came."""
    path, _ = browser.post(
        f"/calls/{rid}/erase", f"/calls/{rid}/erase", ground="objection", reason="Asked", sure="yes"
    )
    return path == f"/calls/{rid}/certificate"


def busy(browser: Browser, act: str, rids: list[str], answered: list[str], going: object) -> None:
    """Do one thing over and over until nobody answers any more."""
    sound = playback_of(browser, rids[0]) if act == "range" else ""
    spare = rids[1:]
    form = f"csrf_token={browser.token(f'/calls/{rids[1]}/erase')}&ground=objection&reason={REASON}"

    def page() -> str:
        assert b"</html>" in browser.get("/calls")
        return ""

    def part() -> str:
        start = random.Random(len(answered)).randrange(100_000)
        assert len(browser.get(sound, Range=f"bytes={start}-{start + 50_000}")) == 50_001
        return ""

    def whole_form() -> str:
        rid = spare.pop()
        assert erase(browser, rid)
        return rid

    def half_a_form() -> str:
        halves.append(browser.begin(f"/calls/{rids[1]}/erase", (form + "&sure=yes").encode()))
        return ""

    halves: list[socket.socket] = []
    acts: dict[str, Callable[[], str]] = dict(
        zip(ACTS, (page, part, whole_form, half_a_form), strict=True)
    )
    with contextlib.suppress(OSError, HTTPException):  # cut off in the middle of an answer, too
        while spare and len(halves) < 4:
            answered.append(acts[act]())
    for half in halves:
        half.close()


def killed(fault_box: FaultBox, act: str, after: float) -> Row:
    """Kill a panel at one moment; start another and look at everything."""
    rids = [fault_box.seal(10 if n == 0 else 1) for n in range(RECORDED)]
    where = free_port()
    panel_command = ("panel", "--data", fault_box.data, "--port", str(where))
    answered: list[str] = []
    browser = Browser(where)
    with started("keeper", "--data", fault_box.data) as keeper:
        token = fault_box.log_in()
        assert len(fault_box.listed(token)) == RECORDED
        with started(*panel_command) as panel:
            browser.log_in()
            working = threading.Thread(target=busy, args=(browser, act, rids, answered, None))
            working.start()
            until(lambda: bool(answered), 30, "the first answer")
            threading.Event().wait(after)
            panel.process.kill()
            panel.process.wait(10)
            working.join(30)
            assert not working.is_alive()
        asked = time.monotonic()
        assert fault_box.client.call(GetBoxState()).set_up, "the keeper does not care"
        assert time.monotonic() - asked < 5
        with started(*panel_command):
            assert b"</html>" in browser.get("/calls"), "whoever was logged in still is"
            erasing = {rid for what, rid in fault_box.acts() if what == "erasing" and rid}
            assert set(filter(None, answered)) <= erasing, "an answer without its entry"
            left = {call.recording for call in fault_box.client.call(ListCalls(), token).calls}
            assert left == set(rids) - erasing
            assert {fault_box.listed(token)[rid].verdict for rid in left} <= {Verdict.COMPLETE}
        assert keeper.stop() == 0
        assert "Traceback" not in keeper.said()
    fault_box.is_well()
    return (act, f"{after * 1000:.0f}", str(len(answered)), f"{len(left)} play")


def test_killed_while_it_takes_a_form(fault_box: FaultBox) -> None:
    killed(fault_box, "half a form", 0.1)


@pytest.mark.faults
@pytest.mark.parametrize("act", ACTS)
def test_killed_panel(fault_box: FaultBox, table: dict[str, list[Row]], act: str) -> None:
    after = random.Random(act).uniform(0.05, 0.5)
    table["panel"].append(killed(fault_box, act, after))
