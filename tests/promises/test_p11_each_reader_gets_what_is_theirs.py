"""Prove P11 for those outside: nothing that leaves tells a caller of a silenced matter.

Two worlds begin as one data folder. In both the office does the same; in one of them it also hands
a call to the police, silenced, holds it for them, listens, renews, asks for the silence's end. Then
everything that may reach a caller is taken in both worlds, by every way, and compared byte for
byte. Signatures and the hash of the audit's newest entry alone may differ.
"""

import json
import random
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from appliance.clock import DAY
from appliance.commands.recordings import command
from appliance.config.folders import Folders
from tests.boxes import PASSWORD
from tests.clocks import ManualClock
from tests.keeper.boxes import KeeperBox
from tests.keeper.mail.mailed import Mailed, change
from tests.keeper.stamps.stamped_box import StampedBox
from tests.samples import PAPER
from tests.vault.audit.stamped import StampAuthority
from tests.web.conftest import Browser, Panel, serve, set_up_box
from tests.web.lists.test_several import chosen
from tests.web.read_alike import page_of, proof_of, zip_of

STORIES = 6
ACTS = 12
OFFICER, LISTENER = "Pola Officer", "Lena Listener"
POLICE = {"recipient": "authority", "words": "KMP Warszawa, sprawa poufna", **PAPER}
WORDS = ("KMP", "poufna", *PAPER.values())


@dataclass
class World:
    """A panel of a box, and who is logged in."""

    panel: Panel
    rid: str
    another: str  # a call that one silenced copy may name, too
    files: Path
    authority: StampAuthority | None = None  # who stamps the days of both
    held: bool = False
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

    def run(self, *words: str, name: str = OFFICER) -> str:
        """Run ``zgoda recordings``, which must end well; return what it prints."""
        data = self.panel.box.folders.data
        (self.files / "password").write_text(PASSWORD)
        login = ["--data", str(data), "--name", name]
        login += ["--password-file", str(self.files / "password")]
        done = CliRunner().invoke(command, [words[0], *login, *words[1:]])
        assert done.exit_code == 0, done.output
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
    words = POLICE | {"words": "Sąd Rejonowy"} if recipient == "authority" else {"words": "Anna"}

    def act(world: World) -> None:
        world.send("/calls/{rid}/hand-over", **words | {"recipient": recipient})

    return act


def listen(world: World) -> None:
    world.panel.log_in(LISTENER).send(f"/calls/{world.rid}/listen", purpose="training")


def own_hold(world: World) -> None:
    """Hold the call for the office's own claim, which is no part of the silenced matter."""
    hold = {"ground": "claims", "reason": "A claim", "review": world.day(60), "asks_silent": "yes"}
    world.send("/calls/{rid}/hold", **hold)
    world.held = True


def lift(world: World) -> None:
    world.send("/calls/{rid}/release", sure="yes") if world.held else None
    world.held = False


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
    "day": a_day,
}
"""What the office does in both worlds."""


def police(world: World) -> None:
    world.send("/calls/{rid}/hand-over", silent_until=world.day(300), **POLICE)


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
    """Hold the call for the police, listen for them, lift the hold again or leave it."""
    if world.held or not world.cases:
        return
    hold = {"ground": "legal_duty", "reason": "KMP", "review": world.day(90)}
    world.send("/calls/{rid}/hold", **hold)
    world.send("/calls/{rid}/listen", purpose="legal_duty")
    world.send("/calls/{rid}/release", sure="yes")


def proof_for_them(world: World) -> None:
    world.send("/calls/{rid}/proof", recipient="authority")


def new_paper(world: World) -> None:
    for case in world.cases[:1]:
        silent = PAPER | {"file_number": "Ds 1/27", "silent_until": world.day(300)}
        world.send("/silences", case=case, **silent)


def an_end_that_waits(world: World) -> None:
    for case in world.cases[:1]:
        world.officer.send("/silences/end", case=case, password=PASSWORD)
        world.officer.send("/silences/cancel", case=case)


SECRET_ACTS: dict[str, Callable[[World], None]] = {
    "police": police,
    "police_among_others": police_among_others,
    "police_by_command": police_by_command,
    "silent_hold": silent_hold,
    "proof_for_them": proof_for_them,
    "new_paper": new_paper,
    "an_end_that_waits": an_end_that_waits,
}
"""What it does in one world alone."""


