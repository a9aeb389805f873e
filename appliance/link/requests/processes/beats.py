"""Let a process show to another that it goes on."""

from appliance.link.operations import Done, Operation, WithoutRole


class WatchBeats(Operation[Done], frozen=True, tag="link.beats"):
    """Watch that a process goes on: it says so over and over, whatever else it does.

    Each server of the link answers this by itself, before any handler (``link.server``).
    """

    roles = WithoutRole.PROCESS
    streams = True
