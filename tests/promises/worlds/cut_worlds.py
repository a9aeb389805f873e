"""Let the power go while a world's keeper puts an act on record, and start it again."""

import shutil
from pathlib import Path
from typing import Any, Literal, get_args

import pytest

from appliance.keeper.audit.lines import months
from appliance.link.operations import Operation
from tests.promises.worlds.one_world import OFFICER, World

Where = Literal["before", "torn", "behind"]
"""Before the act's entries are written, while the last one is, or behind them."""

WHERE: tuple[Where, ...] = get_args(Where)

TORN_BYTES = 20
"""Of the last entry's end, which are not on the disk yet."""


class PowerCut(BaseException):
    """The power went."""


def cut(world: World, operation: Operation[Any], where: Where, name: str = OFFICER) -> None:
    """Ask for something, let the power go at its first entries, and start again.

    Args:
        world: whose power goes.
        operation: what is asked for.
        where: the power goes.
        name: who asks.
    """
    box, left = world.panel.box, world.files / "left"
    assert box.keeper.box is not None
    token, audit = box.log_in(name), box.keeper.box.audit
    real = audit.append_many

    def append_many(*acts: Any) -> range:
        if where != "before":
            assert len(real(*acts))
        keep_disk(box.folders.data, left)
        raise PowerCut

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(audit, "append_many", append_many)
        with pytest.raises(PowerCut):
            box.ask(operation, token)
    box.keeper.close()
    if where == "torn":
        newest = months(left / box.folders.audit.name)[-1]
        newest.write_bytes(newest.read_bytes()[:-TORN_BYTES])
    put_back(box.folders.data, left)
    power_goes(world)


def power_goes(world: World) -> None:
    """Start a keeper again, and let the officer log in."""
    world.panel.box.restart()
    world.officer = world.panel.log_in(OFFICER)


def keep_disk(data: Path, left: Path) -> None:
    """Keep what is on the disk now."""
    shutil.copytree(data, left, ignore=shutil.ignore_patterns("run"))


def put_back(data: Path, left: Path) -> None:
    """Put on the disk what was there when the power went."""
    for path in data.iterdir():
        if path.name == "run":
            continue
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(left, data, dirs_exist_ok=True)
    shutil.rmtree(left)
