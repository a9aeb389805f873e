"""Where a simulated call takes place: the wires, three tracks of sound, the state of the loop."""

from dataclasses import dataclass, field

from appliance.exchange.circuit.circuit import Direct, Loop, Wires, direct
from appliance.exchange.circuit.track import Track
from appliance.exchange.scene import Circuit
from appliance.signals.pcm import Wave


@dataclass(slots=True)
class Stage:
    """Holds what is on the line; people and network change it, the tap looks at it."""

    circuit: Circuit
    wires: Wires
    caller: Track = field(default_factory=Track)
    office: Track = field(default_factory=Track)
    network: Track = field(default_factory=Track)  # tones, caller ID, a third party
    third: Track | None = None  # a third party with a phone of its own
    third_connected: bool = False
    off_hook: bool = False
    ringing: bool = False
    connected: bool = False  # the caller is heard
    held: bool = False  # the caller is parked by the exchange
    powered: bool = True
    broken: bool = False
    swapped: bool = False

    def carry(self, sample: int, box: Wave | None) -> tuple[Wave, Wave]:
        """Return voltage and current of the 20 ms from ``sample`` on."""
        far = self.network.next_frame(sample)
        spoken = self.caller.next_frame(sample)
        if self.connected and not self.held:
            far += spoken
        if self.third is not None:
            spoken = self.third.next_frame(sample)
            if self.third_connected:
                far += spoken
        near = self.office.next_frame(sample)
        if not self.off_hook:
            near[:] = 0
        return self.wires.carry(far, near, box, self._closed)

    @property
    def loop(self) -> Direct:
        """What a line monitor sees."""
        return direct(
            self.circuit,
            off_hook=self.off_hook,
            powered=self.powered,
            broken=self.broken,
            swapped=self.swapped,
        )

    @property
    def _closed(self) -> Loop:
        if not self.off_hook:
            return Loop.IDLE
        return Loop.TALK if self.powered and not self.broken else Loop.DEAD
