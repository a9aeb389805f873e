"""Declare where backups go, as ``settings`` does the rest."""

from dataclasses import dataclass
from typing import Annotated

from appliance.config import declare as a
from appliance.config.declare import Also, Who
from appliance.config.words.vocabulary import EVERY, WHOSE
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
# fmt: on
