"""Go on where a release stopped: calls, erasures, copies, restores, restarts."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.clock import DAY, day_of
from appliance.config.folders import Folders
from appliance.errors import Refused
from appliance.keeper.audit.check import check
from appliance.keeper.audit.lines import readable
from appliance.keeper.audit.log import AuditLog
from appliance.keeper.backup.checking import check_backup
from appliance.keeper.backup.medium import FOLDER
from appliance.keeper.backup.opened import open_backup
from appliance.keeper.backup.restore import restore
from appliance.keeper.backup.wanted import RestoreWishes
from appliance.keeper.settings.own_tables import take_own_tables
from appliance.keeper.storage.ledger import Ledger
from appliance.link.client import Client
from appliance.link.requests.audit import ListAudit
from appliance.link.requests.calls import (
    EraseCall,
    Ground,
    ListCalls,
    ReleaseHold,
    ShowCertificate,
    VerifyCalls,
)
from appliance.link.requests.first_run import GetBoxState
from appliance.link.requests.login import LogIn
from appliance.link.requests.time import AllowErasure, ConfirmTime, GetTime
from appliance.model.records import Verdict
from appliance.vault.opening.keys import read_by_sheet, read_sheet
from appliance.vault.opening.unseal import Reader
from tests.boxes import CHEAP
from tests.keeper.backup.copies import backups, manifest
from tests.keeper.backup.restored import FRESH
from tests.keeper.boxes import OWNER, KeeperBox
from tests.releases.left import Left
from tests.stateful.recorder import Recorder
from tests.system.processes import started

UNSEAL = Path(__file__).parents[2] / "docs" / "unseal.py"


def confirm_time(left: Left, box: KeeperBox) -> str:
    """Confirm the time by the owner's own watch; return the session."""
    token = left.log_in(box)
    password = left.said["passwords"][OWNER]
    box.ask(ConfirmTime(box.clock.now(), box.clock.monotonic(), password), token)
    return token


def let_go_what_is_due(left: Left, box: KeeperBox, token: str) -> None:
    """Sweep, and allow what the box asks about."""
    assert box.keeper.box is not None
    records = box.keeper.box.records
    records.look_at_the_time()
    records.sweep()
    due = box.ask(GetTime(), token).due
    if due:
        count = sum(day.recordings for day in due)
        box.ask(AllowErasure(due[-1].day, count, left.said["passwords"][OWNER]), token)
    for _ in range(3):
        box.clock.advance(31)
        records.tick()


def test_retention_and_erasure_work_on_it(left: Left) -> None:
    box, calls = left.open(), left.said["calls"]
    token = confirm_time(left, box)
    box.ask(EraseCall(calls["whole"], Ground.CONSENT_WITHDRAWN, "Na prośbę"), token)
    with pytest.raises(Refused) as refused:
        box.ask(EraseCall(calls["held"], Ground.CONSENT_WITHDRAWN, "Na prośbę"), token)
    assert refused.value.code == "held"
    assert box.keeper.box is not None
    for _ in range(2):
        box.clock.advance(31)
        box.keeper.box.records.tick()
    made = box.ask(ShowCertificate(calls["whole"]), token)
    assert (made.state, made.level) == ("erased", "E0")
    assert not (left.folders.recordings / calls["whole"]).exists()

    for _ in range(20):  # six months, day by day as far as the box asks
        box.clock.advance(9 * DAY)
        token = confirm_time(left, box)
        let_go_what_is_due(left, box, token)
    assert left.found(box, token) == {calls["held"], calls["restricted"]}
    erased = {e.rid for e, _ in readable(left.folders.audit) if e.type == "erased"}
    assert erased == {rid for name, rid in calls.items() if name not in {"held", "restricted"}}
    box.ask(ReleaseHold(calls["held"]), token)
    let_go_what_is_due(left, box, token)
    assert left.found(box, token) == {calls["restricted"]}
    assert box.sound_audit()
    box.keeper.close()


def test_a_recorder_goes_on_beside_the_old_recordings(left: Left) -> None:
    box = left.open()
    recorder = Recorder(left.folders, box.clock, "b0beef")
    box.keeper.meet_recorder(recorder.origin.public)
    call = recorder.begin({"training": 9}, 1, seed=3)
    call.speak(2)
    call.hang_up()
    box.keeper.take_up()
    fresh = call.parts[0].rid
    token = left.log_in(box)
    assert left.found(box, token) == {
        *left.said["listed"],
        left.said["calls"]["waiting"],
        fresh,
    }
    box.restart()
    token = left.log_in(box)
    verdicts = box.ask(VerifyCalls(), token).verdicts
    assert (verdicts.pop(fresh), len(verdicts)) == (Verdict.COMPLETE, len(left.said["calls"]))
    assert box.sound_audit()
    box.keeper.close()


