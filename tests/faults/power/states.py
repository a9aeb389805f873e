"""Try what power cuts can leave of a life: make each image, boot it, count what was found."""

import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path

from tests.faults.power.blocks import Cut, Log, Replay
from tests.faults.power.boot import Found
from tests.faults.power.booter import Booter, booter
from tests.faults.power.disk import Journal, LoggedDisk, booted, logged_disk
from tests.faults.power.history import History
from tests.faults.power.told import Told


@dataclass(frozen=True)
class Life:
    """What happened to a box, kept in a folder: the disk before, the log, what was answered."""

    folder: Path

    @property
    def disk(self) -> LoggedDisk:
        """The disk, no longer mounted."""
        inside = self.folder / "disk"
        return LoggedDisk(inside / "root", inside / "base.img", inside / "log")

    @property
    def told(self) -> Path:
        """What was answered."""
        return self.folder / "told" / "told.json"


@dataclass
class Tally:
    """What was found of an act, over all its states."""

    states: int = 0
    lost: int = 0
    unreadable: int = 0
    wrong: int = 0
    resumed: int = 0
    recovered: int = 0
    faults: list[str] = field(default_factory=list)

    def add(self, found: Found) -> None:
        """Count one state."""
        self.states += 1
        self.lost += bool(found.lost)
        self.unreadable += bool(found.unreadable)
        self.wrong += bool(found.wrong)
        self.resumed += found.resumed > 0
        self.recovered += found.recovered

    def join(self, other: "Tally") -> None:
        """Add what was found of the same act elsewhere."""
        for each_ in fields(self):
            setattr(self, each_.name, getattr(self, each_.name) + getattr(other, each_.name))

    def row(self) -> tuple[str, ...]:
        """Return the figures of a table's row."""
        figures = (self.states, self.lost, self.unreadable, self.wrong)
        return tuple(str(figure) for figure in (*figures, self.resumed, self.recovered))


def live(folder: Path, journal: Journal = "ordered") -> Life:
    """Let a box live on a logged disk below a new folder."""
    folder.mkdir()
    life = Life(folder)
    life.told.parent.mkdir()
    with logged_disk(folder / "disk", journal) as disk:
        History(disk, life.told.parent).live()
    return life


def choose(life: Life, states: int, seed: str) -> list[tuple[str, Cut]]:
    """Choose states, spread evenly over the acts and their steps, in the order of the log."""
    told, log = Told.load(life.told), Log.read(life.disk.log)
    acts = told.acts()
    chosen = []
    for number in range(states):
        act = acts[number % len(acts)]
        spans = list(told.spans(act))
        begin, end = spans[number // len(acts) % len(spans)]
        chosen.append((act, next(log.cuts(begin, end, f"{seed}.{number}"))))
    return sorted(chosen, key=lambda one: one[1].entries)


def tried(life: Life, chosen: list[tuple[str, Cut]]) -> dict[str, Tally]:
    """Boot every chosen state; each fault says how to see it again."""
    tallies: dict[str, Tally] = {act: Tally() for act in Told.load(life.told).acts()}
    for act, cut, found in each(life, chosen):
        tallies[act].add(found)
        faults = [*found.lost, *found.unreadable, *found.wrong]
        if faults:
            tallies[act].faults.append(f"{again(life, cut)}  # {act}: {'; '.join(faults)}")
    return tallies


def each(life: Life, chosen: list[tuple[str, Cut]]) -> Iterator[tuple[str, Cut, Found]]:
    """Boot states one by one."""
    log = Log.read(life.disk.log)
    replay = Replay(log, life.disk.base, life.folder)
    root = life.folder / "booted"
    root.mkdir(exist_ok=True)
    with booter() as process:
        for act, cut in chosen:
            yield act, cut, boot_image(process, life, replay.image(cut), root, log.position(cut))


def boot_image(process: Booter, life: Life, image: Path, root: Path, position: int) -> Found:
    """Boot one image and remove it; the file system is checked and mounted below ``root``."""
    try:
        with booted(image, root):
            return process.boot(root / "data", life.told, position)
    except AssertionError as error:  # the file system itself could not be mended
        return Found(unreadable=[str(error)])
    finally:
        image.unlink()


def again(life: Life, cut: Cut) -> str:
    """Return the command that tries a state again."""
    return shlex.join([sys.executable, "-m", "tests.faults.power", str(life.folder), str(cut)])
