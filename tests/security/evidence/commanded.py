"""Run each command that takes or prints a call, at a box that has real and simulated ones."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from appliance.commands.main import zgoda
from appliance.vault.format import HEADER_BYTES
from tests import samples
from tests.commands.served import Served, with_a_stick
from tests.keeper.desks import backups_of
from tests.keeper.office import Office, make_office
from tests.samples import rule_of
from tests.vaults import damage

HOLD = ("--ground", "claims", "--reason", "A claim.", "--review", "2027-06-30")
ERASE = ("--ground", "unlawful", "--reason", "A mistake.")


def parameters(path: tuple[str, ...]) -> set[str | None]:
    """Return the names of what a command takes."""
    command: click.Command | None = zgoda
    for word in path:
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), word)
    assert command is not None
    return {each.name for each in command.params}


@dataclass
class Box:
    """A keeper behind its socket, its stick, and whoever types."""

    office: Office
    served: Served
    folder: Path
    simulated: set[str] = field(default_factory=set)
    programs: bool = False  # they ask for JSON, where a command prints it

    def call(self, bus: Any, *, number: str | None = "+48221234567") -> str:
        """Record one more call."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(samples, "RULE", rule_of(bus, every=True))
            rid = self.office.seal(number=number)
        if bus == "simulated":
            self.simulated.add(rid)
        self.served.keeper.take_up()
        return rid

    def run(self, *words: str, login: bool = True) -> Result:
        who = ["--data", str(self.served.data), "--name", "Ewa Nowak"]
        who += ["--password-file", str(self.served.data / "password")]
        many = 1 if words[0] not in {"recordings", "erase-all", "ask"} else 2
        put = [*words[:many], *(who if login else ()), *words[many:]]
        if self.programs and words[0] != "ask" and "as_json" in parameters(words[:many]):
            put.append("--json")
        return CliRunner().invoke(zgoda, put, env={"LC_ALL": "C"})

    def keys(self) -> list[str]:
        keyring = str(self.served.data / "keyring.0")
        return ["--sheet", str(self.folder / "sheet.txt"), "--keyring", keyring]


def make_box(folder: Path) -> Box:
    """Set up an office with a stick for its backups, and serve it."""
    office = make_office(folder / "data")
    return Box(office, with_a_stick(office, folder), folder)


def recordings(*words: str) -> Callable[[Box, str], Result]:
    """Return how a subcommand is run for a recording."""
    return lambda box, rid: box.run("recordings", words[0], rid, *words[1:])


def exported(box: Box, rid: str) -> Result:
    return box.run("recordings", "export", rid, "--out", str(box.folder / f"{rid}.wav"))


def proof(box: Box, rid: str) -> Result:
    return box.run("recordings", "proof", rid, "--out", str(box.folder / f"{rid}.proof.jsonl"))


def silenced(box: Box, rid: str) -> Result:
    """A copy for an authority is silenced."""
    paper = [f"--{name.replace('_', '-')}={said}" for name, said in samples.PAPER.items()]
    paper += ["--for", "authority", "--whom", "KMP", "--silent-until", "2027-05-01"]
    out = str(box.folder / f"{rid}.authority.wav")
    assert box.run("recordings", "export", rid, *paper, "--out", out).exit_code == 0
    return box.run("ask", "silences.list")


def unreadable(box: Box, rid: str) -> Result:
    """What tells of the call is damaged, its rule is not."""
    damage(box.served.data / "rec" / rid, HEADER_BYTES + 9)
    return box.run("ask", "calls.show_unreadable", "--recording", rid)


def proof_verified(box: Box, rid: str) -> Result:
    proof(box, rid)
    file = str(box.folder / f"{rid}.proof.jsonl")
    return box.run("verify-proof", file, "--simulated", login=False)


def unsealed(box: Box, rid: str) -> Result:
    file, out = box.served.data / "rec" / rid, box.folder / f"{rid}.unsealed.wav"
    return box.run("unseal", str(file), *box.keys(), "--out", str(out), login=False)


def verified(box: Box, rid: str) -> Result:
    file = box.served.data / "rec" / rid
    return box.run("verify", str(file), *box.keys(), login=False)


def backed_up(box: Box) -> None:
    """Copy all to the stick."""
    assert box.run("ask", "backup.start").exit_code == 0
    copying = backups_of(box.served.keeper)._thread
    assert copying is not None
    copying.join()


