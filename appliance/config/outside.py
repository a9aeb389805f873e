"""Declare who outside the office does something for the box, as ``settings`` does the rest."""

from dataclasses import dataclass
from typing import Annotated

from appliance.config import declare as a
from appliance.config import validators as valid
from appliance.config.declare import Also, Who
from appliance.config.words.vocabulary import BY_HAND, EVERY, WHOSE
from appliance.language import N_


# fmt: off
@dataclass(frozen=True, slots=True)
class Backup:
    """Where copies of the vault go, and how often."""

    folder: Annotated[str, N_("Folder of the backup medium"), Also(
        docs="where a [prepared](#zgoda-backup) medium is mounted", without="none: no backups",
        who=Who.FILE), a.PATH] = ""
    every: Annotated[str, N_("How often a backup is made"), Also(
        docs="how often; with `hand` only when somebody asks", who=Who.FILE), a.word(EVERY)] = "day"
    whose: Annotated[str, N_("Whose computer the folder is on"), Also(
        N_("A company that runs it receives the backups, though encrypted. Callers may then not "
           "hear that recordings are passed to nobody."), '"own"',
        "whose computer the folder is on: a company that runs it receives the backups",
        without="the office’s own, if the folder is surely on the device itself; on a network "
        "drive, or on one whose kind is not known, another company’s"), a.answer(WHOSE)] = ""

    @property
    def by_hand(self) -> bool:
        """Say whether backups are made there when somebody asks, and only then."""
        return bool(self.folder) and self.every == BY_HAND


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who outside the office stamps the activity log, day by day."""

    address: Annotated[str, N_("Address of the time-stamp authority"), Also(
        N_("Such as https://stamps.example/tsa. Once a day the device sends it a digest of the "
           "activity log: nobody can tell a call by it."), '"https://stamps.example/tsa"',
        "where the signed head of each day that has ended is stamped (RFC 3161); `http` will do, "
        "since the answer is signed ([why](decisions/a-head-is-stamped.md))",
        without="no head is stamped"), a.Kind(valid.valid_web_address)] = ""
    roots: Annotated[str, N_("File with the authority's certificate"), Also(
        N_("The root certificate that the authority publishes. A file in /etc/zgoda that "
           "everybody may read, such as /etc/zgoda/stamps.pem."), '"/etc/zgoda/stamps.pem"',
        "a PEM file with the root certificate of that authority: only what leads to it is taken "
        "for a stamp"), a.PATH] = ""
    qualified: Annotated[bool, N_("It is a qualified time-stamp authority (eIDAS)"), Also(
        N_("You declare that the trusted list of its country names it as qualified. This is kept "
           "with each stamp."), docs="the office's word, kept with each stamp, that the authority "
        "is on a trusted list of the EU (Art. 41(2) eIDAS)"), a.FLAG] = False
# fmt: on
