"""Show the updates of a ready-made box, install one from a stick, restart into it."""

from appliance.link.operations import Done, Message, Operation, Role

ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})


class PastUpdate(Message, frozen=True):
    """An update that somebody asked for."""

    at: float  # UTC, by the system's clock
    version: str  # empty where none could be read
    slot: str  # A or B: where it was to go
    outcome: str  # waits, runs, fell_back, replaced, cut, or why it was refused


class UpdateState(Message, frozen=True):
    """How updates stand."""

    possible: bool  # False: no ready-made box; the system's own apt or installer updates it
    version: str  # that runs
    slot: str  # A or B: the system that runs; empty where there is one alone
    percent: int | None  # of the update that is under way; None: there is none
    asked: bool  # one was asked for and has not begun yet
    waits: bool  # a new system starts at the next restart
    updates: tuple[PastUpdate, ...] = ()  # the last one first


class GetUpdates(Operation[UpdateState], frozen=True, tag="update.get"):
    """Ask how updates stand."""

    roles = ADMINISTRATOR
    keeps_awake = False


class InstallUpdate(Operation[Done], frozen=True, tag="update.install"):
    """Install the update of the stick that is plugged in, beside the system that runs."""

    roles = ADMINISTRATOR
    audit = "update_asked"
    audited = "inside"  # once the password is proved
    password: str  # the administrator's own


class RestartBox(Operation[Done], frozen=True, tag="update.restart"):
    """Restart the box, so that an installed update runs; a recording ends as cut."""

    roles = ADMINISTRATOR
    audit = "restart_asked"
    audited = "inside"  # once the password is proved
    password: str  # the administrator's own
