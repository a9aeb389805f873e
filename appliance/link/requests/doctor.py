"""Examine the box: its devices, what is missing, and how to mend it."""

from appliance.link.operations import Allowed, Message, Operation, Role
from appliance.model.findings import Finding


class Findings(Message, frozen=True):
    """The findings of an examination."""

    found: tuple[Finding, ...]


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
