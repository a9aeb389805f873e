"""Run a whole keeper in a folder, without a socket."""

from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from msgspec import Struct

from appliance.config.folders import Folders
from appliance.config.kept import Seed
from appliance.config.read import trial_text
from appliance.config.settings import Config
from appliance.keeper.audit.check import check
from appliance.keeper.audit.lines import readable
from appliance.keeper.first_run.create import create_vault
from appliance.keeper.people.operators import new_operator
from appliance.keeper.service import Keeper
from appliance.link.operations import Operation, Role
from appliance.link.requests.first_run import ConfirmSheet, FirstRun, RecoverySheet
from appliance.link.requests.login import LogIn
from appliance.vault.audit.entries import NEW_KEY, AuditEntry
from appliance.vault.opening.keys import read_by_sheet, read_sheet
from tests.boxes import CHEAP, PASSWORD
from tests.clocks import ManualClock
from tests.files import whole_file
from tests.keeper.chips import BOOT
from tests.proofs import proving_here

OWNER = "Ewa Nowak"

ReplyT = TypeVar("ReplyT", bound=Struct)


@dataclass
class KeeperBox:
    """A keeper, and whoever asks it."""

    config: Config
    folders: Folders
    clock: ManualClock
    keeper: Keeper
    seed: Seed = field(default_factory=lambda: seed_of("pool_ahead = 16"))
    sheet: str = ""
    """The recovery sheet's text, of a box that was set up by ``set_up``."""

    def ask(self, operation: Operation[ReplyT], token: str | None = None) -> ReplyT:
        """Ask without a socket."""
        answer: Any = self.keeper.handle(operation, token)
        if operation.sends_file:
            answer = whole_file(answer)
        return answer[0] if isinstance(answer, tuple) else answer  # type: ignore[no-any-return]

    def code(self) -> str:
        """Read the one-time password."""
        return self.folders.first_run_code.read_text("ascii")

    def first_run(self, **changes: Any) -> RecoverySheet:
        """Do the first run."""
        code = changes["code"] if "code" in changes else self.code()
        asked: dict[str, Any] = {"name": OWNER, "password": PASSWORD, "plain": True} | changes
        return self.ask(FirstRun(**asked | {"code": code}))

    def confirm(self, sheet: RecoverySheet) -> None:
        """Type the asked groups back."""
        groups = {index: sheet.groups[index] for index in sheet.ask_groups}
        self.ask(ConfirmSheet(groups=groups), sheet.token)

    def log_in(self, name: str = OWNER, password: str = PASSWORD) -> str:
        """Log in and return the token."""
        return self.ask(LogIn(name=name, password=password)).token

    def acts(self) -> list[str]:
        """Return the types of the audit's entries, without those that begin its days."""
        if self.keeper.box is not None:
            self.keeper._box.tell_failures()
        types = [entry.type for entry, _ in readable(self.folders.audit)]
        return [type for type in types if type != NEW_KEY]

    def newest(self) -> AuditEntry:
        """Return the audit's newest entry."""
        *_, (entry, _) = readable(self.folders.audit)
        return entry

    def restart(self) -> None:
        """Close this keeper and open another one."""
        self.keeper.close()
        self.keeper = _keeper(self.config, self.seed, self.folders, self.clock)
        self.keeper.open()

    def sound_audit(self) -> bool:
        """Say whether the audit holds."""
        return check(self.folders.audit).sound


def seed_of(vault: str = "pool_ahead = 16") -> Seed:
    """Return the trial's configuration, with settings of the vault."""
    return Seed("trial.toml", f"{trial_text()}\n[vault]\n{vault}\n")


def undecided(vault: str = "pool_ahead = 16") -> Seed:
    """Return the same as a device has them that nobody has set up: its line may become real."""
    return Seed("fresh.toml", f"fresh = true\n{seed_of(vault).text}")


def _keeper(
    config: Config, seed: Seed, folders: Folders, clock: ManualClock, courier: int | None = None
) -> Keeper:
    made = Keeper(config, folders, clock, cost=CHEAP, boot=BOOT, seed=seed, courier=courier)
    return proving_here(made)


def make_keeper(data: Path, *, pool_ahead: int = 12, seed: Seed | None = None) -> KeeperBox:
    """Open a keeper on a folder that is not set up."""
    seed, folders, clock = seed or seed_of(), Folders(data), ManualClock()
    config = _smaller(seed, pool_ahead)
    keeper = _keeper(config, seed, folders, clock)
    keeper.open()
    return KeeperBox(config, folders, clock, keeper, seed)


@lru_cache
def _smaller(seed: Seed, pool_ahead: int = 12) -> Config:
    """Return a seed's configuration with fewer keys ahead than an owner may choose."""
    config = seed.config()
    return replace(config, vault=replace(config.vault, pool_ahead=pool_ahead))


def set_up(
    data: Path,
    people: dict[str, frozenset[Role]] | None = None,
    eeprom: str = "",
    seed_text: str = "",
    courier: int | None = None,
) -> KeeperBox:
    """Open a keeper whose vault was made, with further people who share the owner's password.

    The time is confirmed.

    Args:
        data: the data folder.
        people: beside the owner.
        eeprom: the driver's file of a chip that holds the root; a file does if empty.
        seed_text: the configuration; the trial's if empty.
        courier: its user, if it has one of its own.
    """
    chip = f'\neraser = "eeprom"\neeprom = "{eeprom}"' if eeprom else ""
    seed = Seed("seed.toml", seed_text) if seed_text else seed_of(f"pool_ahead = 16{chip}")
    folders, clock = Folders(data), ManualClock()
    config = _smaller(seed)
    sheet = create_vault(folders, config, OWNER, PASSWORD, clock, cost=CHEAP)
    keeper = _keeper(config, seed, folders, clock, courier)
    keeper.open()
    assert keeper.box is not None
    keeper.box.records.time.confirm(clock.now())
    content = keeper.box.keyring.content
    reading = read_by_sheet(read_sheet(sheet.text), content.sheet.sealed, content.vault_id)
    with keeper.box.keyring.changing() as draft:
        for name, roles in (people or {}).items():
            entry = new_operator(name, PASSWORD, roles, reading, CHEAP)
            draft.operators[entry.id] = entry
    return KeeperBox(config, folders, clock, keeper, seed, sheet.text)
