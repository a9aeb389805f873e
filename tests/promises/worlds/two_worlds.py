"""Make two worlds out of one data folder: in one of them a matter is silenced.

In both the office does the same; in one of them it also hands a call to the police, silenced, holds
it for them, listens, renews, asks for the silence's end. The call may have several recordings, of
which one is found later, a court's copy may be silenced in both, and the power may go.
"""

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from msgspec import structs

from appliance.clock import DAY
from appliance.config.folders import Folders
from appliance.keeper.audit.entries import Act
from appliance.link.requests.calls import ExportCall, HoldCall, HoldGround, Recipient
from appliance.link.requests.papers.silences import ConfirmSilencesEnd
from appliance.link.requests.proof import GetProof
from tests.boxes import PASSWORD
from tests.clocks import ManualClock
from tests.keeper.boxes import KeeperBox
from tests.keeper.stamps.stamped_box import StampedBox
from tests.promises.worlds.cut_worlds import WHERE, Where, cut, power_goes
from tests.promises.worlds.one_world import ADMIN, COURT, LISTENER, OFFICER, POLICE, RENEWED, World
from tests.samples import PAPER
from tests.vault.audit.stamped import StampAuthority
from tests.web.conftest import Panel, serve

ACTS = 12
MANY = 100
"""Entries before a part that is found late: its number has as many digits in both worlds."""

CALL = "0123456789abcdef"
SOONER = 60
"""Days that the first part of a call of several is kept; all else is for 90."""

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


def gives_way(world: World) -> None:
    """End the office's own hold; where something is silenced, a silent one takes its place."""
    if world.held and world.cases:
        hold_for_police(world)
    else:
        lift(world)
    world.held = False


def refused(world: World) -> None:
    """Let a listener ask for what only somebody might who knows of a hold."""
    lena = world.panel.log_in(LISTENER)
    for purpose in HoldGround:
        lena.send(f"/calls/{world.rid}/listen", purpose=purpose)


def late(world: World) -> None:
    """Take up the rest of the call."""
    if world.later is not None:
        shutil.copy(world.later, world.panel.box.folders.new)
        world.panel.box.keeper.take_up()
        world.later = None


def court_silent(world: World) -> None:
    """Hand the call to a court, silenced in both worlds; a hold of it belongs to that, too."""
    before = set(world.silenced)
    silent = {"silent_until": world.day(200), "hold_silent": "yes"}
    world.send("/calls/{rid}/hand-over", **COURT, **silent)
    world.court |= set(world.silenced) - before


def end_asked(world: World) -> tuple[str, ...]:
    """Ask for the end of what is silenced in both worlds, unless somebody has; return the cases."""
    cases = tuple(sorted(world.court.intersection(world.silenced)))
    for case in cases:
        asked = world.officer.send("/silences/end", case=case, password=PASSWORD)
        assert asked.status_code in {303, 409}, "a request may wait already"
    return cases


def court_ends(world: World) -> None:
    """Let two people end what is silenced in both worlds."""
    adam = world.panel.log_in(ADMIN)
    for case in end_asked(world):
        ended = adam.send("/silences/confirm", case=case, password=PASSWORD)
        assert ended.status_code == 303, ended.text


def past_the_date(world: World) -> None:
    """Let the call's erasure date pass, with a sweep each day."""
    days_pass(world, 95)


def past_a_date(world: World) -> None:
    """Let the erasure date of the call's first part pass."""
    days_pass(world, SOONER + 5)
    world.rid = world.parts[1]


def days_pass(world: World, days: int) -> None:
    lift(world)
    assert world.panel.box.keeper.box is not None
    for _ in range(days):
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


def cut_proof(where: Where) -> Callable[[World], None]:
    """Return the handing over of a caller's proof in which the power goes."""

    def act(world: World) -> None:
        cut(world, GetProof(world.rid), where)

    return act


def cut_end(where: Where) -> Callable[[World], None]:
    """Return the end of what is silenced in both worlds, in which the power goes."""

    def act(world: World) -> None:
        if cases := end_asked(world):
            cut(world, ConfirmSilencesEnd(cases, PASSWORD), where, ADMIN)
            return
        power_goes(world)

    return act


