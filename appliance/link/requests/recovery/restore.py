"""Begin a box anew from a backup, in place of the first run."""

from appliance.link.operations import Done, Message, Operation, Role, Secret, WithoutRole
from appliance.link.requests.login import Browser

LONGEST_LIST = 1024 * 1024
"""Bytes of the text that names recordings erased since the backup."""


class RestoreState(Message, frozen=True):
    """How a restore stands, of a box that is not set up."""

    folder: str  # where the medium is looked for; empty: none is set up
    medium: bool  # a prepared medium is there, as far as it was looked at
    sticks: tuple[str, ...]  # as ``SticksStanding`` has them
    by_name: bool  # a medium is taken by its name
    running: bool
    done: int  # recordings
    total: int
    cut: bool  # one was begun and has not come to its end
    code: str  # of the refusal by which the last one failed; empty if none did
    values: dict[str, int | str]  # of its sentence


class GetRestore(Operation[RestoreState], frozen=True, tag="restore.get"):
    """Ask how a restore stands; refused once the box is set up."""

    roles = WithoutRole.ANYBODY
    keeps_awake = False
    look: bool = False  # also at the medium, which may not answer


class RestoreBackup(Operation[Done], frozen=True, tag="restore.begin"):
    """Restore the backup that is plugged in; it goes on without whoever asked for it.

    Needs the one-time password and the recovery sheet, on a box without a vault. The upload is a
    text that names recordings which were erased since the backup; it may be empty.
    """

    roles = WithoutRole.ANYBODY
    audit = "restored"
    audited = "inside"  # which makes the audit itself
    upload = LONGEST_LIST
    code: Secret
    sheet: Secret  # its groups, as typed
    name: str  # of an administrator in the backup
    password: Secret  # a new one
    today: str  # the day that the person confirms, as 2026-11-28
    erased_all: bool = False  # everything was erased since the backup
    due: int = 0  # so many recordings are due on that day, and are not to come back
    unknown: int = 0  # so many names of the list need not be in the backup
    ahead: bool = False  # the day is right, though the backup says that it is of a later one
    plain: bool = False  # a card that opens by itself (E0) is accepted
    browser: Browser | None = None


class RestoredBox(Message, frozen=True):
    """What became of the restore since which the keeper runs."""

    known: bool  # False: there was none since the keeper has started
    recordings: int = 0
    due: int = 0  # left away, since their time was over
    erased: int = 0  # left away, since they were named
    bad: tuple[str, ...] = ()  # recordings that are missing on the medium, or altered
    bad_papers: tuple[str, ...] = ()  # other files, by their path
    lost_keys: int = 0  # groups of keys that were lost before the backup
    order_ended: bool = False  # an order to erase everything waited, and ended
    without_password: tuple[str, ...] = ()  # people who need a new one
    seed: bool = False  # the former configuration lies in the data folder, for root

    @property
    def amiss(self) -> bool:
        """Say whether something of the backup is lost."""
        return bool(self.bad or self.bad_papers or self.lost_keys)


class GetRestored(Operation[RestoredBox], frozen=True, tag="restore.result"):
    """Ask what a restore has brought back."""

    roles = frozenset({Role.ADMINISTRATOR})
    keeps_awake = False
