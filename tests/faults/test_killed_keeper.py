"""kill -9 of a real keeper during take-up, erasure, login and export."""

import contextlib
import random
import threading
from collections.abc import Callable
from typing import Literal

import numpy as np
import pytest

from appliance.errors import LinkError, Refused
from appliance.link.requests.calls import EraseCall, ExportCall, Ground, ShowCertificate
from appliance.link.requests.login import LogIn, LogOut
from appliance.link.requests.processes.news import TakeUp
from appliance.model.records import Verdict
from tests.boxes import PASSWORD
from tests.faults.fault_box import FaultBox, Row, alive, children, kill, until
from tests.files import whole_file
from tests.system.processes import started

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]

MOMENTS = 10
SEALED = {"erase": 60}
"""Recordings beforehand, 12 where nothing else is said: there must be something left to erase."""
AUDITED = {"take-up": "sealed", "erase": "erasing", "login": "logged_in", "export": "exported"}
"""What is done while the keeper is killed, and what its answer promises to be on the record."""


def busy(fault_box: FaultBox, act: str, token: str, answered: list[str]) -> None:
    """Do one thing over and over until nobody answers any more."""
    spare = list(fault_box.sounds)

    def take_up() -> str:
        rid = fault_box.seal(1, ended=len(fault_box.sounds) % 3 > 0)
        fault_box.client.call(TakeUp())
        return rid

    def erase() -> str:
        rid = spare.pop()
        fault_box.client.call(EraseCall(rid, Ground.UNLAWFUL, "A mistake"), token)
        return rid

    def login() -> str:
        mine = fault_box.client.call(LogIn(name="Ewa Nowak", password=PASSWORD)).token
        fault_box.client.call(LogOut(), mine)
        return ""

    def export() -> str:
        rid = spare[len(answered) % len(spare)]
        form: Literal["wav", "flac"] = ("wav", "flac")[len(answered) % 2]
        whole_file(fault_box.client.download(ExportCall(rid, form), token))
        return rid

    acts: dict[str, Callable[[], str]] = {
        "take-up": take_up, "erase": erase, "login": login, "export": export,
    }  # fmt: skip
    with contextlib.suppress(LinkError, Refused):
        while spare:
            answered.append(acts[act]())


@pytest.mark.parametrize("moment", range(MOMENTS))
def test_killed_keeper(fault_box: FaultBox, table: dict[str, list[Row]], moment: int) -> None:
    act = list(AUDITED)[moment % len(AUDITED)]
    after = random.Random(moment).uniform(0.01, 0.6)
    count = SEALED.get(act, 12)
    for _ in range(count):
        fault_box.seal()
    answered: list[str] = []
    with started("keeper", "--data", fault_box.data) as keeper:
        token = fault_box.log_in()
        assert len(fault_box.listed(token)) == count
        if act == "login":
            fault_box.client.call(LogOut(), token)  # so that each login starts a reading child
        before = [what for what, _ in fault_box.acts()].count(AUDITED[act])
        reading = children(keeper.process.pid)
        worker = threading.Thread(target=busy, args=(fault_box, act, token, answered))
        worker.start()
        threading.Event().wait(after)
        reading |= children(keeper.process.pid)
        kill(keeper.process)
        worker.join(30)
        assert not worker.is_alive()
    until(lambda: not any(map(alive, reading)), 10, "the reading child ends with its keeper")

    promised = [what for what, _ in fault_box.acts()].count(AUDITED[act]) - before
    assert promised >= len(answered), "an answer without its entry in the audit"
    erasing = {rid for what, rid in fault_box.acts() if what == "erasing" and rid}
    found = looked_at(fault_box, erasing)
    fault_box.is_well()
    table["keeper"].append((str(moment + 1), act, f"{after * 1000:.0f}", f"{len(answered)}", found))


def looked_at(fault_box: FaultBox, erasing: set[str]) -> str:
    """Start again and hold everything that is there against what was sealed and ordered."""
    with started("keeper", "--data", fault_box.data) as keeper:
        token = fault_box.log_in()
        calls = fault_box.listed(token)
        assert calls.keys() == fault_box.sounds.keys() - erasing
        assert {call.verdict for call in calls.values()} <= {Verdict.COMPLETE, Verdict.CUT}
        for rid in calls:
            assert np.array_equal(fault_box.sound(rid, token), fault_box.sounds[rid])
        for rid in erasing:
            assert fault_box.client.call(ShowCertificate(rid), token).state == "erased"
            assert not fault_box.box.file(rid).exists()
            assert ("erased", rid) in fault_box.acts()
        assert keeper.stop() == 0
        assert "Traceback" not in keeper.said()
    cut = sum(call.verdict is Verdict.CUT for call in calls.values())
    return f"{len(calls)} play ({cut} cut), {len(erasing)} erased"
