"""Make two worlds out of one data folder: in one of them a matter is silenced.

In both the office does the same; in one of them it also hands a call to the police, silenced, holds
it for them, listens, renews, asks for the silence's end.
"""

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from click.testing import CliRunner

from appliance.clock import DAY
from appliance.commands.recordings import command
from appliance.config.folders import Folders
from appliance.link.requests.calls import HoldGround
from tests.boxes import PASSWORD
from tests.clocks import ManualClock
from tests.keeper.boxes import KeeperBox
from tests.keeper.stamps.stamped_box import StampedBox
from tests.samples import PAPER
from tests.vault.audit.stamped import StampAuthority
from tests.web.conftest import Browser, Panel, serve
from tests.web.lists.test_several import chosen

ACTS = 12
OFFICER, LISTENER = "Pola Officer", "Lena Listener"
POLICE = {"recipient": "authority", "words": "KMP Warszawa, sprawa poufna", **PAPER}
COURT = {
    "recipient": "authority",
    "words": "Sąd Rejonowy",
    "file_number": "I C 7/26",
    "legal_basis": "art. 248 k.p.c.",
    "signed_by": "SSR Maria Kos",
}
"""Of another matter, which is not silenced."""

RENEWED = "Ds 1/27"
WORDS = ("KMP", "poufna", RENEWED, *PAPER.values())
"""What was typed of the silenced matter."""


@dataclass
class World:
    """A panel of a box, and who is logged in."""

    panel: Panel
    rid: str
    another: str  # a call that one silenced copy may name, too
    files: Path
    authority: StampAuthority | None = None  # who stamps the days of both
    held: bool = False  # by the office, for a claim of its own
    silent: bool = False  # for the police
    officer: Browser = field(init=False)

    def __post_init__(self) -> None:
        self.officer = self.panel.log_in(OFFICER)

    def send(self, path: str, **form: str) -> None:
        """Send an officer's form, which must be taken."""
        answer = self.officer.send(path.format(rid=self.rid), **form)
        assert answer.status_code in {200, 303}, answer.text
        _ = answer.data  # a copy is on record as whole once it was fetched

    def chosen(self, *before: str) -> str:
        """Choose the call in the list, behind others; return the id of the choice."""
        return chosen(self.officer, "copies", *before, self.rid)

    def run(self, *words: str, name: str = OFFICER, code: int = 0) -> str:
        """Run ``zgoda recordings``, which must end with a code; return what it prints."""
        data = self.panel.box.folders.data
        (self.files / "password").write_text(PASSWORD)
        login = ["--data", str(data), "--name", name]
        login += ["--password-file", str(self.files / "password")]
        done = CliRunner().invoke(command, [words[0], *login, *words[1:]])
        assert done.exit_code == code, done.output
        return done.output

    @property
    def cases(self) -> list[str]:
        """Return the silenced cases."""
        assert self.panel.box.keeper.box is not None
        return list(self.panel.box.keeper.box.records.ledger.silences())

    def day(self, days: int) -> str:
        """Return a day to come."""
        at = self.panel.box.clock.now() + days * DAY
        return datetime.fromtimestamp(at, UTC).date().isoformat()


# -- what the office does --------------------------------------------------------------------------


def copy_for(recipient: str) -> Callable[[World], None]:
    """Return the handing over of a copy that is not silenced."""
    words = COURT if recipient == "authority" else {"words": "Anna"}

    def act(world: World) -> None:
        world.send("/calls/{rid}/hand-over", **words | {"recipient": recipient})

    return act


def listen(world: World) -> None:
    world.panel.log_in(LISTENER).send(f"/calls/{world.rid}/listen", purpose="training")


def own_hold(world: World) -> None:
    """Hold the call for the office's own claim, which is no part of the silenced matter."""
    hold = {"ground": "claims", "reason": "A claim", "review": world.day(60), "asks_silent": "yes"}
    world.send("/calls/{rid}/hold", **hold)  # in the place of one that is there
    world.held, world.silent = True, False


def lift(world: World) -> None:
    world.send("/calls/{rid}/release", sure="yes") if world.held else None
    world.held = False


def refused(world: World) -> None:
    """Let a listener ask for what only somebody might who knows of a hold."""
    lena = world.panel.log_in(LISTENER)
    for purpose in HoldGround:
        lena.send(f"/calls/{world.rid}/listen", purpose=purpose)


def past_the_date(world: World) -> None:
    """Let the call's erasure date pass, with a sweep each day."""
    lift(world)
    assert world.panel.box.keeper.box is not None
    for _ in range(95):
        world.panel.box.clock.advance(DAY)
        world.panel.box.keeper.box.records.sweep()
    world.panel.box.clock.advance(40)
    world.panel.box.keeper.box.records.tick()
    world.officer = world.panel.log_in(OFFICER)


