"""Cut the power at any operation of an erasure of everything, and start again."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from appliance.keeper.audit.check import check
from appliance.keeper.recordings.certified.signing import CERTIFIED, READERS
from appliance.keeper.service import Keeper
from appliance.vault.certificate import certificate_digest
from appliance.vault.disk import Disk
from appliance.vault.opening.erase_all import EraseAllOrder
from tests.boxes import CHEAP
from tests.keeper.boxes import KeeperBox, set_up
from tests.keeper.chips import BOOT
from tests.keeper.erasure.everything import keyring, record
from tests.proofs import proving_here
from tests.vault.opening.power import image, put_there

OPERATIONS = ("write", "sync", "sync_all", "rename", "sync_folder", "unlink", "unlink_all")


class PowerCut(BaseException):
    """The power is gone: nothing more reaches the disk."""


@contextmanager
def cut_at(
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    kind: type = Disk,
    names: tuple[str, ...] = OPERATIONS,
) -> Iterator[list[int]]:
    """Let the power go before the operation of a number; yield how many there were."""
    done = [0]

    def counted(operation: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **more: Any) -> Any:
            done[0] += 1
            if done[0] >= number:
                raise PowerCut
            return operation(*args, **more)

        return run

    with monkeypatch.context() as patched:
        for name in names:
            patched.setattr(kind, name, counted(getattr(kind, name)))
        yield done


def decided(folder: Path) -> tuple[KeeperBox, dict[str, bytes]]:
    """Prepare a box with recordings whose erasure is decided and not begun: its disk."""
    box = set_up(folder)
    record(box, 2)
    owner = next(iter(keyring(box).content.operators))
    with keyring(box).changing() as draft:
        draft.erase_all = EraseAllOrder(
            id="0a1b2c3d",
            asked_by=owner,
            asked_at=box.clock.now(),
            counted=0.0,
            ground="no_longer_needed",
            stage="decided",
            decided_by="keeper",
        )
    box.keeper.close()
    return box, image(folder)


def carry_out(box: KeeperBox) -> None:
    """Start the keeper and let it work until it is over."""
    box.keeper = proving_here(Keeper(box.config, box.folders, box.clock, cost=CHEAP, boot=BOOT))
    box.keeper.open()
    for _ in range(4):  # the last signs the certificate
        assert box.keeper.box is not None
        box.keeper.box.records.tick()
        box.clock.advance(30)


def pull_the_plug(box: KeeperBox) -> None:
    """Leave the keeper as it is, without a last word."""
    owned, box.keeper._owned = box.keeper._owned, None
    if owned is not None:
        with suppress(OSError):
            os.close(owned)


def _check_certificate(box: KeeperBox) -> None:
    """One order has one certificate, which is on record as it is shown."""
    assert box.keeper.box is not None
    records, done = box.keeper.box.records, keyring(box).content.erased_all
    (row,) = records.ledger.certificates().values()
    issued = records.recordings.certificates.of_all(done)
    assert (row.everything, row.stage, issued.stage) == (done.order.id, "kept", "signed")
    made = [issued.read(reader).certificate for reader in READERS]
    line = box.keeper.box.audit.line_of(done.seq)
    assert line is not None
    assert made[-1].erased.line == line.decode()
    said = [one for one in box.keeper.box.audit.entries() if one.type == CERTIFIED]
    assert {one.sha256 for one in said} == {certificate_digest(one) for one in made}
    assert all(one.seq > done.seq for one in said)


def cut_and_start_again(
    monkeypatch: pytest.MonkeyPatch, box: KeeperBox, disk: dict[str, bytes], number: int
) -> bool:
    """Cut the power before an operation, start again; say whether it came to a cut.

    Whatever the moment, everything is erased in the end and the audit is in order.
    """
    put_there(box.folders.data, disk)
    cut = False
    with cut_at(monkeypatch, number):
        try:
            carry_out(box)
        except PowerCut:
            cut = True
    pull_the_plug(box)
    carry_out(box)
    content = keyring(box).content
    assert (content.erase_all, content.erased_all is None) == (None, False)
    assert keyring(box).count_taken_up() == 0
    assert list(box.folders.recordings.iterdir()) == []
    assert box.keeper.box is not None
    assert box.keeper.box.eraser.generations() == (keyring(box).generation,)
    assert box.keeper.box.records.ledger.belief() is not None
    assert not box.keeper.box.records.ledger.has_anew
    assert "erased_all" in box.acts()
    _check_certificate(box)
    assert check(box.folders.audit).sound
    box.keeper.close()
    return cut
