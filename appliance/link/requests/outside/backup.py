"""Show the backups, begin one, forget a medium, note a drill."""

from typing import Literal

from appliance.link.operations import Done, Message, Operation, Role, Secret, WithoutRole
from appliance.model.sentences.faults import DeviceFault

ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})


class BackupMedium(Message, frozen=True):
    """A medium that the box has written to."""

    id: str  # 32 hex digits
    number: int  # of the last finished copy; 0: none
    at: float  # UTC, of that copy
    recordings: int
    size: int  # bytes
    finished: bool  # False: a later copy was begun and not finished yet
    unknown: bool  # since the box was restored: what else was written there, and what it holds now
    behind: bool  # keys were replaced since: an erasure, a changed password, or a week
    far: bool = False  # on a server, by SFTP
    waits: bool = False  # since a restore: a person has to ask for the next copy onto it


class BackupRun(Message, frozen=True):
    """A copy that is being made."""

    stage: str  # looking, recordings, papers, keys, removing
    done: int  # recordings
    total: int
    bytes_done: int
    bytes_total: int


class BackupState(Message, frozen=True, kw_only=True):
    """How backups onto media stand, or onto a server."""

    folder: str  # or the server; empty: none is set up
    every: str  # day, week, hand
    medium: str = ""  # id of the one that is plugged in; empty: none was seen
    running: BackupRun | None = None
    code: str = ""  # why the last attempt failed; empty if nothing did
    trouble: tuple[DeviceFault, ...] = ()  # the same in sentences
    older: bool = False  # an older copy, or none, lay on the medium than was last made there
    mended: int = 0  # files that were altered on the medium, and were written again
    media: tuple[BackupMedium, ...] = ()  # all, the newest copy first
    recordings: int = 0  # of the last finished copy there
    age: float | None = None  # counted seconds since then; None: there is none, or it is not known
    finished: bool = False  # a copy was finished there
    drilled: float | None = None  # UTC, of the last drill
    drill_due: bool = False
    owes: bool = False  # a call is still there that was erased a week ago

    @property
    def hinders_drill(self) -> Literal["", "no_medium", "no_backup", "no_recording"]:
        """Return why the sheet cannot be tried on what is plugged in, as far as is known."""
        if not self.medium:  # behind a restore nobody has looked at what is plugged in yet
            restored = any(one.unknown and not one.far for one in self.media)
            return "" if restored and self.code != "absent" else "no_medium"
        there = next((one for one in self.media if one.id == self.medium), None)
        if there is None or there.unknown:
            return ""
        if not there.number:
            return "no_backup"
        return "" if there.recordings else "no_recording"

    @property
    def amiss(self) -> bool:
        """Say whether the last attempt failed."""
        return bool(self.code)


class GetBackup(Operation[BackupState], frozen=True, tag="backup.get"):
    """Ask how backups stand."""

    roles = ADMINISTRATOR
    keeps_awake = False


class SticksStanding(Message, frozen=True):
    """What root made of each medium that is plugged in and offers itself by its name."""

    possible: bool  # False: no ready-made box; whoever is root there mounts media
    words: tuple[str, ...] = ()  # of ``card.sticks.WORDS``


class GetSticks(Operation[SticksStanding], frozen=True, tag="backup.sticks"):
    """Ask what became of media that are plugged in."""

    roles = ADMINISTRATOR
    keeps_awake = False


class StartBackup(Operation[Done], frozen=True, tag="backup.start"):
    """Begin a copy now; it goes on without whoever asked for it."""

    roles = ADMINISTRATOR
    audit = "backup_started"


class ForgetMedium(Operation[Done], frozen=True, tag="backup.forget"):
    """Forget a medium that was destroyed: certificates that name it are supplemented."""

    roles = ADMINISTRATOR
    audit = "backup_forgotten"
    audited = "inside"  # once the password is proved
    medium: str
    password: Secret  # the administrator's own


class NoteDrill(Operation[Done], frozen=True, tag="backup.drilled"):
    """Note that the recovery sheet opened a real recording of a backup, at this box."""

    roles = WithoutRole.LOCAL
    audit = "drill_done"
    audited = "inside"  # with the number of the copy
    vault: str  # hex, of the backup that was opened
    number: int  # of its copy