def test_the_medium_and_the_sheet_make_another_box(left: Left, tmp_path: Path) -> None:
    """The certificate of what was erased behind the copy keeps it away."""
    calls, data = left.said["calls"], tmp_path / "new"
    assert check_backup(left.stick).bad == ()
    folders, clock, seed = Folders(data), left.clock(), left.seed
    certified = frozenset({calls["erased"]})
    wanted = RestoreWishes(OWNER, FRESH, day_of(left.said["at"]), erased=certified, cost=CHEAP)

    def settle(ledger: Ledger, audit: AuditLog) -> None:
        take_own_tables(folders, seed, clock, ledger, audit)

    opened = open_backup(left.stick, read_sheet(left.said["sheet"]))
    try:
        done = restore(opened, folders, seed.config(), wanted, clock, settle=settle)
    finally:
        opened.close()
    gone = {"erased", "waiting"}
    back = {rid for name, rid in calls.items() if name not in gone}
    assert (done.recordings, done.erased, done.due) == (len(back), 1, 0)
    assert (done.bad, done.bad_papers, done.lost_keys) == ((), (), 0)

    box = left.open(data)
    assert box.keeper.box is not None
    keyring = box.keeper.box.keyring
    assert {rid for rid, _ in keyring.taken_up()} == back
    content = keyring.content
    reading = read_by_sheet(read_sheet(left.said["sheet"]), content.sheet.sealed, content.vault_id)
    for rid in back:
        with Reader.open(box.folders.recordings / rid, reading, keyring.private(rid)) as reader:
            assert reader.samples > 0
    token = left.log_in(box, password=FRESH)
    numbers = left.said["numbers"]
    assert left.found(box, token, numbers["caller"]) == {
        calls[name] for name in ("whole", "held", "cut")
    }
    assert left.found(box, token, numbers["added"]) == {calls["unknown"]}
    assert box.sound_audit()
    box.keeper.close()


def test_its_medium_takes_the_next_copy(left: Left) -> None:
    box, erased = left.open(), left.said["calls"]["erased"]
    assert erased in manifest(left.stick).recordings
    backups(box)._wanted = True
    assert backups(box).run(), backups(box).seen().trouble
    assert (check_backup(left.stick).number, check_backup(left.stick).bad) == (2, ())
    assert erased not in manifest(left.stick).recordings
    assert not (left.stick / FOLDER / "rec" / erased).exists()
    box.keeper.close()


@pytest.mark.system
@pytest.mark.timeout(120)
def test_a_keeper_starts_on_it_as_a_service(left: Left) -> None:
    """The real process, with the real clock: months later, so nothing goes before it is asked."""
    client = Client(left.folders.keeper_socket)
    words = ("--data", str(left.folders.data), "--config", str(left.configuration))
    with started("keeper", *words) as keeper:
        state = client.call(GetBoxState())
        assert (state.set_up, state.locked) == (True, True)
        token = client.call(LogIn(name=OWNER, password=left.said["passwords"][OWNER])).token
        assert client.call(ListCalls(), token).total == len(left.said["listed"]) + 1
        assert client.call(ListAudit(), token).sound
        assert keeper.stop() == 0
        assert "Traceback" not in keeper.said()
    assert check(left.folders.audit).sound


def test_the_second_reader_opens_it(left: Left, tmp_path: Path) -> None:
    sheet, out = tmp_path / "sheet.txt", tmp_path / "out.wav"
    sheet.write_text(left.said["sheet"] + "\n", "ascii")
    copies = {
        "data": (left.folders.recordings, left.folders.keyring[0]),
        "medium": (left.stick / FOLDER / "rec", left.stick / FOLDER / "copy-1" / "keyring.age"),
    }
    for place, (recordings, keyring) in copies.items():
        for name, verdict in (("whole", "complete"), ("cut", "cut")):
            path = recordings / left.said["calls"][name]
            words = [sys.executable, str(UNSEAL), str(path), str(sheet), str(keyring), str(out)]
            done = subprocess.run(words, check=False, capture_output=True, text=True, timeout=60)
            assert (done.returncode, done.stderr) == (0, ""), (place, name)
            assert json.loads(done.stdout)["verdict"] == verdict
            out.unlink()
