"""Forgeries that a terminal could help with: a call that was none is printed first as none.

The commands are found, not listed: the command line's own parser is walked, ``zgoda ask`` with all
that it asks for. Each that takes or prints a call is run for a simulated call and for a real one; a
command that nothing here can run, or says to be about no call, fails. Of the simulated one the
sentence stands before all that names it; of the real one nothing says so.
"""

import json
import subprocess
import sys
import typing
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from msgspec import Struct

from appliance.commands.asking.ask import why_not
from appliance.commands.main import zgoda
from appliance.link.registry import operations, tag
from appliance.model.sentences.heard import (
    CERTIFIES_ERASURE_ALONE,
    NOT_KNOWN,
    UNREAL_SENTENCES,
)
from appliance.vault.format import FRAME_BYTES, HEADER_BYTES
from tests.security.evidence.commanded import ASKED, COMMANDS, Box, make_box, parameters
from tests.vault.script import SCRIPT
from tests.vaults import damage

SENTENCE = UNREAL_SENTENCES["simulated"]
OF_NO_CALL = {
    *("run", "recorder", "keeper", "panel", "proxy", "courier", "release", "card"),
    *("update", "stick", "board", "usb", "certificate", "forget", "doctor", "restore"),
    *("first-run", "isdn", "hear"),  # a capture and a sound file are no calls of the box
}
"""Commands that neither take nor print a call of the box."""

GROUPS_OF_NO_CALL = {"time", "audit", "people", "settings", "backup", "calibrate", "words"}
"""The same, with all their subcommands: they count recordings at most, or name log entries."""

OF_AN_ORDER = {("erase-all", "confirm"), ("erase-all", "cancel")}
"""Commands that name an order, which holds for every call."""


GONE = {
    "certificate": CERTIFIES_ERASURE_ALONE,
    "calls.certificate": CERTIFIES_ERASURE_ALONE,
    "calls.certificates": CERTIFIES_ERASURE_ALONE,
    "calls.show_erasure": "",
    "calls.show_unreadable": NOT_KNOWN,
}
"""What is told of a call that is erased, or that nothing opens: nobody can tell, which is said."""


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    made = make_box(tmp_path_factory.mktemp("box"))
    yield made
    made.served.close()


def leaves(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield each command that the parser knows, by its words."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from leaves(command, (*path, name))
        else:
            yield (*path, name)


def structs_in(kind: Any, seen: set[type[Struct]]) -> set[type[Struct]]:
    """Collect the structs that a type is made of."""
    if isinstance(kind, type) and issubclass(kind, Struct):
        if kind not in seen:
            seen.add(kind)
            for hint in typing.get_type_hints(kind).values():
                structs_in(hint, seen)
    for each in typing.get_args(kind):
        structs_in(each, seen)
    return seen


def tells_of_calls(kind: type[Struct]) -> bool:
    """Say whether it has a place for a recording's id, or for what a call's line was."""
    named = {"recording", "recordings", "held", "unreal"}
    return any(
        name == "unreal" or str in (hint, *typing.get_args(hint))
        for each in structs_in(kind, set())
        for name, hint in typing.get_type_hints(each).items()
        if name in named
    )


OF_CALLS = [
    kind
    for kind in operations()
    if not why_not(kind) and (tells_of_calls(kind) or tells_of_calls(kind.reply()))
]


def test_every_command_is_known_here() -> None:
    """A new one is run below for a call, or said to be about none."""
    found = {path for path in leaves(zgoda) if path[0] != "ask"}
    of_none = {path for path in found if path[0] in OF_NO_CALL | GROUPS_OF_NO_CALL}
    assert found - of_none - OF_AN_ORDER == {*COMMANDS, ("call",)}
    assert {tag(kind) for kind in OF_CALLS} == set(ASKED)


def marked(said: str, rid: str, bus: str, others: set[str]) -> None:
    """Fail unless a text says first that a call was simulated, and says so of no real one."""
    lines = said.splitlines()
    if bus == "simulated":
        assert lines[0].endswith(SENTENCE), said
        assert said.count(SENTENCE) == 1
        return
    assert not any("imulated" in line for line in lines if rid[:8] in line), said
    assert "imulated" not in said or any(other in said for other in others), said


WAYS = {" ".join(path): run for path, run in COMMANDS.items()}
WAYS |= {f"ask {name}": run for name, run in ASKED.items()}


@pytest.mark.parametrize("bus", ["simulated", "usb"])
@pytest.mark.parametrize("words", WAYS)
def test_a_command_says_it_first(box: Box, words: str, bus: str) -> None:
    number = None if words.endswith("add_number") else "+48221234567"
    box.call("usb" if bus == "simulated" else "simulated")
    rid = box.call(bus, number=number)
    done = WAYS[words](box, rid)
    name = words.rsplit(maxsplit=1)[-1]
    if name in GONE:
        assert "imulated" not in done.stdout
        assert GONE[name] in done.stdout
    else:
        assert done.exit_code in {0, 1}, done.output
        marked(done.stdout, rid, bus, box.simulated)


@pytest.mark.parametrize("bus", ["simulated", "usb"])
@pytest.mark.parametrize("words", [path for path in COMMANDS if "as_json" in parameters(path)])
def test_programs_are_told_too(box: Box, words: tuple[str, ...], bus: str) -> None:
    box.call("usb" if bus == "simulated" else "simulated")
    rid = box.call(bus)
    told = COMMANDS[words](replace(box, programs=True), rid).stdout
    json.loads(told)
    if bus == "simulated" and words[-1] not in GONE:
        assert "imulated" in told
    else:
        assert "imulated" not in told or any(other in told for other in box.simulated), told


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_call_that_the_command_line_places_is_said_first(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    data = ["--data", str(tmp_path / "data"), "--talk", "1"]
    done = CliRunner().invoke(zgoda, ["call", *data, *options], env={"LC_ALL": "C"})
    assert done.exit_code == 0, done.output
    if options:
        assert next(iter(json.loads(done.stdout).items())) == ("unreal", "simulated")
    else:
        assert done.stdout.splitlines()[0] == SENTENCE


@pytest.mark.parametrize("bus", ["simulated", "virtual", "usb", "damaged"])
def test_the_second_reader_says_it_first(box: Box, bus: Any) -> None:
    rid = box.call("usb" if bus == "damaged" else bus)
    file = box.folder / rid
    file.write_bytes((box.served.data / "rec" / rid).read_bytes())
    if bus == "damaged":
        damage(file, HEADER_BYTES + 2 * FRAME_BYTES + 9)
    words = [str(file), str(box.folder / "sheet.txt"), str(box.served.data / "keyring.0")]
    asked = [sys.executable, str(SCRIPT), *words, str(box.folder / f"{rid}.second.wav")]
    done = subprocess.run(asked, check=True, capture_output=True, text=True)
    first = next(iter(json.loads(done.stdout).items()))
    assert first == ("unreal", NOT_KNOWN if bus == "damaged" else UNREAL_SENTENCES.get(bus, ""))
