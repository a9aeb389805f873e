"""Prove P8, on the record first: the audit entry is on disk before the act is released.

Playing, exporting, erasing, holding and releasing are done through the whole keeper on a real
recording. Once with an audit whose disk fails, when nothing of the act may happen; once watching
what the audit's file holds at the moment at which the act first reaches for a key or the keyring.
"""

import errno
import os
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from appliance.clock import Clock
from appliance.config.folders import Folders
from appliance.config.read import trial
from appliance.config.settings import Config
from appliance.errors import PerhapsOnRecord, VaultError
from appliance.keeper.audit.lines import months
from appliance.keeper.reading.protocol import AnyAsk, Forget, GetRow
from appliance.keeper.reading.reading import Reading
from appliance.keeper.service import Keeper
from appliance.link.operations import Operation
from appliance.link.registry import operations, tag
from appliance.link.requests.calls import (
    EraseCall,
    ExportCall,
    Ground,
    HoldCall,
    HoldGround,
    OpenPlayback,
    ReadPlayback,
    ReleaseHold,
    ShowCertificate,
)
from appliance.link.requests.login import LogIn
from appliance.vault.opening.keyring import Keyring, Update
from tests.boxes import CHEAP, PASSWORD
from tests.keeper.boxes import OWNER, KeeperBox
from tests.keeper.chips import BOOT
from tests.keeper.office import make_office
from tests.proofs import proving_here


@dataclass
class Scene:
    """An unlocked keeper with one recording."""

    box: KeeperBox
    token: str
    rid: str

    def act(self, name: str) -> Operation[Any]:
        """Return an operation on the recording."""
        acts: dict[str, Operation[Any]] = {
            "played": OpenPlayback(recording=self.rid, purpose="training"),
            "exported": ExportCall(recording=self.rid, format="flac"),
            "erasing": EraseCall(
                recording=self.rid, ground=Ground.CONSENT_WITHDRAWN, reason="asked by letter"
            ),
            "held": HoldCall(
                recording=self.rid, ground=HoldGround.CLAIMS, reason="a claim", review="2027-01-01"
            ),
            "hold_released": ReleaseHold(recording=self.rid),
        }
        return acts[name]

    def log(self) -> bytes:
        """Return the present contents of the audit's files."""
        return b"".join(path.read_bytes() for path in months(self.box.folders.audit))

    def on_record(self, name: str) -> bool:
        """Return whether the audit's file holds the act, as another process reads it."""
        wanted = f'"type":"{name}",'.encode()
        return any(wanted in line and self.rid.encode() in line for line in self.log().splitlines())

    def start_again(self) -> None:
        """Close the keeper and open another, as its service does."""
        self.box.keeper.close()
        self.box.keeper = opened(self.box.config, self.box.folders, self.box.clock)

    def state(self) -> tuple[bytes, Any, bytes]:
        """Return all that an act could change: the sound, its key and its catalogue row."""
        folders = self.box.folders
        assert self.box.keeper.box is not None
        entry = self.box.keeper.box.keyring.get(self.rid)
        return (folders.recordings / self.rid).read_bytes(), entry, folders.root.read_bytes()


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    office = make_office(tmp_path / "data")
    rid = office.seal(seconds=2.0)
    office.close()
    config = trial()
    config = replace(config, vault=replace(config.vault, pool_ahead=12))
    box = KeeperBox(
        config, office.folders, office.clock, opened(config, office.folders, office.clock)
    )
    yield Scene(box, box.log_in(), rid)
    box.keeper.close()


def opened(config: Config, folders: Folders, clock: Clock) -> Keeper:
    keeper = proving_here(Keeper(config, folders, clock, cost=CHEAP, boot=BOOT))
    keeper.open()
    return keeper


ACTS = ["played", "exported", "erasing", "held", "hold_released"]


def prepare(scene: Scene, name: str) -> None:
    if name == "hold_released":
        scene.box.ask(scene.act("held"), scene.token)


def failing(*_: int) -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO))