def drilled(box: Box, rid: str) -> Result:
    """The newest call of a backup is opened."""
    backed_up(box)
    sheet = ["--sheet", str(box.folder / "sheet.txt"), "--data", str(box.served.data)]
    return box.run("drill", str(box.folder / "stick"), *sheet, login=False)


def held(then: Callable[[Box, str], Result]) -> Callable[[Box, str], Result]:
    """Return the same once the call is on hold; the hold ends afterwards."""

    def run(box: Box, rid: str) -> Result:
        assert box.run("recordings", "hold", rid, *HOLD).exit_code == 0
        return let_go(then)(box, rid)

    return run


def let_go(then: Callable[[Box, str], Result]) -> Callable[[Box, str], Result]:
    """Return the same, after which no hold stays: it would forbid to erase everything."""

    def run(box: Box, rid: str) -> Result:
        done = then(box, rid)
        box.run("recordings", "hold", rid, "--release")
        return done

    return run


def erased(then: Callable[[Box, str], Result]) -> Callable[[Box, str], Result]:
    """Return the same once the call is erased."""

    def run(box: Box, rid: str) -> Result:
        assert box.run("recordings", "erase", rid, *ERASE).exit_code == 0
        return then(box, rid)

    return run


def asked_to_erase_all(*ask: str) -> Callable[[Box, str], Result]:
    """Return how the erasure of everything is asked for, with a call on hold; it is cancelled."""

    def run(box: Box, rid: str) -> Result:
        done = box.run(*ask, "--ground", "unlawful", "--held", rid)
        state = json.loads(box.run("erase-all", "show", "--json").stdout)
        assert box.run("erase-all", "cancel", state["order"]["id"]).exit_code == 0
        return done

    return held(run)


COMMANDS: Mapping[tuple[str, ...], Callable[[Box, str], Result]] = {
    ("recordings", "list"): lambda box, rid: box.run("recordings", "list"),
    ("recordings", "show"): recordings("show"),
    ("recordings", "export"): exported,
    ("recordings", "proof"): proof,
    ("recordings", "erase"): recordings("erase", *ERASE),
    ("recordings", "certificate"): erased(recordings("certificate")),
    ("recordings", "hold"): let_go(recordings("hold", *HOLD)),
    ("erase-all", "show"): held(lambda box, rid: box.run("erase-all", "show")),
    ("erase-all", "ask"): asked_to_erase_all("erase-all", "ask"),
    ("verify",): verified,
    ("verify-proof",): proof_verified,
    ("unseal",): unsealed,
    ("drill",): drilled,
}
"""How a command is run for a call."""


def named(*words: str, by: str = "--recording") -> Callable[[Box, str], Result]:
    """Return how something is asked for a recording."""
    return lambda box, rid: box.run("ask", words[0], by, rid, *words[1:])


def bare(*words: str) -> Callable[[Box, str], Result]:
    return lambda box, rid: box.run("ask", *words)


def tried(box: Box, rid: str) -> Result:
    """The newest call of the backup is opened."""
    backed_up(box)
    return box.run("ask", "backup.try_sheet", "--sheet-file", str(box.folder / "sheet.txt"))


ASKED: Mapping[str, Callable[[Box, str], Result]] = {
    "audit.list": bare("audit.list", "--per-page", "200"),
    "backup.try_sheet": tried,
    "calls.add_number": named("calls.add_number", "--number", "22 765 43 21"),
    "calls.certificate": erased(named("calls.certificate")),
    "calls.certificates": erased(bare("calls.certificates")),
    "calls.erase": named("calls.erase", *ERASE),
    "calls.erase_many": named("calls.erase_many", *ERASE, by="--recordings"),
    "calls.find_ids": named("calls.find_ids", by="--prefix"),
    "calls.hold": let_go(named("calls.hold", *HOLD)),
    "calls.list": bare("calls.list"),
    "calls.release_hold": held(named("calls.release_hold")),
    "calls.show": named("calls.show"),
    "calls.show_erasure": erased(named("calls.show_erasure")),
    "calls.show_hold": held(named("calls.show_hold")),
    "calls.show_unreadable": unreadable,
    "erase_all.ask": asked_to_erase_all("ask", "erase_all.ask"),
    "erase_all.get": held(bare("erase_all.get")),
    "proof.show": named("proof.show"),
    "silences.list": silenced,
}
"""How something that names a call is asked for."""