def a_day(world: World) -> None:
    world.panel.box.clock.advance(DAY)
    world.officer = world.panel.log_in(OFFICER)
    if world.authority is not None:
        StampedBox(world.panel.box, world.authority).stamp_all()


TOLD: dict[str, Callable[[World], None]] = {
    "caller": copy_for("caller"),
    "adviser": copy_for("adviser"),
    "office": copy_for("office"),
    "court": copy_for("authority"),
    "listen": listen,
    "hold": own_hold,
    "lift": lift,
    "refused": refused,
    "day": a_day,
}
"""What the office does in both worlds."""

AT_THE_END = {"past_the_date": past_the_date}
"""The same, of what comes last, since the call is gone then."""


def police(world: World) -> None:
    world.send("/calls/{rid}/hand-over", silent_until=world.day(300), **POLICE)


def police_soon(world: World) -> None:
    """Hand the call to the police, silenced until tomorrow: somebody is asked at once."""
    world.send("/calls/{rid}/hand-over", silent_until=world.day(1), **POLICE)


def police_among_others(world: World) -> None:
    silent = POLICE | {"silent_until": world.day(200), "chosen": world.chosen(world.another)}
    world.send("/calls/chosen/hand-over", **silent)


def police_by_command(world: World) -> None:
    paper = {name.replace("_", "-"): text for name, text in PAPER.items()}
    told = {"for": "authority", "whom": "KMP", "silent-until": world.day(200), **paper}
    options = ["--hold-apart", *(word for name in told for word in (f"--{name}", told[name]))]
    world.run("export", world.rid, "--out", str(world.files / "police.wav"), *options)
    (world.files / "police.wav").unlink()
    (world.files / "police.proof.jsonl").unlink()


def silent_hold(world: World) -> None:
    """Hold the call for the police, and listen for them; the hold stays."""
    if world.held or world.silent or not world.cases:
        return
    hold = {"ground": "legal_duty", "reason": "KMP", "review": world.day(300)}
    world.send("/calls/{rid}/hold", **hold)
    world.silent = True
    world.send("/calls/{rid}/listen", purpose="legal_duty")
    world.officer.send(f"/calls/{world.rid}/listen", purpose="claims")  # which is refused


def lift_silently(world: World) -> None:
    world.send("/calls/{rid}/release", sure="yes") if world.silent else None
    world.silent = False


def proof_for_them(world: World) -> None:
    world.send("/calls/{rid}/proof", recipient="authority")


def new_paper(world: World) -> None:
    for case in world.cases[:1]:
        silent = PAPER | {"file_number": RENEWED, "silent_until": world.day(300)}
        world.send("/silences", case=case, **silent)


def an_end_that_waits(world: World) -> None:
    for case in world.cases[:1]:
        world.officer.send("/silences/end", case=case, password=PASSWORD)
        world.officer.send("/silences/cancel", case=case)


SECRET_ACTS: dict[str, Callable[[World], None]] = {
    "police": police,
    "police_soon": police_soon,
    "police_among_others": police_among_others,
    "police_by_command": police_by_command,
    "silent_hold": silent_hold,
    "lift_silently": lift_silently,
    "proof_for_them": proof_for_them,
    "new_paper": new_paper,
    "an_end_that_waits": an_end_that_waits,
}
"""What it does in one world alone."""


# -- two worlds ------------------------------------------------------------------------------------


@contextmanager
def world_of(
    origin: KeeperBox, calls: tuple[str, str], folder: Path, authority: StampAuthority | None
) -> Iterator[World]:
    """Open a copy of a data folder, at the same moment."""
    folder.mkdir()
    shutil.copytree(origin.folders.data, folder / "data", ignore=shutil.ignore_patterns("run"))
    clock = ManualClock(origin.clock.now())
    box = KeeperBox(
        origin.config, Folders(folder / "data"), clock, origin.keeper, origin.seed, origin.sheet
    )
    box.restart()
    with contextmanager(serve)(box) as panel:
        yield World(panel, *calls, folder, authority)


@contextmanager
def two_worlds(
    origin: KeeperBox,
    folder: Path,
    acts: Iterable[str],
    authority: StampAuthority | None = None,
) -> Iterator[tuple[World, World]]:
    """Open two copies of a box in which the same was done, but for what the first one silences."""
    nobody = Panel(origin, None, None)  # type: ignore[arg-type]  # nobody looks at them yet
    after = StampedBox(origin, authority).stamp_day() if authority is not None else None
    calls = nobody.record(after=after), nobody.record(after=after)
    origin.keeper.close()
    with ExitStack() as opened:
        silenced, plain = (
            opened.enter_context(world_of(origin, calls, folder / name, authority))
            for name in ("with", "without")
        )
        for act in acts:
            if (told := (TOLD | AT_THE_END).get(act)) is not None:
                told(silenced)
                told(plain)
            else:
                SECRET_ACTS[act](silenced)
        assert silenced.cases
        assert not plain.cases
        yield silenced, plain