@pytest.mark.parametrize("name", ACTS)
def test_without_the_entry_nothing_is_done(
    scene: Scene, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(scene, name)
    before = scene.state()
    reached: list[str] = []
    watch(monkeypatch, scene, lambda: reached.append(name))
    monkeypatch.setattr("appliance.keeper.audit.writer.os.fdatasync", failing)
    with pytest.raises(VaultError, match="nothing was done: Input/output error"):
        scene.box.ask(scene.act(name), scene.token)
    monkeypatch.undo()
    assert reached == []
    assert scene.state() == before
    assert not scene.on_record(name), "a start would act on what was called not done"
    scene.start_again()
    assert scene.state()[:2] == before[:2], "the root is another where a case ended"


def test_what_may_be_on_record_is_said_and_a_start_does_it_whole(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("fdatasync", "ftruncate"):
        monkeypatch.setattr(f"appliance.keeper.audit.writer.os.{name}", failing)
    with pytest.raises(PerhapsOnRecord, match="shows at the next start"):
        scene.box.ask(scene.act("erasing"), scene.token)
    monkeypatch.undo()
    assert scene.on_record("erasing")
    scene.start_again()
    token = scene.box.log_in()
    for _ in range(3):
        scene.box.clock.advance(31)
        assert scene.box.keeper.box is not None
        scene.box.keeper.box.records.tick()
    assert scene.on_record("erased")
    shown = scene.box.ask(ShowCertificate(scene.rid), token)
    assert (shown.state, shown.kept) == ("erased", "signed")


def watch(monkeypatch: pytest.MonkeyPatch, scene: Scene, seen: Callable[[], Any]) -> None:
    """Call ``seen`` whenever the recording is opened, or its entry in the keyring is to change."""
    talk, change, erase = Reading._talk, Keyring.change, Keyring.erase

    def talked(self: Reading, ask: AnyAsk, kind: Any) -> Any:
        if not isinstance(ask, Forget | GetRow):  # that closes it; this reads a row of the list
            seen()
        return talk(self, ask, kind)

    def changed(self: Keyring, rids: Collection[str], how: Update) -> frozenset[str]:
        if scene.rid in rids:
            seen()
        return change(self, rids, how)

    def erased(self: Keyring, rids: Collection[str], also: Any = None) -> None:
        if scene.rid in rids:
            seen()
        erase(self, rids, also)

    monkeypatch.setattr(Reading, "_talk", talked)
    monkeypatch.setattr(Keyring, "change", changed)
    monkeypatch.setattr(Keyring, "erase", erased)


@pytest.mark.parametrize("name", ACTS)
def test_the_entry_is_on_the_disk_before_the_act_begins(
    scene: Scene, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(scene, name)
    assert not scene.on_record(name)
    seen: list[bool] = []
    watch(monkeypatch, scene, lambda: seen.append(scene.on_record(name)))
    scene.box.ask(scene.act(name), scene.token)
    assert seen
    assert all(seen)
    assert scene.log().count(f'"type":"{name}",'.encode()) == 1


def test_one_playback_is_one_entry(scene: Scene) -> None:
    opened = scene.box.ask(OpenPlayback(recording=scene.rid, purpose="training"), scene.token)
    for start in range(0, opened.bytes, 4096):
        scene.box.ask(ReadPlayback(playback=opened.playback, start=start, length=4096), scene.token)
    assert scene.log().count(b'"type":"played",') == 1


def test_nobody_gets_in_unrecorded(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appliance.keeper.audit.writer.os.fdatasync", failing)
    with pytest.raises(VaultError, match="nothing was done"):
        scene.box.ask(LogIn(name=OWNER, password=PASSWORD))


def test_every_act_that_matters_is_declared() -> None:
    declared = {tag(operation): operation.audit for operation in operations() if operation.audit}
    assert (
        declared.items()
        >= {
            "calls.open_playback": "played",
            "calls.list": "listed",
            "calls.show": "viewed",
            "audit.denied": "denied",
            "calls.export": "exported",
            "calls.erase": "erasing",
            "calls.hold": "held",
            "calls.release_hold": "hold_released",
            "people.log_in": "logged_in",
            "people.log_out": "logged_out",
            "people.first_run": "first_run",
            "people.confirm_sheet": "sheet_confirmed",
        }.items()
    )