TOLD: dict[str, Callable[[World], None]] = {
    "caller": copy_for("caller"),
    "adviser": copy_for("adviser"),
    "office": copy_for("office"),
    "court": copy_for("authority"),
    "court_silent": court_silent,
    "court_ends": court_ends,
    "listen": listen,
    "hold": own_hold,
    "lift": lift,
    "gives_way": gives_way,
    "refused": refused,
    "day": a_day,
    **{f"proof_cut_{where}": cut_proof(where) for where in WHERE},
    **{f"end_cut_{where}": cut_end(where) for where in WHERE},
}
"""What the office does in both worlds."""

LATER = {"late": late}
"""The same, which happens to a call once."""

AT_THE_END = {"past_the_date": past_the_date, "past_a_date": past_a_date}
"""The same, of what comes last, since a recording is gone then."""


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
    hold_for_police(world)


def hold_for_police(world: World) -> None:
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


def cut_police(where: Where) -> Callable[[World], None]:
    """Return the handing over to the police in which the power goes."""

    def act(world: World) -> None:
        typed: dict[str, Any] = POLICE | {"silent_until": world.day(300)}
        asked = ExportCall(world.rid, **(typed | {"recipient": Recipient.AUTHORITY}))
        cut(world, structs.replace(asked, hold_silent=False), where)

    return act


def cut_hold(where: Where) -> Callable[[World], None]:
    """Return a hold for the police in which the power goes."""

    def act(world: World) -> None:
        if world.held or world.silent or not world.cases:
            power_goes(world)
            return
        cut(world, HoldCall(world.rid, HoldGround.LEGAL_DUTY, "KMP", world.day(300)), where)

    return act


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
    **{f"police_cut_{where}": cut_police(where) for where in WHERE},
    **{f"hold_cut_{where}": cut_hold(where) for where in WHERE},
}
"""What it does in one world alone."""


def is_cut(act: str) -> bool:
    """Say whether the power goes in an act."""
    return "_cut_" in act


# -- two worlds ------------------------------------------------------------------------------------


@contextmanager
def world_of(
    origin: KeeperBox,
    calls: tuple[tuple[str, ...], str],
    later: Path | None,
    folder: Path,
    authority: StampAuthority | None,
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
        parts, another = calls
        yield World(panel, parts[0], another, folder, parts, later, authority=authority)


@contextmanager
def two_worlds(
    origin: KeeperBox,
    folder: Path,
    acts: Iterable[str],
    authority: StampAuthority | None = None,
    parts: int = 1,
) -> Iterator[tuple[World, World]]:
    """Open two copies of a box in which the same was done, but for what the first one silences.

    Args:
        origin: the box.
        folder: for the copies.
        acts: what is done, in its order.
        authority: who stamps the days of both.
        parts: as many recordings has the call; one more is found where it is ``late``.
    """
    acts = list(acts)
    nobody = Panel(origin, None, None)  # type: ignore[arg-type]  # nobody looks at them yet
    after = StampedBox(origin, authority).stamp_day() if authority is not None else None
    days = [SOONER, *[90] * (parts - 1)] if parts > 1 else [90]
    call = tuple(nobody.record(after=after, call=CALL, kept=kept) for kept in days)
    another = nobody.record(after=after, kept=days[0])  # so that both erase on its day
    calls, later = (call, another), None
    if "late" in acts:
        assert origin.keeper.box is not None
        origin.keeper.box.audit.append_many([Act(type="logged_in", actor="keeper")] * MANY)
        later = folder / nobody.seal(after=after, call=CALL)
        shutil.move(origin.folders.new / later.name, later)
    origin.keeper.close()
    with ExitStack() as opened:
        silenced, plain = (
            opened.enter_context(world_of(origin, calls, later, folder / name, authority))
            for name in ("with", "without")
        )
        for act in acts:
            if (told := (TOLD | LATER | AT_THE_END).get(act)) is not None:
                told(silenced)
                told(plain)
                continue
            SECRET_ACTS[act](silenced)
            if is_cut(act):
                power_goes(plain)
        assert silenced.cases
        assert not plain.cases
        yield silenced, plain
