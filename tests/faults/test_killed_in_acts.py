"""kill -9 of a keeper at each system call with which an act changes the disk."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deep import spread
from tests.faults.aftermath import Survived, Template, Zygote, make_template, survivors, zygote
from tests.faults.fault_box import Row
from tests.faults.killable_keeper import ACTS

EMPTY = {"first_run", "sheet"}
"""Acts of a box that is not set up."""

SOME = 1
"""Of each act's steps, how many are tried each time the tests run."""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return make_template(tmp_path_factory.mktemp("template") / "data")


@pytest.fixture(scope="module")
def killable() -> Iterator[Zygote]:
    with zygote() as made:
        yield made


def dying(
    killable: Zygote, template: Template, act: str, folder: Path, step: int
) -> Survived | None:
    """Kill a keeper at a step of an act; return what survived, None if it lived."""
    data = folder / f"{act}{step}"
    if act in EMPTY:
        data.mkdir()
    else:
        template.copy_to(data)
    if not killable.order(act=act, data=str(data), step=step)["died"]:
        return None
    return survivors(data, {} if act in EMPTY else template.sounds)


def steps_of(killable: Zygote, template: Template, act: str, folder: Path) -> int:
    """Count an act's steps by letting it live."""
    data = folder / f"{act} lives"
    if act in EMPTY:
        data.mkdir()
    else:
        template.copy_to(data)
    count: int = killable.order(act=act, data=str(data), step=0)["steps"]
    survivors(data, {} if act in EMPTY else template.sounds)
    return count


@pytest.mark.parametrize("act", spread(list(ACTS), 5))
def test_killed_in_the_middle_of_an_act(
    killable: Zygote, template: Template, act: str, tmp_path: Path
) -> None:
    count = steps_of(killable, template, act, tmp_path)
    for step in {1 + count * part // (SOME + 1) for part in range(1, SOME + 1)}:
        assert dying(killable, template, act, tmp_path, step) is not None


@pytest.mark.faults
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("act", ACTS)
def test_killed_at_each_step_of_an_act(
    killable: Zygote, template: Template, act: str, tmp_path: Path, table: dict[str, list[Row]]
) -> None:
    count = steps_of(killable, template, act, tmp_path)
    found = [dying(killable, template, act, tmp_path, step) for step in range(1, count + 1)]
    died = [one for one in found if one is not None]
    ways = "; ".join(sorted({one.found for one in died}))
    assert len(died) >= count - 1
    counts = map(str, (count, len(died), sum(one.resumed for one in died)))
    table["keeper's steps"].append((act.replace("_", " "), *counts, ways))
