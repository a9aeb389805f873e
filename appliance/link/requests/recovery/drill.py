"""Try the recovery sheet on a backup that is plugged in."""

from appliance.link.operations import Message, Operation, Role, Secret
from appliance.model.records import Unreal


class TriedSheet(Message, frozen=True):
    """The recording on which the sheet was proved."""

    number: int  # of the backup
    started_at: float  # UTC, by the recording itself
    seconds: float
    verdict: str
    unreal: Unreal


class TrySheet(Operation[TriedSheet], frozen=True, tag="backup.try_sheet"):
    """Open the newest recording of the backup with the sheet, and close it; nothing is kept."""

    roles = frozenset({Role.ADMINISTRATOR})
    audit = "drill_done"
    audited = "inside"  # once the sheet has opened it, with the number of the copy
    sheet: Secret  # its groups, as typed
