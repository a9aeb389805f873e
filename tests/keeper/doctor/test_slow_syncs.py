"""The keeper times its own syncs, and the doctor tells a slow one for an hour."""

import os
from pathlib import Path

import pytest

from appliance.link.requests.doctor import Examine
from tests.keeper.boxes import KeeperBox, make_keeper, set_up
from tests.vaults import Vault


def told(box: KeeperBox, token: str) -> list[str]:
    return [each.text for each in box.ask(Examine(), token).found if each.id == "disk.kept_slowly"]


def test_a_slow_sync_of_the_audit_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box = make_keeper(tmp_path / "data")
    box.confirm(box.first_run())
    token = box.log_in()
    assert told(box, token) == []
    real = os.fdatasync

    def slow(fd: int) -> None:
        real(fd)
        box.clock.advance(0.45)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fdatasync", slow)
        token = box.log_in()
    (said,) = told(box, token)
    assert "waited 450 ms" in said
    box.clock.advance(3600)
    assert told(box, box.log_in()) == []
    box.keeper.close()


def test_a_slow_sync_of_a_take_up_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own, of the recording's file, before the audit names it."""
    box = set_up(tmp_path / "data")
    assert box.keeper.box is not None
    made = Vault(box.folders, bytearray(), box.keeper.box.keyring, box.keeper.box.eraser).record()
    file, real = (box.folders.new / made.rid).stat().st_ino, os.fsync

    def slow(fd: int) -> None:
        real(fd)
        if os.fstat(fd).st_ino == file:
            box.clock.advance(0.45)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", slow)
        box.keeper.take_up()
    (said,) = told(box, box.log_in())
    assert "waited 450 ms" in said
    box.keeper.close()
