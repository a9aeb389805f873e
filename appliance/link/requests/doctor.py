"""Examine the box: its devices, what is missing, and how to mend it."""

from appliance.link.operations import Allowed, Message, Operation, Role
from appliance.model.findings import Finding


class Findings(Message, frozen=True):
    """The findings of an examination."""

    found: tuple[Finding, ...]


class FindingCount(Message, frozen=True):
    """What the last examination found, in short."""

    fail: int  # must be mended
    warn: int  # should be looked at
    found: tuple[Finding, ...] = ()  # those that must be mended; for administrators alone
    warned: tuple[Finding, ...] = ()  # those that should be looked at; for administrators alone


class CountFindings(Operation[FindingCount], frozen=True, tag="doctor.count"):
    """Ask what an examination of the last minute has found; change nothing.

    Everybody may know that there is something to mend; what it is, administrators alone.
    """

    roles = Allowed.LOGGED_IN
    keeps_awake = False


class ExamineLines(Operation[Findings], frozen=True, tag="doctor.lines"):
    """Have the recorder examine its lines and their devices."""

    roles = Allowed.PROCESS
    served_by = "recorder"


class Examine(Operation[Findings], frozen=True, tag="doctor.examine"):
    """Examine the whole box; change nothing.

    For administrators alone: they can mend what is found. The findings name paths, devices and how
    well the box is protected, which nobody else needs.
    """

    roles = frozenset({Role.ADMINISTRATOR})
