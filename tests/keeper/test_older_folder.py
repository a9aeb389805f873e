"""Open a data folder made by 367a49e: nothing in it is lost, reinterpreted or revived."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from appliance.commands.main import zgoda
from appliance.config.folders import Folders
from appliance.config.read import trial
from appliance.errors import FileFormatError, Refused, VaultError
from appliance.keeper.audit.check import check
from appliance.keeper.erasure.batch import GRACE_SECONDS
from appliance.keeper.service import Keeper
from appliance.link.requests.audit import GetCounts
from appliance.link.requests.calls import (
    EraseCall,
    ExportCall,
    Ground,
    HoldGround,
    ListCalls,
    ShowCall,
    ShowCertificate,
    ShowHold,
    VerifyCalls,
)
from appliance.link.requests.exempt import CountExempt, IsExempt
from appliance.link.requests.login import LogIn
from appliance.link.requests.people import ListPeople
from appliance.model.records import Verdict
from appliance.recorder.calibration.figures import read_figures
from appliance.recorder.numbers.exempt import ExemptList
from appliance.recorder.service import Recorder, make_places
from appliance.vault.layout import check_layout
from appliance.vault.pool import Pool
from tests.boxes import CHEAP
from tests.clocks import ManualClock
from tests.files import whole_file
from tests.keeper.boxes import KeeperBox
from tests.keeper.chips import BOOT
from tests.keeper.older_folder import CALLS, NAMED, SAID, unpack
from tests.tree import contents

ERASED, WITHDRAWN = SAID["erased"]


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """A copy of the older folder."""
    return unpack(tmp_path)


@pytest.fixture
def box(folders: Folders) -> Iterator[KeeperBox]:
    """Today's keeper on it, a minute after the older one was last there."""
    config = trial()
    config = replace(config, vault=replace(config.vault, pool_ahead=8))
    clock = ManualClock(SAID["at"] + 60)
    keeper = Keeper(config, folders, clock, cost=CHEAP, boot=BOOT)
    keeper.open()
    yield KeeperBox(config, folders, clock, keeper)
    keeper.close()


@pytest.fixture
def token(box: KeeperBox) -> str:
    return box.log_in(SAID["owner"], SAID["password"])


def test_it_is_what_the_older_version_left(folders: Folders) -> None:
    assert sorted(contents(folders.data)) == SAID["files"]
    assert check_layout(folders) is None


@pytest.mark.usefixtures("nothing_read")
def test_both_people_log_in_and_nobody_with_another_password(box: KeeperBox, token: str) -> None:
    his = box.ask(LogIn(name=SAID["listener"], password=SAID["listeners_password"]))

    people = box.ask(ListPeople(), token).people
    assert {person.name for person in people} == {SAID["owner"], SAID["listener"]}
    assert [role.value for role in his.roles] == ["listener"]
    with pytest.raises(Refused, match="password"):
        box.log_in(SAID["listener"], SAID["password"])


@pytest.mark.usefixtures("nothing_read")
def test_the_audit_holds_and_goes_on_from_its_last_entry(box: KeeperBox, token: str) -> None:
    lines = [
        json.loads(line)
        for path in sorted(box.folders.audit.glob("*.log"))
        for line in path.read_text().splitlines()
    ]
    assert lines[SAID["audit"]["entries"] - 1]["hash"] == SAID["audit"]["head"]
    assert len(lines) > SAID["audit"]["entries"]
    found = check(box.folders.audit)
    assert found.sound, found.problem


def test_every_call_is_listed_as_it_was(box: KeeperBox, token: str) -> None:
    found = box.ask(ListCalls(text="22 123 45 67"), token)

    assert found.total == len(CALLS)
    for call in found.calls:
        said = CALLS[call.recording]
        assert (call.verdict, call.seconds, call.held, call.meta.number) == (
            *(Verdict(said["verdict"]), said["seconds"], said["held"]),
            said["number"],
        )
        assert (call.receipt.outcome, call.receipt.key, call.receipt.grade) == ("agreed", "1", "A")


@pytest.mark.parametrize("which", NAMED)
def test_a_call_plays_to_the_same_samples(which: str, box: KeeperBox, token: str) -> None:
    answers: Any = box.keeper.handle(ExportCall(NAMED[which]), token)
    _, raw = whole_file(answers)
    assert hashlib.sha256(raw).hexdigest() == CALLS[NAMED[which]]["wav_sha256"]


def test_checked_afresh_every_recording_is_what_it_was(box: KeeperBox, token: str) -> None:
    verdicts = box.ask(VerifyCalls(), token).verdicts

    assert {rid: verdicts[rid].value for rid in CALLS} == {
        rid: said["verdict"] for rid, said in CALLS.items()
    }
    assert verdicts[ERASED] is Verdict.SHREDDED


def test_erased_stays_erased(box: KeeperBox, token: str) -> None:
    made = box.ask(ShowCertificate(ERASED), token)

    assert [made.state, made.ground] == SAID["erased"][ERASED] == ["erased", "unlawful"]
    with pytest.raises(Refused):
        box.ask(ShowCall(ERASED), token)
    assert not (box.folders.recordings / ERASED).exists()


