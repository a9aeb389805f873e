"""Test each operation of the keeper while the disk fills to the last byte."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from appliance.clock import DAY, HOUR
from appliance.config.folders import Folders
from appliance.config.read import trial
from appliance.errors import Refused, VaultError
from appliance.keeper.chores import TAKE_UP
from appliance.keeper.service import Keeper
from appliance.link.requests.calls import (
    EraseCall,
    ErasureCertificate,
    ExportCall,
    Ground,
    HoldCall,
    HoldGround,
    ListCalls,
    OpenPlayback,
    ReleaseHold,
    ShowCall,
    ShowCertificate,
    VerifyCalls,
)
from appliance.link.requests.login import LogOut
from appliance.model.records import Verdict
from appliance.vault.disk import Disk
from appliance.vault.seal import leave_marker
from tests.boxes import CHEAP
from tests.clocks import ManualClock
from tests.deep import spread
from tests.keeper.boxes import KeeperBox
from tests.keeper.chips import BOOT
from tests.keeper.office import Office, make_office
from tests.proofs import proving_here
from tests.recorded import recorded
from tests.small.disk import PAGE, SmallDisk, small_disk
from tests.small.reserve import WHOLE

MIB = 2**20
POSSIBLE = {Verdict.COMPLETE, Verdict.CUT, Verdict.SHREDDED}


@pytest.fixture(params=[True, False], ids=["mounted", "laid over"])
def disk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "small", 24 * MIB, real=request.param) as made:
        yield made


@pytest.fixture
def office(disk: SmallDisk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """An office whose recorder believes that it has room: only the keeper's is the question."""
    monkeypatch.setattr(Disk, "free", lambda self, folder: 2**40)
    made = make_office(disk.folder / "data")
    yield made
    made.close()


@pytest.fixture
def box(office: Office) -> Iterator[KeeperBox]:
    made = keeper_of(office)
    yield made
    made.keeper.close()


def keeper_of(office: Office) -> KeeperBox:
    config = trial()
    config = replace(config, vault=replace(config.vault, pool_ahead=12))
    keeper = proving_here(Keeper(config, office.folders, office.clock, cost=CHEAP, boot=BOOT))
    keeper.open()
    return KeeperBox(config, office.folders, office.clock, keeper)


def take(office: Office, box: KeeperBox, **spoken: Any) -> str:
    rid = office.seal(**spoken)
    box.keeper.take_up()
    return rid


def pass_time(box: KeeperBox, seconds: float) -> None:
    chores = box.keeper.chores()
    box.clock.advance(seconds)
    chores.run_due()


def without_reserve(disk: SmallDisk, office: Office, left: int = 0) -> None:
    """Leave so many bytes on the disk and nothing in reserve."""
    office.folders.reserve.write_bytes(b"")
    disk.leave(left)


def verdicts(box: KeeperBox, token: str) -> dict[str, Verdict]:
    return box.ask(VerifyCalls(), token).verdicts


def test_without_a_byte_left_somebody_logs_in_and_erases(
    disk: SmallDisk, office: Office, box: KeeperBox
) -> None:
    rid, kept = take(office, box, number="+48600555011"), take(office, box)
    disk.leave(0)
    token = box.log_in()
    assert box.ask(ListCalls(), token).total == 2
    assert box.ask(EraseCall(rid, Ground.OBJECTION, "Asked for it"), token).state == "erasing"
    disk.leave(0)
    pass_time(box, 31)
    made = box.ask(ShowCertificate(rid), token)
    assert (made.state, made.kept) == ("erased", "signed")
    assert not office.file(rid).exists()
    assert verdicts(box, token) == {rid: Verdict.SHREDDED, kept: Verdict.COMPLETE}
    assert box.sound_audit()
    assert box.acts()[-4:] == ["erasing", "erased", "certified", "certified"]


