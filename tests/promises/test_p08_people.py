"""Prove P8 for operations on people: the entry is on the disk before the keyring changes.

Each act is done through the whole keeper. Once with an audit whose disk fails, when nobody may have
been changed; once watching what the audit's file holds at the moment at which the keyring is saved.
"""

import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyotp
import pytest

from appliance.errors import VaultError
from appliance.keeper.audit.lines import months
from appliance.keeper.records import Records
from appliance.link.operations import Role
from appliance.link.registry import AnyOperation, operations
from appliance.link.requests.login import EnterCode, LogIn, WhoAmI
from appliance.link.requests.me import (
    BeginTotp,
    ChangePassword,
    ConfirmTotp,
    DropTotp,
    MakeBackupCodes,
)
from appliance.link.requests.people import (
    AddPerson,
    ChangeRoles,
    RemovePerson,
    RemoveTotp,
    ResetPassword,
)
from appliance.vault.opening.content import OperatorEntry
from appliance.vault.opening.keyring import Keyring
from tests.boxes import PASSWORD
from tests.keeper.boxes import KeeperBox, set_up
from tests.proofs import give_totp

OWN = "zielony kajak tonie w marcu"
LENA = "Lena"


@dataclass
class Scene:
    """A keeper with two people, and the operations on them."""

    box: KeeperBox
    token: str
    lena: str
    secret: str = ""

    def people(self) -> dict[str, OperatorEntry]:
        """Return all people as the keyring lists them."""
        assert self.box.keeper.box is not None
        return dict(self.box.keeper.box.keyring.content.operators)

    def act(self, name: str) -> tuple[AnyOperation, str]:
        """Return an operation, and its actor's token."""
        match name:
            case "person_added":
                made: AnyOperation = AddPerson(
                    person_name="Jan", person_roles=(Role.LISTENER,), password=PASSWORD
                )
            case "roles_changed":
                made = ChangeRoles(
                    operator=self.lena, person_roles=(Role.OPERATOR,), password=PASSWORD
                )
            case "person_removed":
                made = RemovePerson(operator=self.lena, password=PASSWORD)
            case "password_reset":
                made = ResetPassword(operator=self.lena, password=PASSWORD)
            case "totp_removed":
                self.set_totp()
                made = RemoveTotp(operator=self.lena, password=PASSWORD)
            case _:
                return self._own_act(name)
        return made, self.token

    def _own_act(self, name: str) -> tuple[AnyOperation, str]:
        theirs = self.box.log_in(LENA)
        match name:
            case "own password_changed":
                made: AnyOperation = ChangePassword(old=PASSWORD, new=OWN)
            case "own totp_set":
                setup = self.box.ask(BeginTotp(password=PASSWORD), theirs)
                made = ConfirmTotp(code=pyotp.TOTP(setup.secret).at(int(self.box.clock.now())))
            case "own backup_codes_made":
                self.set_totp()
                made = MakeBackupCodes(password=PASSWORD, code=self.code())
            case _:
                self.set_totp()
                made = DropTotp(password=PASSWORD, code=self.code())
        return made, theirs

    def set_totp(self) -> None:
        """Give Lena an app."""
        self.secret = pyotp.random_base32()
        assert self.box.keeper.box is not None
        with self.box.keeper.box.keyring.changing() as draft:
            give_totp(draft.operators[self.lena], self.secret)

    def code(self) -> str:
        """Return the code in Lena's app."""
        return pyotp.TOTP(self.secret).at(int(self.box.clock.now()))

    def on_record(self, name: str) -> bool:
        """Return whether the audit's file holds the act, as another process reads it."""
        wanted = f'"type":"{name.removeprefix("own ")}",'.encode()
        return any(wanted in path.read_bytes() for path in months(self.box.folders.audit))


ACTS = [
    "person_added", "roles_changed", "person_removed", "password_reset", "totp_removed",
    "own password_changed", "own totp_set", "own totp_removed",
    "own backup_codes_made",
]  # fmt: skip


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    monkeypatch.setattr(Records, "unlock", lambda records, reading_key: None)
    box = set_up(tmp_path / "data", {LENA: frozenset({Role.LISTENER})})
    token = box.log_in()
    made = Scene(box, token, "")
    made.lena = next(entry.id for entry in made.people().values() if entry.name == LENA)
    yield made
    box.keeper.close()


def failing(call: int) -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO))


def bare(people: dict[str, OperatorEntry]) -> list[tuple[Any, ...]]:
    """Return all that an act could change, without a used code's time step."""
    return [
        (e.id, e.name, e.roles, e.wrap, e.totp, e.totp_secret, e.backup, e.one_time_until)
        for e in people.values()
    ]


@pytest.mark.parametrize("name", ACTS)
def test_without_the_entry_nobody_is_changed(
    scene: Scene, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation, token = scene.act(name)
    before = bare(scene.people())
    with monkeypatch.context() as broken:
        broken.setattr("appliance.keeper.audit.writer.os.fdatasync", failing)
        with pytest.raises(VaultError, match="nothing was done: Input/output error"):
            scene.box.ask(operation, token)
    assert bare(scene.people()) == before
    assert scene.box.ask(WhoAmI(), token).step == "open"


@pytest.mark.parametrize("name", ACTS)
def test_the_entry_is_on_the_disk_before_anybody_is_changed(
    scene: Scene, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation, token = scene.act(name)
    assert not scene.on_record(name)
    seen: list[bool] = []
    before, save = bare(scene.people()), Keyring._save

    def saved(self: Keyring, draft: Any, root: bytes, generation: int) -> None:
        if bare(draft.operators) != before:
            seen.append(scene.on_record(name))
        save(self, draft, root, generation)

    monkeypatch.setattr(Keyring, "_save", saved)
    scene.box.ask(operation, token)
    assert seen == [True]
    assert bare(scene.people()) != before


def test_nobody_gets_in_by_a_code_unrecorded(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.set_totp()
    session = scene.box.ask(LogIn(name=LENA, password=PASSWORD))
    monkeypatch.setattr("appliance.keeper.audit.writer.os.fdatasync", failing)
    with pytest.raises(VaultError, match="nothing was done"):
        scene.box.ask(EnterCode(token=session.token, code=scene.code()))


def test_every_act_about_people_is_declared() -> None:
    declared = {
        operation.__name__: operation.audit
        for operation in operations()
        if operation.__module__.rpartition(".")[2] in {"me", "people"} and operation.audit
    }
    assert declared == {
        "AddPerson": "person_added",
        "ChangeRoles": "roles_changed",
        "RemovePerson": "person_removed",
        "ResetPassword": "password_reset",
        "RemoveTotp": "totp_removed",
        "EndSessions": "sessions_ended",
        "ChangePassword": "password_changed",
        "ConfirmTotp": "totp_set",
        "DropTotp": "totp_removed",
        "EndOthers": "sessions_ended",
        "MakeBackupCodes": "backup_codes_made",
    }