@pytest.mark.usefixtures("nothing_read")
def test_an_erasure_that_was_begun_is_finished(box: KeeperBox, token: str) -> None:
    assert SAID["erased"][WITHDRAWN] == ["erasing", "consent_withdrawn"]
    assert box.keeper.box is not None
    box.clock.advance(GRACE_SECONDS + 1)
    box.keeper.box.records.tick()

    made = box.ask(ShowCertificate(WITHDRAWN), token)
    assert (made.state, made.ground) == ("erased", "consent_withdrawn")
    assert not (box.folders.recordings / WITHDRAWN).exists()
    assert not (box.folders.withdrawn / WITHDRAWN).exists()


def test_the_hold_stands(box: KeeperBox, token: str) -> None:
    words = box.ask(ShowHold(NAMED["held"]), token)

    assert words.ground is HoldGround.CLAIMS
    assert (words.reason, words.review) == ("Skarga z września", "2027-06-30")
    with pytest.raises(Refused) as refused:
        box.ask(EraseCall(NAMED["held"], Ground.UNLAWFUL, "by mistake"), token)
    assert refused.value.code == "held"


@pytest.mark.usefixtures("nothing_read")
def test_the_number_never_recorded_is_known(box: KeeperBox, token: str) -> None:
    assert box.ask(CountExempt(), token).count == 1
    assert box.ask(IsExempt(SAID["exempt"]), token).listed
    assert not box.ask(IsExempt("+48 22 123 45 67"), token).listed


@pytest.mark.usefixtures("nothing_read")
def test_the_counts_go_on_with_the_note_that_waited(box: KeeperBox, token: str) -> None:
    rows = box.ask(GetCounts(), token).rows

    assert set(rows) == {
        *(tuple(row) for row in SAID["counts"]),
        ("Reception", "2026-09-22", "unrecorded", "exempt", SAID["waiting"]),
    }
    assert list(box.folders.notes.iterdir()) == []


def test_the_calibration_is_read(folders: Folders) -> None:
    known = read_figures(folders.calibration, "Reception")

    assert (known.prompt_db, [phone.name for phone in known.phone]) == (-2.5, ["desk"])


def test_no_file_is_lost_but_what_an_erasure_removes(box: KeeperBox) -> None:
    before = {name for name in SAID["files"] if not name.startswith(("notes/", "shelf/"))}

    assert before - set(contents(box.folders.data)) <= {f"rec/{WITHDRAWN}", "exempt"}


def test_it_is_marked_from_then_on(box: KeeperBox) -> None:
    assert check_layout(box.folders) == 2


def test_it_verifies_with_its_sheet_before_anybody_opened_it(folders: Folders) -> None:
    before = contents(folders.data)
    words = ["verify", str(folders.data), "--sheet", SAID["sheet"], "--json"]
    done = CliRunner().invoke(zgoda, [*words, "--keyring", str(folders.keyring[0])])

    told = {row["recording"]: row for row in json.loads(done.stdout)["files"]}
    assert {rid: told[rid]["verdict"] for rid in CALLS} == {
        rid: said["verdict"] for rid, said in CALLS.items()
    }
    assert all(told[rid]["contents"] != "not opened" for rid in CALLS)
    assert contents(folders.data) == before


def test_todays_recorder_records_once_the_keeper_has_taken_it_over(folders: Folders) -> None:
    make_places(folders)
    recorder = Recorder(trial(), folders, ManualClock(SAID["at"] + 60))
    try:
        assert [status.line for status in recorder.statuses()] == ["Reception"]
        pool = Pool(folders.pool, folders.recordings, folders.box_key)
        with pytest.raises(FileFormatError, match="version 1, unknown to this program; the keeper"):
            pool.take_key()
        keeper = Keeper(trial(), folders, ManualClock(SAID["at"] + 60), cost=CHEAP)
        keeper.open()
        keeper.close()
        assert pool.ready
        assert not ExemptList(pool, "PL").known, "its list has to be lent first"
    finally:
        recorder.close()


def test_marked_newer_it_is_refused_and_left_as_it_is(folders: Folders) -> None:
    folders.layout.write_bytes(b"zgoda data folder, layout 3\n")
    before = contents(folders.data)
    with pytest.raises(FileFormatError, match="newer Zgoda"):
        Keeper(trial(), folders, ManualClock(SAID["at"] + 60)).open()
    assert contents(folders.data) == before


def test_with_a_damaged_keyring_it_is_refused_in_one_sentence(folders: Folders) -> None:
    for path in folders.keyring:
        path.write_bytes(path.read_bytes()[:-1] + b"\0\0")
    with pytest.raises((FileFormatError, VaultError)) as refused:
        Keeper(trial(), folders, ManualClock(SAID["at"] + 60)).open()
    assert "\n" not in str(refused.value)
