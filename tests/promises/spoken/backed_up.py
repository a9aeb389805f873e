"""Walk a device through its media, and look on which a call lies."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from msgspec import structs

from appliance.clock import DAY
from appliance.config.kept import Seed, in_force
from appliance.config.mistakes import MistakesFound
from appliance.config.read import trial_text
from appliance.errors import Refused
from appliance.keeper.backup.medium import FOLDER, Medium
from appliance.keeper.backup.preparing import prepare
from appliance.link.requests.outside.backup import ForgetMedium
from appliance.link.requests.outside.sftp import ChangeSftp, SftpPlace, StopSftp
from appliance.model.policy import PromptKind, Saying
from appliance.prompts.words.compose import compose
from tests import vaults
from tests.boxes import PASSWORD
from tests.keeper.backup.copies import keyring
from tests.keeper.boxes import set_up
from tests.keeper.desks import backups_of, far_of, server_of
from tests.keeper.erasure.everything import record
from tests.keeper.settings.changing import Office
from tests.promises.spoken.listening import wrong
from tests.promises.spoken.world import World

KINDS = ("folder", "stick", "server")
PLANS = ("none", "day", "week", "hand")
MORE = Saying(PromptKind.MORE)
KEPT = 90
"""Days for which each call is kept, which no walk reaches."""


@dataclass(frozen=True)
class Told:
    """A call, and what its caller heard of how long it is kept."""

    rid: str
    world: World
    text: str


class Device:
    """A device with backups of one kind; its media are real folders, also those of a server."""

    def __init__(self, folder: Path, kind: str, plan: str, days: int, patch: pytest.MonkeyPatch):
        """Set it up; raises what the device says to settings that it refuses."""
        self.kind, self.plan, self._days, self._folder = kind, plan, days, folder
        self._in, self._patch = 0, patch
        self.told: list[Told] = []
        folder.mkdir()
        patch.setattr(vaults, "TICKET", replace(vaults.TICKET, kept_days=KEPT))
        Seed("zgoda.toml", self._seed(1)).config()
        self.box = set_up(folder / "data", seed_text=self._seed(1))
        if kind == "stick":
            (folder / "mount").mkdir()
        self._serve()

    def close(self) -> None:
        self.box.keeper.close()

    @property
    def office(self) -> Office:
        return Office(self.box, self.box.log_in())

    # -- what people do -------------------------------------------------------------------------

    def bring(self, number: int) -> None:
        """Plug a medium in, point the file to a folder, or the panel to a server."""
        before, self._in = self._in, number
        if self.kind == "server":
            place = SftpPlace("127.0.0.1", 1, "zgoda", f"server{number}", self.plan, "own")
            self.office.box.ask(ChangeSftp(place, PASSWORD), self.box.log_in())
            with keyring(self.box).changing() as draft:
                assert draft.sftp is not None
                draft.sftp = structs.replace(draft.sftp, host_key="accepted")
            return
        root = self._root(number)
        if self.kind == "stick":
            self._swap(before, number)
        if not root.exists() or not any(root.iterdir()):
            root.mkdir(exist_ok=True)
            prepare(root).close()
        if self.kind == "folder" and before:
            self._edit(self._seed(number))

    def end(self) -> None:
        """Make no more backups: by the panel, or by the file."""
        if self.kind == "server":
            self.box.ask(StopSftp(PASSWORD), self.box.log_in())
        else:
            self._edit(self._seed(0))
            self.told.clear()  # what root takes away nobody was asked about; who calls now, is told

    def destroy(self, number: int) -> None:
        """Destroy a medium and take it off the list."""
        root = self._root(number)
        if not root.exists():
            return
        mark = (root / FOLDER / FOLDER).read_text("ascii")
        root.rename(self._folder / "destroyed")
        medium = mark.split()[-1]
        self.box.ask(ForgetMedium(medium, PASSWORD), self.box.log_in())

    def take_back(self) -> None:
        """Take the answer out of the settings."""
        values = self.office.values()
        values["office"].pop("backup_days", None)
        self.office.change(values)

    def cross_out(self) -> None:
        """Cross the answer out in the file, which asks nobody; the panel has changed nothing."""
        self._days = 0
        self._edit(self._seed(self._in))

    def call(self) -> None:
        """Let somebody be told and recorded; a week and a day pass, with every backup due."""
        (rid,) = record(self.box)
        config = in_force(self.box.folders, self.box.seed).config
        line = config.lines[0]
        text = compose(config, line, "en")[MORE].text
        self.told.append(Told(rid, World(config, line, "en"), text))
        self.box.clock.advance(8 * DAY)
        made = (far_of if self.kind == "server" else backups_of)(self.box.keeper)
        made._wanted = self.plan == "hand"
        if made._target.place:
            made.run()

    # -- what is so -----------------------------------------------------------------------------

    def holders(self, rid: str) -> set[str]:
        """Return the media on which a recording lies; what was destroyed holds nothing."""
        places = [*self._folder.glob("medium*"), self._folder / "mount"]
        return {one.name for one in places if (one / FOLDER / "rec" / rid).exists()}

    def untrue(self) -> list[str]:
        """Return what callers heard that is not so of their call.

        It leaves with the device's own next backup if that is made by itself and nothing else holds
        it; from all other media only after as many days as the office says.
        """
        found = []
        for each in self.told:
            holders = self.holders(each.rid)
            waits = bool(holders) if self.plan == "hand" else len(holders) > self._reached
            world = replace(each.world, by_hand=waits)
            found += [one for one in wrong(world, MORE, each.text) if "not told" not in one]
        return found

    @property
    def _reached(self) -> int:
        """Of media, so many at once."""
        if self.kind == "server":
            return int(keyring(self.box).content.sftp is not None)
        return int(bool(in_force(self.box.folders, self.box.seed).config.backup.folder))

    # -- within ---------------------------------------------------------------------------------

    def _root(self, number: int) -> Path:
        at_once = self.kind == "stick" and number == self._in
        return self._folder / ("mount" if at_once else f"medium{number}")

    def _swap(self, before: int, number: int) -> None:
        mount = self._folder / "mount"
        if before:
            mount.rename(self._folder / f"medium{before}")
        if (apart := self._folder / f"medium{number}").exists():
            apart.rename(mount)

    def _seed(self, number: int) -> str:
        text = trial_text()
        if self._days:
            text = text.replace("[office]\n", f"[office]\nbackup_days = {self._days}\n")
        if self.kind == "server" or not number:
            return text
        place = self._folder / ("mount" if self.kind == "stick" else f"medium{number}")
        return f'{text}[backup]\nfolder = "{place}"\nevery = "{self.plan}"\nwhose = "own"\n'

    def _edit(self, text: str) -> None:
        """Let root write the file anew; the archive service is restarted, unless it refuses."""
        seed = Seed("zgoda.toml", text)
        self.box.config = replace(seed.config(), vault=self.box.config.vault)
        self.box.seed = seed
        self.box.restart()
        self._serve()

    def _serve(self) -> None:
        if self.kind == "server":
            self._patch.setattr(server_of(self.box.keeper), "open", self._open_server)

    @contextmanager
    def _open_server(self, stopped: object) -> Iterator[Medium]:
        state = keyring(self.box).content.sftp
        assert state is not None
        root = self._folder / state.folder.replace("server", "medium")
        if not root.exists():
            root.mkdir()
            prepare(root).close()
            (root / FOLDER / FOLDER).write_text(f"zgoda backup medium {state.medium}\n")
        with Medium(root) as medium:
            yield medium


def tried(device: Device, *acts: str) -> None:
    """Do what the device lets one do; it does not begin with a file that it refuses."""
    for act in acts:
        name, _, number = act.partition(" ")
        with suppress(Refused, MistakesFound):
            getattr(device, name)(*([int(number)] if number else []))
