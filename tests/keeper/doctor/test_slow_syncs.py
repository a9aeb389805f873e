"""The keeper times its own syncs, and the doctor tells a slow one for an hour."""

import os
from pathlib import Path

import pytest

from appliance.link.requests.doctor import Examine
from tests.keeper.boxes import KeeperBox, make_keeper


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
