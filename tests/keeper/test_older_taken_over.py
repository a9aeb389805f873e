"""Take a folder of layout 1 over, cut anywhere: all of it or none, nothing lost, nothing kept."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from appliance.config.folders import Folders
from appliance.errors import FileFormatError, KeyLost
from appliance.vault.disk import Disk
from appliance.vault.layout import check_layout
from appliance.vault.opening.eraser import Eraser
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.older import OlderContent, open_older, take_over
from tests.keeper.older_folder import unpack
from tests.tree import contents
from tests.vault.opening.power import QuickDisk

OPERATIONS = (
    *("open", "truncate", "write", "sync", "sync_all", "sync_system", "sync_folder"),
    *("rename", "unlink"),
)


class PowerCut(BaseException):
    """The box is without power: nothing catches this, nothing more happens."""


class CutDisk(QuickDisk):
    """Loses its power at the ``at``-th operation, before or after it is done."""

    def __init__(self, at: int, *, after: bool) -> None:
        self.done = 0
        for name in OPERATIONS:
            setattr(self, name, self._cutting(getattr(super(), name), at, after))

    def _cutting(self, act: Callable[..., Any], at: int, after: bool) -> Callable[..., Any]:
        def wrapped(*args: Any, **more: Any) -> Any:
            self.done += 1
            if at and self.done >= at and not (after and self.done == at):
                raise PowerCut
            done = act(*args, **more)
            if at and self.done == at:
                raise PowerCut
            return done

        return wrapped


def older(folders: Folders) -> OlderContent:
    return open_older(folders.keyring[0].read_bytes(), Eraser(folders.root))[2]


def check(folders: Folders, before: OlderContent, tags: bytes) -> None:
    """Hold a folder that was taken over against what it held."""
    eraser = Eraser(folders.root)
    keyring = Keyring.open(folders.keyring, eraser)
    assert check_layout(folders) == 2
    assert keyring.lost_shards == 0
    there = {*keyring.unused(), *dict(keyring.taken_up())}
    assert there == before.recordings.keys()
    for rid, key in before.recordings.items():
        assert (keyring.private(rid), keyring.entry(rid)) == (key.private, key.entry)
    assert [tag.to_bytes(4, "big") for tag in keyring.content.exempt] == [tags]
    assert keyring.content.operators == before.operators
    assert eraser.generations() == (keyring.generation,)
    assert not folders.exempt.exists()
    assert keyring.lowest_level == "E0"


def test_everything_is_there_and_the_old_keyring_opens_no_more(tmp_path: Path) -> None:
    folders = unpack(tmp_path)
    before, tags = older(folders), folders.exempt.read_bytes()
    image = folders.keyring[0].read_bytes()
    assert take_over(folders, Eraser(folders.root), Disk())
    check(folders, before, tags)
    with pytest.raises(KeyLost):
        open_older(image, Eraser(folders.root))
    after = contents(folders.data)
    assert not take_over(folders, Eraser(folders.root), Disk())
    assert contents(folders.data) == after


@pytest.mark.parametrize("after", [False, True])
def test_cut_anywhere_it_begins_again_or_goes_on(tmp_path: Path, after: bool) -> None:
    whole = unpack(tmp_path / "whole")
    before, tags = older(whole), whole.exempt.read_bytes()
    probe = CutDisk(0, after=False)
    count = Folders(shutil.copytree(whole.data, tmp_path / "count"))
    take_over(count, Eraser(count.root, disk=probe), probe)
    assert probe.done > 20
    for at in range(1, probe.done + 1):
        folders = Folders(shutil.copytree(whole.data, tmp_path / f"{at}"))
        disk = CutDisk(at, after=after)
        with pytest.raises(PowerCut):
            take_over(folders, Eraser(folders.root, disk=disk), disk)
        quick = QuickDisk()
        take_over(folders, Eraser(folders.root, disk=quick), quick)
        eraser = Eraser(folders.root, disk=quick)
        eraser.wipe_others(Keyring.open(folders.keyring, eraser, disk=quick).generation)
        check(folders, before, tags)
        shutil.rmtree(folders.data)


@pytest.mark.parametrize("harm", ["list", "both copies"])
def test_what_is_damaged_is_refused_and_left_as_it_is(tmp_path: Path, harm: str) -> None:
    folders = unpack(tmp_path)
    if harm == "list":
        folders.exempt.write_bytes(b"abc")
    else:
        for path in folders.keyring:
            path.write_bytes(path.read_bytes()[:-1] + b"\0")
    left = contents(folders.data)
    with pytest.raises(FileFormatError) as refused:
        take_over(folders, Eraser(folders.root), Disk())
    assert "\n" not in str(refused.value)
    assert contents(folders.data) == left


def test_one_copy_is_enough(tmp_path: Path) -> None:
    folders = unpack(tmp_path)
    before, tags = older(folders), folders.exempt.read_bytes()
    folders.keyring[0].write_bytes(b"ZGODAKEY" + bytes(100))
    take_over(folders, Eraser(folders.root), Disk())
    check(folders, before, tags)
