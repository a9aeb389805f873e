"""Have a box's heads stamped; the test is its courier."""

from dataclasses import dataclass, replace
from typing import Any

from appliance.clock import DAY
from appliance.config.outside import Stamp
from appliance.keeper.audit.heads import read_head
from appliance.keeper.audit.lines import readable
from appliance.keeper.audit.log import AuditLog
from appliance.link.requests.doctor import Examine
from appliance.link.requests.processes.stamps import (
    StampErrand,
    TakeStampErrand,
    TellStampErrand,
)
from appliance.model.records import AuditPlace
from appliance.vault.audit.heads import Head
from tests.keeper.boxes import KeeperBox
from tests.vault.audit.stamped import StampAuthority

ADDRESS = "https://stamps.example/tsa"


@dataclass
class StampedBox:
    """A box, and an authority that is named in its settings."""

    box: KeeperBox
    authority: StampAuthority

    def name(self, **changes: Any) -> None:
        """Name the authority in the settings."""
        fields: dict[str, Any] = {"address": ADDRESS, "roots": str(self.authority.roots)}
        stamp = Stamp(**fields | changes)
        self.box.config = replace(self.box.config, stamp=stamp)
        self.box.keeper._box.around.follow(self.box.config)

    @property
    def audit(self) -> AuditLog:
        now = self.box.keeper.box
        assert now is not None
        return now.audit

    def next_day(self) -> str:
        """Let a day end, and return it."""
        day = self.audit.day
        self.box.clock.advance(DAY)
        self.audit.append("viewed", "nobody")
        return day

    def head(self, day: str) -> Head:
        head = read_head(self.audit.folder, day)
        assert head is not None
        return head

    def take(self) -> StampErrand:
        return self.box.ask(TakeStampErrand())

    def tell(self, errand: StampErrand, answer: bytes = b"", code: str = "") -> None:
        self.box.keeper.handle(TellStampErrand(errand.number, code), None, answer)

    def stamp(self) -> StampErrand:
        """Carry one request to the authority and back."""
        errand = self.take()
        assert errand.address == ADDRESS
        self.tell(errand, self.authority.answer(errand.query))
        return errand

    def stamp_all(self, **changes: Any) -> None:
        """Name the authority, and carry every request there and back."""
        self.name(**changes)
        while (errand := self.take()).address:
            self.tell(errand, self.authority.answer(errand.query))

    def stamp_day(self) -> AuditPlace | None:
        """Have a day stamped; return the entry that calls name as the one before them."""
        self.next_day()
        self.stamp_all()
        return self.audit.before_calls

    def acts(self) -> list[tuple[str, str | None]]:
        found = (entry for entry, _ in readable(self.box.folders.audit))
        return [(e.type, e.detail) for e in found if e.type.startswith("stamp")]

    def findings(self) -> list[str]:
        seen = self.box.ask(Examine(), self.box.log_in()).found
        return [one.id for one in seen if one.subject == "stamp"]