def test_an_erasure_waits_for_no_certificate_which_is_signed_once_there_is_room(
    disk: SmallDisk, office: Office, box: KeeperBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else takes the reserve, and the room that the erased file has just left."""
    rid = take(office, box)
    token = box.log_in()
    disk.leave(0)
    assert box.ask(EraseCall(rid, Ground.OBJECTION, "Asked for it"), token).state == "erasing"
    assert box.keeper.box is not None
    certificates = box.keeper.box.records.recordings.certificates
    settle, tries = certificates.settle, list[str]()

    def settle_without_room() -> None:
        without_reserve(disk, office)
        try:
            settle()
        except VaultError:
            tries.append("no room")
            raise

    with monkeypatch.context() as patch:
        patch.setattr(certificates, "settle", settle_without_room)
        for _ in range(2):
            pass_time(box, 31)
            made = box.ask(ShowCertificate(rid), token)
            assert (made.state, made.kept) == ("erased", "waits")
            assert not office.file(rid).exists()
            assert rid not in box.keeper.box.keyring
            assert box.acts()[-2:] == ["erasing", "erased"]
    assert len(tries) > 1
    (disk.folder / "ballast").unlink()
    pass_time(box, 31)
    assert box.ask(ShowCertificate(rid), token).kept == "signed"
    assert box.acts()[-4:] == ["erasing", "erased", "certified", "certified"]
    assert box.sound_audit()


def test_without_a_byte_left_everything_else_goes_on_too(
    disk: SmallDisk, office: Office, box: KeeperBox
) -> None:
    rid = take(office, box)
    later = office.seal()
    disk.leave(0)
    token = box.log_in()
    box.keeper.take_up()
    assert box.ask(ListCalls(), token).total == 2
    shown = box.ask(ShowCall(later), token)
    assert [line.type for line in shown.audit] == ["viewed", "sealed"]
    assert box.ask(ExportCall(rid), token).total == 44 + 16_000
    box.ask(HoldCall(rid, HoldGround.CLAIMS, "Lawsuit", "2027-06-30"), token)
    box.ask(ReleaseHold(rid), token)
    box.ask(LogOut(), token)
    assert box.sound_audit()


def test_without_a_byte_left_retention_and_withdrawals_are_done(
    disk: SmallDisk, office: Office, box: KeeperBox
) -> None:
    due, later = take(office, box, purposes=(("training", 2),)), take(office, box)
    gone = office.seal(ended=None)
    leave_marker(office.folders.withdrawn, gone)
    disk.leave(0)
    pass_time(box, TAKE_UP)
    assert [path.name for path in office.folders.withdrawn.iterdir()] == [gone]
    disk.leave(0)
    pass_time(box, 3 * DAY + HOUR)
    pass_time(box, 31)
    assert [path.name for path in recorded(office.folders)] == [later]
    assert list(office.folders.withdrawn.iterdir()) == []
    token = box.log_in()
    assert box.ask(ShowCertificate(due), token).state == "erased"
    assert box.ask(ShowCertificate(gone), token).ground == "in_call"


def test_an_erasure_that_was_interrupted_is_finished_at_boot_on_a_full_disk(
    disk: SmallDisk, office: Office, box: KeeperBox
) -> None:
    rid = take(office, box)
    token = box.log_in()
    box.ask(EraseCall(rid, Ground.OBJECTION, "Asked for it"), token)
    disk.leave(0)
    box.restart()
    assert box.ask(ShowCertificate(rid), box.log_in()).state == "erased"
    assert box.sound_audit()


def test_many_erasures_cost_no_more_than_their_audit(
    disk: SmallDisk, office: Office, box: KeeperBox
) -> None:
    rids = [take(office, box, seconds=0.1) for _ in range(8)]
    token = box.log_in()
    for rid in rids:
        disk.leave(0)
        box.ask(EraseCall(rid, Ground.OBJECTION, "Asked for it"), token)
        pass_time(box, 31)
    assert office.folders.reserve.stat().st_size > WHOLE // 2
    (disk.folder / "ballast").unlink()
    pass_time(box, TAKE_UP)
    assert office.folders.reserve.stat().st_size == WHOLE


def test_with_nothing_in_reserve_nothing_is_done_and_said_in_one_sentence(
    disk: SmallDisk, office: Office, box: KeeperBox
) -> None:
    rid = take(office, box)
    token = box.log_in()
    acts = box.acts()
    without_reserve(disk, office)
    # What is left of the audit's last page is room, too: fill it by listening.
    refused = None
    while refused is None:
        try:
            box.ask(OpenPlayback(rid, "training"), token)
        except VaultError as error:
            refused = str(error)
        else:
            acts.append("played")
    assert refused.startswith("The audit cannot be written, so nothing was done: ")
    for act in (erase, hold):
        with pytest.raises((VaultError, Refused)):
            act(box, rid, token)
    with pytest.raises(VaultError, match="so nothing was done"):
        box.log_in()
    assert [act for act in box.acts() if act != "failed"] == acts
    (disk.folder / "ballast").unlink()
    assert box.ask(EraseCall(rid, Ground.OBJECTION, "Asked for it"), token).state == "erasing"
    pass_time(box, 31)
    assert verdicts(box, token)[rid] is Verdict.SHREDDED
    assert box.sound_audit()


def erase(box: KeeperBox, rid: str, token: str) -> ErasureCertificate:
    return box.ask(EraseCall(rid, Ground.OBJECTION, "Asked for it"), token)


def hold(box: KeeperBox, rid: str, token: str) -> object:
    return box.ask(HoldCall(rid, HoldGround.CLAIMS, "Lawsuit", "2027-06-30"), token)


def take_up(box: KeeperBox, rid: str, token: str) -> None:
    box.keeper.take_up()


def sweep(box: KeeperBox, rid: str, token: str) -> None:
    pass_time(box, 95 * DAY)


MOMENTS = [
    *((act, pages) for act in (erase, hold) for pages in range(3)),
    *((act, pages) for act in (take_up, sweep) for pages in range(2)),
]
"""With more pages left, each of them goes through."""


@pytest.mark.parametrize(("act", "pages"), spread(MOMENTS, 5))
def test_whichever_write_finds_the_disk_full_nothing_is_half_done(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    act: Callable[[KeeperBox, str, str], object],
    pages: int,
) -> None:
    """Without the reserve: the write that fails is another one for each number of pages."""
    monkeypatch.setattr(Disk, "free", lambda self, folder: 2**40)
    with small_disk(tmp_path / "small", 24 * MIB) as disk:
        office = make_office(disk.folder / "data")
        box = keeper_of(office)
        rid, other = take(office, box), take(office, box)
        token = box.log_in()
        waiting = office.seal()
        without_reserve(disk, office, pages * PAGE)
        said = "."
        try:
            act(box, rid, token)
        except (VaultError, Refused) as error:
            said = str(error)
        assert said.endswith(".")
        assert "\n" not in said
        office.folders.reserve.write_bytes(b"")
        (disk.folder / "ballast").unlink()
        box.restart()
        token = box.log_in()
        pass_time(box, 31)
        stand = verdicts(box, token)
        assert stand.keys() == {rid, other, waiting}
        assert set(stand.values()) <= POSSIBLE
        listed = {call.recording for call in box.ask(ListCalls(), token).calls}
        assert listed == {name for name, how in stand.items() if how is not Verdict.SHREDDED}
        assert {path.name for path in recorded(office.folders)} == listed
        for name in stand.keys() - listed:
            assert box.ask(ShowCertificate(name), token).state == "erased"
        held = [call.held for call in box.ask(ListCalls(), token).calls if call.recording == rid]
        assert held in ([], [False], [True])
        for name in listed:
            assert box.ask(ExportCall(name), token).total == 44 + 16_000
        assert box.sound_audit()
        box.keeper.close()
        office.close()


def test_a_first_run_on_a_full_disk_can_be_done_again(tmp_path: Path) -> None:
    for pages in (1, 3, 6):
        with small_disk(tmp_path / f"small{pages}", 4 * MIB) as disk:
            config, folders = trial(), Folders(disk.folder / "data")
            config = replace(config, vault=replace(config.vault, pool_ahead=12))
            keeper = proving_here(Keeper(config, folders, ManualClock(), cost=CHEAP))
            keeper.open()
            box = KeeperBox(config, folders, ManualClock(), keeper)
            disk.leave(pages * PAGE)
            try:
                sheet = box.first_run()
            except (VaultError, Refused, OSError):
                (disk.folder / "ballast").unlink()
                box.restart()
                sheet = box.first_run()
            (disk.folder / "ballast").unlink(missing_ok=True)
            box.confirm(sheet)
            assert box.sound_audit()
            assert box.log_in()
            box.keeper.close()
