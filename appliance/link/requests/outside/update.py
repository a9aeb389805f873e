"""Show the updates of a ready-made box, find, fetch and install one, restart into it."""

from appliance.link.operations import Done, Message, Operation, Role, Secret

ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})


class PastUpdate(Message, frozen=True):
    """An update that somebody asked for."""

    at: float  # UTC, by the system's clock
    version: str  # empty where none could be read
    slot: str  # A or B: where it was to go
    outcome: str  # waits, runs, fell_back, replaced, cut, or why it was refused


class NetworkState(Message, frozen=True):
    """How updates from the network stand."""

    address: str  # of the description; empty: nothing is looked for
    looked: float | None = None  # UTC, when a look last went well; None: none did yet
    code: str = ""  # why the last look failed; empty: it went well
    failing: float | None = None  # counted seconds since looks fail; None: the last one went well
    looking: bool = False  # a look is due now
    version: str = ""  # the newer one that was found; empty: none was
    published: str = ""  # its day
    size: int = 0  # its bytes
    total: int = 0  # bytes of the one that is fetched or here
    fetching: bool = False  # it is being fetched
    have: int = 0  # bytes that are here
    checking: bool = False  # all are here, and are compared with the description
    ready: str = ""  # the version that is here as a whole
    why: str = ""  # why the last fetch failed; one that goes on is tried again
    away: bool = False  # the courier has not asked for a while


class UpdateState(Message, frozen=True):
    """How updates stand."""

    possible: bool  # False: no ready-made box; the system's own apt or installer updates it
    version: str  # that runs
    slot: str  # A or B: the system that runs; empty where there is one alone
    percent: int | None  # of the update that is under way; None: there is none
    asked: bool  # one was asked for and has not begun yet
    waits: bool  # a new system starts at the next restart
    updates: tuple[PastUpdate, ...] = ()  # the last one first
    network: NetworkState | None = None  # None: no ready-made box

    @property
    def amiss(self) -> bool:
        """Say whether the last look or the last fetch failed."""
        return self.network is not None and bool(self.network.code or self.network.why)


class GetUpdates(Operation[UpdateState], frozen=True, tag="update.get"):
    """Ask how updates stand."""

    roles = ADMINISTRATOR
    keeps_awake = False


class InstallUpdate(Operation[Done], frozen=True, tag="update.install"):
    """Install the update of the stick that is plugged in, beside the system that runs."""

    roles = ADMINISTRATOR
    audit = "update_asked"
    audited = "inside"  # once the password is proved
    password: Secret  # the administrator's own


class RestartBox(Operation[Done], frozen=True, tag="update.restart"):
    """Restart the box, so that an installed update runs; a recording ends as cut."""

    roles = ADMINISTRATOR
    audit = "restart_asked"
    audited = "inside"  # once the password is proved
    password: Secret  # the administrator's own


class ChangeUpdateAddress(Operation[Done], frozen=True, tag="update.address"):
    """Say where newer versions are looked for, or that none are; what was fetched is removed."""

    roles = ADMINISTRATOR
    audit = "update_address"
    audited = "inside"  # once the password is proved
    address: str  # of the description; empty: nothing is looked for
    password: Secret  # the administrator's own


class LookForUpdate(Operation[Done], frozen=True, tag="update.look"):
    """Look for a newer version now."""

    roles = ADMINISTRATOR
    audit = "update_look_asked"


class FetchUpdate(Operation[Done], frozen=True, tag="update.fetch"):
    """Fetch the newer version that was found; nothing is installed by it."""

    roles = ADMINISTRATOR
    audit = "update_fetch_asked"
    audited = "inside"  # once the password is proved
    version: str  # as the page showed it
    password: Secret  # the administrator's own


class StopFetch(Operation[Done], frozen=True, tag="update.stop"):
    """Fetch it no more, and remove what was fetched."""

    roles = ADMINISTRATOR
    audit = "update_fetch_stopped"


class InstallFetched(Operation[Done], frozen=True, tag="update.install_fetched"):
    """Install the update that was fetched, beside the system that runs."""

    roles = ADMINISTRATOR
    audit = "fetched_update_asked"
    audited = "inside"  # once the password is proved
    password: Secret  # the administrator's own
