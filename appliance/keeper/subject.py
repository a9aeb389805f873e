"""Say what the keeper takes from each of its subjects."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from appliance.config.settings import Config
from appliance.keeper.chores import Chore
from appliance.link.handlers import Handler
from appliance.link.registry import AnyOperation
from appliance.model.findings import Finding
from appliance.model.lamps import Need


def _nothing() -> None:
    """Do nothing."""


def _keeps(config: Config) -> None:
    """Follow nothing."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject of the keeper as its ``build`` made it; what it leaves out, it does not have."""

    handlers: Mapping[type[AnyOperation], Handler] = field(default_factory=dict)
    """What it answers."""
    chores: tuple[Chore, ...] = ()
    """What it does by itself, in this order."""
    findings: Callable[[], Iterable[Finding]] = tuple
    """Finds what is wrong with it, for the doctor."""

    follow: Callable[[Config], None] = _keeps
    """Takes settings that hold from now on."""
    need: Callable[[], Need] = lambda: Need.NOTHING
    """Says what of it waits for an administrator; the lamps show it."""
    hears_courier: Callable[[], bool] = bool
    """Says whether it has errands outward, and the courier takes them."""
    wants_courier: Callable[[], bool] = bool
    """Says whether the courier is to run for it."""

    started: Callable[[], None] = _nothing
    """Called at the end of the keeper's start, also before there is a vault."""
    begun: Callable[[], None] = _nothing
    """Called when the vault is open, after the first take-up."""
    met_recorder: Callable[[], None] = _nothing
    """Called whenever the recorder is back."""
    close: Callable[[], None] = _nothing
    """Called at the keeper's end; safe to call twice."""
