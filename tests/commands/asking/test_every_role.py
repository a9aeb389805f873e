"""``zgoda ask`` by every role for every operation, at a keeper behind its real socket.

``tests/keeper/test_dispatch.py`` asks the same without a socket or a command. Here a person logs in
for each request, whose fields are typed as options.
"""

import json
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from appliance.commands.asking.ask import command, why_not
from appliance.commands.asking.fields import Fields
from appliance.commands.helpers.refusals import told
from appliance.errors import Refused
from appliance.language import LANGUAGES, translated
from appliance.link.operations import Role, WithoutRole
from appliance.link.registry import AnyOperation, operations, tag
from appliance.link.server import Server
from appliance.model.sentences.roles import ROLE_NAMES
from tests.boxes import PASSWORD
from tests.deep import deep
from tests.keeper.boxes import KeeperBox, set_up
from tests.keeper.test_dispatch import PEOPLE, made

ASKABLE = [
    kind
    for kind in operations()
    if not why_not(kind) and kind.roles not in {WithoutRole.ANYBODY, WithoutRole.LOCAL}
]
"""What a person asks for with a command."""


def may(kind: type[AnyOperation], name: str) -> bool:
    return not isinstance(kind.roles, frozenset) or bool(kind.roles & PEOPLE[name])


def pairs(*, allowed: bool) -> list[Any]:
    """Return each operation with each person who may ask for it, or may not.

    Every run tries each operation with one person, drawn once; ``make faults`` with the others.
    """
    chance = random.Random(5)
    found = []
    for kind in ASKABLE:
        people = [name for name in PEOPLE if may(kind, name) is allowed]
        chance.shuffle(people)
        found += [
            (kind, name) if place == 0 else deep(kind, name) for place, name in enumerate(people)
        ]
    return found


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeeperBox]:
    box = set_up(tmp_path_factory.mktemp("box") / "data", PEOPLE)
    (box.folders.data / "password").write_text(f"{PASSWORD}\n")
    server = Server(box.folders.keeper_socket, box.keeper.handle, {os.getuid()})
    server.start()
    yield box
    server.stop()
    box.keeper.close()


def typed(operation: AnyOperation, secrets: Path, *, of_person: bool = True) -> list[str]:
    """Return an operation as a person types it."""
    values, words = msgspec.to_builtins(operation), []
    for field in Fields(type(operation), of_person=of_person)._asked:
        value = values
        for name in field.path:
            value = value.get(name) if isinstance(value, dict) else None
        if value is None:
            continue
        if isinstance(value, bool):
            words.append(field.flag if value else f"--no-{field.flag[2:]}")
        elif field.secret:
            file = secrets / "-".join(field.path)
            file.write_text(f"{value}\n")
            words += [field.flag, str(file)]
        elif field.many:
            words += [word for each in value for word in (field.flag, str(each))]
        else:
            words += [field.flag, value if isinstance(value, str) else json.dumps(value)]
    return words


def ask(box: KeeperBox, kind: type[AnyOperation], name: str, secrets: Path) -> Result:
    box.clock.advance(1)  # the next one may log in
    login = ["--data", str(box.folders.data), "--name", name]
    login += ["--password-file", str(box.folders.data / "password")]
    return CliRunner().invoke(command, [tag(kind), *login, *typed(made(kind), secrets)])


def name_of(value: object) -> str:
    return value if isinstance(value, str) else tag(value)  # type: ignore[arg-type]


@pytest.mark.parametrize(("kind", "name"), pairs(allowed=False), ids=name_of)
def test_who_may_not_is_told_the_role_and_nothing_is_done(
    box: KeeperBox, kind: type[AnyOperation], name: str, tmp_path: Path
) -> None:
    before = len(box.acts())
    refused = ask(box, kind, name, tmp_path).exception
    assert isinstance(refused, Refused), refused
    assert isinstance(kind.roles, frozenset)
    needed = [role for role in Role if role in kind.roles]
    assert (refused.code, refused.values) == ("forbidden", {"roles": " ".join(needed)})
    assert told(refused, "en").startswith("This needs a role that you do not have: ")
    assert all((ROLE_NAMES[role] in told(refused, "en")) is (role in needed) for role in Role)
    for language in LANGUAGES:
        names = [translated(ROLE_NAMES[role], language) for role in needed]
        assert all(name in told(refused, language) for name in names)
    assert box.acts()[before:] == ["logged_in", "denied", "logged_out", "locked"]


@pytest.mark.parametrize(("kind", "name"), pairs(allowed=True), ids=name_of)
def test_who_may_is_not_refused_for_the_role(
    box: KeeperBox, kind: type[AnyOperation], name: str, tmp_path: Path
) -> None:
    done = ask(box, kind, name, tmp_path)
    assert not isinstance(done.exception, Refused) or done.exception.code != "forbidden"
    assert done.exit_code != 2 or isinstance(done.exception, Refused), done.output


def test_each_operation_has_people_who_may_not_and_who_may() -> None:
    barred = {each[0] for each in pairs(allowed=False) if type(each) is tuple}
    assert len(ASKABLE) > 90
    assert barred == {kind for kind in ASKABLE if isinstance(kind.roles, frozenset)}
