"""The doctor: what is plugged in, what is missing, and how to mend it."""

from msgspec import Struct

from appliance.link.operations import Allowed, Operation, Role
from appliance.model.findings import Finding


class Findings(Struct, frozen=True, forbid_unknown_fields=True):
    """All that was found."""

    found: tuple[Finding, ...]


class ExamineLines(Operation[Findings], frozen=True, tag="doctor.lines"):
    """Ask the recorder what it sees: its lines and their devices."""

    roles = Allowed.PROCESS
    served_by = "recorder"


class Examine(Operation[Findings], frozen=True, tag="doctor.examine"):
    """Look at the whole box; changes nothing.

    For administrators: they can mend what is found, and the findings name paths, devices and how
    well the box is protected, which nobody else needs.
    """

    roles = frozenset({Role.ADMINISTRATOR})
