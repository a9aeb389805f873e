"""Prove P11 at the box's own terminal: its commands tell no more than panel and link do.

The worlds and stories of ``test_who_is_no_officer``. Whoever is no officer asks ``zgoda ask`` for
every operation, and ``zgoda recordings`` for lists, calls and what they may not have; output, exit
code and refusal must be the same in both worlds.
"""

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from appliance.commands import recordings
from appliance.commands.asking.ask import command as ask
from appliance.commands.asking.ask import why_not
from appliance.errors import Refused
from appliance.link.operations import WithoutRole
from appliance.link.registry import AnyOperation, tag
from tests.boxes import PASSWORD
from tests.commands.asking.test_every_role import typed
from tests.deep import spread
from tests.keeper.boxes import set_up
from tests.promises.worlds.one_world import WORDS, World
from tests.promises.worlds.two_worlds import two_worlds
from tests.web.conftest import PEOPLE
from tests.web.read_alike import page_of
from tests.web.test_who_is_no_officer import DRAWN, READERS, STORIES, asked, parts_of, story

CASES = re.compile(r"\bcase\W+[0-9a-f]{16}\b")
"""Ids of copies that both worlds may be told of, drawn in each."""


def run(world: World, command: click.Command, name: str, *words: str) -> tuple[Any, ...]:
    """Run a command as somebody, or as nobody; return all that it tells."""
    world.panel.box.clock.advance(2)  # behind a wrong password
    where = ["--data", str(world.panel.box.folders.data)]
    login = ["--name", name, "--password-file", str(world.files / "password")] if name else []
    done = CliRunner().invoke(command, [words[0], *where, *login, *words[1:]])
    why = done.exception
    refusal = (why.code, why.values) if isinstance(why, Refused) else repr(why)
    output = CASES.sub("", DRAWN.sub("", page_of(done.output)))
    return done.exit_code, output, DRAWN.sub("", repr(refusal))


def readers_of(kind: type[AnyOperation], chance: random.Random) -> list[str]:
    """Return who asks for an operation: whoever may, and one who may not."""
    if kind.roles in {WithoutRole.ANYBODY, WithoutRole.LOCAL}:
        return [""]
    roles = kind.roles if isinstance(kind.roles, frozenset) else frozenset[Any]()
    may = [name for name, own in READERS.items() if roles & own or not roles]
    return [*may, chance.choice([name for name in READERS if name not in may] or may)]


def told(world: World, seed: int) -> Iterator[tuple[str, Any]]:
    """Yield what everybody who must not know is told by commands."""
    chance, secrets = random.Random(seed), world.files / "secrets"
    secrets.mkdir()
    (world.files / "password").write_text(PASSWORD)
    for number, operation in enumerate(asked(world)):
        kind = type(operation)
        if why_not(kind):
            continue
        for name in readers_of(kind, chance):
            words = [tag(kind), *typed(operation, secrets, of_person=bool(name))]
            words += ["--json"] * (number % 2)
            yield f"{name}: ask {words}", run(world, ask, name, *words)
    rid, out = world.rid, str(world.files / "out.wav")
    for name in READERS:
        for words in (
            ["list"],
            ["list", "--json", "--text", "221234567"],
            ["list", "--text", "KMP"],
            ["show", rid],
            ["show", rid, "--json"],
            ["certificate", rid],
            ["proof", rid, "--out", out],
            ["export", rid, "--out", out],
            ["show", rid[:8]],
        ):
            yield f"{name}: recordings {words}", run(world, recordings.command, name, *words)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("seed", spread(range(STORIES), 1))
def test_commands_tell_nobody_but_officers_of_a_silence(tmp_path: Path, seed: int) -> None:
    box = set_up(tmp_path / "data", PEOPLE | READERS)
    acts = story(seed)
    with two_worlds(box, tmp_path, acts, parts=parts_of(seed)) as (silenced, plain):
        hidden = [*silenced.cases, *WORDS]
        good = 0
        for (way, one), (_, other) in zip(told(silenced, seed), told(plain, seed), strict=True):
            where = str(silenced.files), str(plain.files)
            assert repr(one).replace(where[0], "") == repr(other).replace(where[1], ""), (way, acts)
            good += one[0] == 0
            assert not [word for word in hidden if word in one[1] and word not in way], (way, acts)
        assert good > 40, "most were answered"
