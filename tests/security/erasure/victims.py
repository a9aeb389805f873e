"""A whole keeper on a few recordings, and a clock in the hands of the test."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from appliance.clock import HOUR
from appliance.config.read import trial
from appliance.keeper.audit.lines import readable
from appliance.keeper.service import Keeper
from appliance.keeper.time.chip import Boot
from appliance.link.requests.login import LogIn, Session
from appliance.link.requests.time import GetTime, TimeState
from tests.boxes import CHEAP, PASSWORD
from tests.keeper.chips import NO_CHIP, SimulatedChip
from tests.keeper.office import Office, make_office
from tests.proofs import proving_here

CONFIG = replace(trial(), vault=replace(trial().vault, pool_ahead=12))


@dataclass
class Victim:
    """A whole keeper on five recordings of 90 days, and a clock in the hands of the test."""

    office: Office
    keeper: Keeper
    boots: int = 0
    chip: SimulatedChip | None = None

    def start(self) -> None:
        """Start the keeper again in the same boot, as after a crash."""
        chip = self.chip.reader if self.chip is not None else NO_CHIP
        self.keeper.close()
        office, boot = self.office, Boot(self.boot, chip)
        keeper = Keeper(CONFIG, office.folders, office.clock, cost=CHEAP, boot=boot)
        self.keeper = proving_here(keeper)
        self.keeper.open()

    @property
    def boot(self) -> str:
        return f"b{self.boots:05x}"

    def reboot(self, jump: float, off: float = 0.0) -> None:
        """Cut the power for some time; when it is back, somebody has set the clock ahead."""
        self.keeper.close()
        self.boots += 1
        self.office.clock.jump(off + 60.0 + jump)
        self.office.clock.reboot(60.0)
        if self.chip is not None:
            self.chip.tick(off + 60.0)
            self.chip.read_at_boot(self.boot, 60.0)
        self.start()

    def wait(self, seconds: float) -> None:
        """Let time pass, without a chore."""
        self.office.clock.advance(seconds)
        if self.chip is not None:
            self.chip.tick(seconds)

    def hours(self, count: int) -> None:
        """Let the box run, with all its chores."""
        chores = self.keeper.chores()
        for _ in range(count):
            self.wait(HOUR)
            chores.run_due()

    def left(self) -> int:
        """Count the recordings that can still be opened."""
        box = self.keeper.box
        assert box is not None
        return box.keyring.count_taken_up()

    def token(self) -> str:
        answer = self.keeper.handle(LogIn(name="Ewa Nowak", password=PASSWORD))
        assert isinstance(answer, Session)
        return answer.token

    def state(self, token: str) -> TimeState:
        answer = self.keeper.handle(GetTime(), token)
        assert isinstance(answer, TimeState)
        return answer

    def acts(self) -> list[str]:
        return [entry.type for entry, _ in readable(self.office.folders.audit)]

    def believed(self) -> float:
        box = self.keeper.box
        assert box is not None
        return box.records.time.now()


@contextlib.contextmanager
def victims(folder: Path) -> Iterator[Victim]:
    """Make a victim in a folder, and end its keeper."""
    office = make_office(folder / "data")
    for _ in range(5):
        office.record(boot="b00000")
    office.close()
    boot = Boot("b00000", NO_CHIP)
    keeper = proving_here(Keeper(CONFIG, office.folders, office.clock, cost=CHEAP, boot=boot))
    keeper.open()
    made = Victim(office, keeper)
    yield made
    made.keeper.close()
