"""Say what root made of media that offer themselves for backups by their name."""

from appliance.link.operations import Message, Operation, Role


class SticksStanding(Message, frozen=True):
    """What became of each such medium that is plugged in."""

    possible: bool  # False: no ready-made box; whoever is root there mounts media
    words: tuple[str, ...] = ()  # of ``card.sticks.WORDS``


class GetSticks(Operation[SticksStanding], frozen=True, tag="backup.sticks"):
    """Ask what became of media that are plugged in."""

    roles = frozenset({Role.ADMINISTRATOR})
    keeps_awake = False
