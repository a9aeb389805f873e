"""Set up a whole box in a folder: vault, keeper and calls through the recorder, at speed."""

from dataclasses import dataclass, replace
from pathlib import Path

from appliance.clock import Clock, SystemClock
from appliance.commands.call import place
from appliance.commands.helpers.witness import Witness
from appliance.config.folders import Folders
from appliance.config.settings import Config
from appliance.exchange.scene import Scene
from appliance.keeper.first_run.create import Sheet, create_vault, make_eraser
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.time.believed_clock import BelievedClock
from appliance.keeper.time.chip import Boot
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.keys import Cost, read_by_sheet, read_sheet
from appliance.vault.opening.unseal import Reader
from tests.prompts.short import short_trial
from tests.recorded import file_of, recorded

CHEAP = Cost(memory_kib=64, passes=1)
"""A password cost for tests, where nobody guesses."""

PASSWORD = "correct horse battery"


@dataclass
class TrialBox:
    """A set-up box on the trial configuration."""

    config: Config
    folders: Folders
    clock: Clock
    sheet: Sheet

    def call(self, scene: Scene, *, seed: int = 0) -> Witness:
        """Place one call, at speed, without a keeper."""
        return place(self.config, self.folders, self.clock, scene, seed=seed)

    def undecide(self) -> None:
        """Let the folder be neither a trial's nor one of real lines, as before it has recorded."""
        self.folders.kind.unlink()

    def keyring(self) -> Keyring:
        """Open the keyring as the keeper does at boot."""
        return Keyring.open(self.folders.keyring, make_eraser(self.folders, self.config))

    def reading_key(self) -> bytearray:
        """Return the office's private reading key, from the recovery sheet."""
        content = self.keyring().content
        return read_by_sheet(read_sheet(self.sheet.text), content.sheet.sealed, content.vault_id)

    def open(self, rid: str) -> Reader:
        """Open a recording with everything that opens it."""
        path = self.file(rid)
        return Reader.open(path, self.reading_key(), self.keyring().private(rid))

    def recordings(self) -> list[str]:
        """Return the names of all recordings."""
        return [path.name for path in recorded(self.folders)]

    def file(self, rid: str) -> Path:
        """Return a recording's file, taken up or not."""
        return file_of(self.folders, rid)

    def files(self) -> list[Path]:
        """Return every file of the data folder."""
        return [path for path in self.folders.data.rglob("*") if path.is_file()]


def make_box(data: Path, *, pool_ahead: int = 40, password: str = PASSWORD) -> TrialBox:
    """Set a box up that has never had a call; its time is confirmed."""
    config = short_trial()
    config = replace(config, vault=replace(config.vault, pool_ahead=pool_ahead))
    folders, clock = Folders(data), SystemClock()
    sheet = create_vault(folders, config, "Ewa Nowak", password, clock, cost=CHEAP)
    box = TrialBox(config, folders, clock, sheet)
    time = BelievedClock(clock, Boot.of_this_machine())
    time.open(Ledger(folders.ledger, box.keyring().content.ledger_key))
    time.confirm(clock.now())
    return box


def grep(files: list[Path], needles: dict[str, bytes]) -> list[tuple[str, str]]:
    """Return (needle's name, file's name) for every file that holds a needle."""
    return [
        (name, path.name)
        for path in files
        for name, needle in needles.items()
        if needle in path.read_bytes()
    ]