def story(seed: int) -> list[str]:
    """Draw what happens: acts of both kinds, at least one silenced copy among them."""
    draw = random.Random(seed)
    acts = draw.choices([*TOLD, *SECRET_ACTS], k=ACTS)
    first = ("police", "police_among_others", "police_by_command")[seed % 3]
    acts.insert(draw.randrange(ACTS // 2), first)
    return acts


# -- what leaves -----------------------------------------------------------------------------------


def leaves(world: World) -> Iterator[tuple[str, Any]]:
    """Yield everything that may reach a caller, each under the name of its way."""
    rid = world.rid
    lena = world.panel.log_in(LISTENER)
    for path in (f"/calls/{rid}", "/calls", f"/calls/{rid}/proof", "/"):
        yield f"a listener's {path}", page_of(lena.get(path).text)
    for purpose in ("legal_duty", "archive"):
        refused = lena.send(f"/calls/{rid}/listen", purpose=purpose)
        yield f"refused: {purpose}", (refused.status_code, page_of(refused.text))
    for path in (f"/calls/{rid}/proof?for=office", "/silences"):
        refused = lena.get(path)
        yield f"refused: {path}", (refused.status_code, page_of(refused.text))
    another = world.officer.get(f"/calls/{world.another}/proof?for=caller").text
    yield "sheet of another call", page_of(another)
    yield "list", world.run("list", name=LISTENER)
    yield "show", world.run("show", rid, name=LISTENER)
    for kind in ("caller", "adviser"):
        yield from copies_for(kind, world)
    yield from mailed(world)
    yield from erased(world)


def copies_for(kind: str, world: World) -> Iterator[tuple[str, Any]]:
    """Yield each form of a copy that somebody outside may get."""
    rid, officer = world.rid, world.officer
    yield f"sheet for {kind}", page_of(officer.get(f"/calls/{rid}/proof?for={kind}").text)
    taken = officer.send(f"/calls/{rid}/proof", recipient=kind)
    yield f"proof for {kind}", (taken.headers["Content-Disposition"], proof_of(taken.data))
    named = {"recipient": kind, "words": "Anna Nowak"}
    for way, path, more in (
        ("hand-over", f"/calls/{rid}/hand-over", {}),
        ("bulk", "/calls/chosen/hand-over", {"chosen": world.chosen()}),
    ):
        handed = officer.send(path, **named, **more)
        told = handed.headers["Content-Disposition"], zip_of(handed.data)
        yield f"{way} for {kind}", told
    sound, proof = world.files / f"{kind}.wav", world.files / f"{kind}.proof.jsonl"
    said = world.run("export", rid, "--for", kind, "--out", str(sound))
    yield f"command for {kind}", said.replace(str(world.files), "")
    yield f"files for {kind}", (sound.read_bytes(), proof_of(proof.read_bytes()))
    for file in (sound, proof):
        file.unlink()


def mailed(world: World) -> Iterator[tuple[str, Any]]:
    """Yield the mail of a day; its signed head is of the whole audit."""
    box = world.panel.box
    change(box)
    mail = Mailed(box)
    mail.deliver()  # of the trial
    mail.see("disk.full")
    letter = mail.deliver()
    yield (
        "mail",
        (letter.subject, re.sub(r"^\{.*?\}$", "", letter.text, flags=re.M | re.S)),
    )


def erased(world: World) -> Iterator[tuple[str, Any]]:
    """Yield the certificate of the call's erasure, or the refusal while the office holds it."""
    rid, officer = world.rid, world.officer
    why = {"ground": "consent_withdrawn", "reason": "Asked by letter.", "sure": "yes"}
    answer = officer.send(f"/calls/{rid}/erase", **why)
    yield "erasure", (answer.status_code, page_of(answer.text))
    if world.held:
        lift(world)
        officer.send(f"/calls/{rid}/erase", **why)
    page = officer.get(f"/calls/{rid}/certificate").text
    found = re.search(r"<article.*?</article>", page, re.DOTALL)
    assert found is not None
    yield "certificate", page_of(found[0])
    yield "certificate, by command", world.run("certificate", rid)
    yield from certified(world)


def certified(world: World) -> Iterator[tuple[str, Any]]:
    """Yield what is signed of the erasure, as the person concerned gets it."""
    rid, officer = world.rid, world.officer
    assert world.panel.box.keeper.box is not None
    for _ in range(2):
        world.panel.box.clock.advance(40)
        world.panel.box.keeper.box.records.tick()
    page = officer.get(f"/calls/{rid}/certificate").text
    found = re.search(r"<article.*?</article>", page, re.DOTALL)
    assert found is not None
    assert "not signed" not in page
    yield "signed certificate", page_of(found[0])
    taken = officer.get(f"/calls/{rid}/certificate/caller.jsonl").data
    first, line, rest = taken.split(b"\n")
    said = json.loads(line.rpartition(b',"sig":')[0] + b"}")
    drawn = said.pop("id"), said["erased"].pop("hash")
    assert all(re.fullmatch(r"[0-9a-f]{16,64}", one) for one in drawn)
    yield "its file", (len(taken), first, said, rest)
    out = world.files / "erased.certificate.jsonl"
    told = world.run("certificate", rid, "--out", str(out))
    yield "its file, by command", (told.replace(str(world.files), ""), out.read_bytes() == taken)
    out.unlink()


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
    secrets: Mapping[str, Callable[[World], None]] = SECRET_ACTS,
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
            if act in TOLD:
                TOLD[act](silenced)
                TOLD[act](plain)
            else:
                secrets[act](silenced)
        assert silenced.cases
        assert not plain.cases
        yield silenced, plain


@pytest.mark.timeout(180)
@pytest.mark.parametrize("seed", range(STORIES))
def test_two_worlds_that_differ_in_a_silence_give_the_caller_the_same(
    tmp_path: Path, seed: int
) -> None:
    box = set_up_box(tmp_path)
    acts = story(seed)
    with two_worlds(box, tmp_path, acts) as (silenced, plain):
        office = silenced.officer.get(f"/calls/{silenced.rid}/proof?for=office").text
        assert "KMP" in office, "the office itself is told"
        ways = zip(leaves(silenced), leaves(plain), strict=True)
        for (way, told), (_, other) in ways:
            assert told == other, (way, acts)
            assert not [word for word in WORDS if word in repr(told) and "court" not in acts], way
