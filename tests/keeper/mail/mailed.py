"""Set up mail at a keeper, and be its courier."""

from dataclasses import dataclass
from typing import Any

from appliance.keeper.audit.lines import readable
from appliance.keeper.box import OpenBox
from appliance.keeper.mail.post import Post
from appliance.link.requests.outside.mail import ChangeMail, MailPlace
from appliance.link.requests.processes.errands import Letter, TakeErrand, TellErrand
from appliance.vault.audit.entries import AuditEntry
from tests.boxes import PASSWORD
from tests.keeper.boxes import KeeperBox
from tests.keeper.desks import post_of

SECRET = "korek horse 9 battery"
PLACE = MailPlace(
    server="mail.office.example",
    port=587,
    tls=False,
    user="zgoda@office.example",
    sender="zgoda@office.example",
    recipients=("ewa@office.example",),
    daily=False,
)


@dataclass
class Mailed:
    """A box whose mail is set up; this test is its courier."""

    box: KeeperBox
    number: int = 0

    @property
    def open(self) -> OpenBox:
        """Return the open box."""
        now = self.box.keeper.box
        assert now is not None
        return now

    @property
    def post(self) -> Post:
        """Return its post."""
        return post_of(self.box.keeper)

    def take(self) -> Letter | None:
        """Ask for an errand."""
        errand = self.box.ask(TakeErrand())
        self.number = errand.number or self.number
        return errand.letter

    def tell(self, code: str = "") -> None:
        """Tell how the last one went."""
        self.box.ask(TellErrand(self.number, code))

    def deliver(self) -> Letter:
        """Take an errand that is there, and tell that it is done."""
        letter = self.take()
        assert letter is not None
        self.tell()
        return letter

    def see(self, *red: str) -> None:
        """Have the box looked at twice, as it is every ten minutes."""
        for _ in range(2):
            self.post.see(red)

    def mail_acts(self) -> list[tuple[str, str | None]]:
        """Return what the audit says of mail."""
        return [(entry.type, entry.detail) for entry in self.entries()]

    def entries(self) -> list[AuditEntry]:
        """Return the audit's entries about mail."""
        found = (entry for entry, _ in readable(self.box.folders.audit))
        return [entry for entry in found if entry.type.startswith("mail_")]


def change(box: KeeperBox, place: MailPlace = PLACE, **changes: Any) -> None:
    """Set mail up as the owner."""
    fields: dict[str, Any] = {"password": PASSWORD, "secret": SECRET} | changes
    box.ask(ChangeMail(place, **fields), box.log_in())


def mailed(box: KeeperBox, place: MailPlace = PLACE) -> Mailed:
    """Set mail up, and let the first one arrive."""
    change(box, place)
    one = Mailed(box)
    one.deliver()
    return one
