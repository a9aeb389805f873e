"""Hold one world: a panel of a box, its officer, and what was done there to a call."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from click.testing import CliRunner

from appliance.clock import DAY
from appliance.commands.recordings import command
from tests.boxes import PASSWORD
from tests.samples import PAPER
from tests.vault.audit.stamped import StampAuthority
from tests.web.conftest import Browser, Panel
from tests.web.lists.test_several import chosen

OFFICER, LISTENER, ADMIN = "Pola Officer", "Lena Listener", "Adam Admin"

POLICE = {"recipient": "authority", "words": "KMP Warszawa, sprawa poufna", **PAPER}
COURT = {
    "recipient": "authority",
    "words": "Sąd Rejonowy",
    "file_number": "I C 7/26",
    "legal_basis": "art. 248 k.p.c.",
    "signed_by": "SSR Maria Kos",
}
"""Of another matter, which both worlds know of."""

RENEWED = "Ds 1/27"
WORDS = ("KMP", "poufna", RENEWED, *PAPER.values())
"""What was typed of the silenced matter."""


@dataclass
class World:
    """A panel of a box, and who is logged in."""

    panel: Panel
    rid: str
    another: str  # a call that one silenced copy may name, too
    files: Path
    parts: tuple[str, ...] = ()  # the recordings of the call, its first one first
    later: Path | None = None  # one more, which is not taken up yet
    court: set[str] = field(default_factory=set)  # cases that are silenced in both
    authority: StampAuthority | None = None  # who stamps the days of both
    held: bool = False  # by the office, for a claim of its own
    silent: bool = False  # for the police
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

    def run(self, *words: str, name: str = OFFICER, code: int = 0) -> str:
        """Run ``zgoda recordings``, which must end with a code; return what it prints."""
        data = self.panel.box.folders.data
        (self.files / "password").write_text(PASSWORD)
        login = ["--data", str(data), "--name", name]
        login += ["--password-file", str(self.files / "password")]
        done = CliRunner().invoke(command, [words[0], *login, *words[1:]])
        assert done.exit_code == code, done.output
        return done.output

    @property
    def silenced(self) -> list[str]:
        """Return the silenced cases, a court's among them."""
        assert self.panel.box.keeper.box is not None
        return list(self.panel.box.keeper.box.records.ledger.silences())

    @property
    def cases(self) -> list[str]:
        """Return the silenced cases of the matter that only one world has."""
        return [case for case in self.silenced if case not in self.court]

    def day(self, days: int) -> str:
        """Return a day to come."""
        at = self.panel.box.clock.now() + days * DAY
        return datetime.fromtimestamp(at, UTC).date().isoformat()
