"""Carry a simulated call's sound over its wires: tracks in, voltage, current and loop out."""

from dataclasses import dataclass, field
from typing import Protocol

from appliance.exchange.circuit.circuit import Direct, Loop, direct
from appliance.exchange.circuit.track import Track
from appliance.exchange.outage import Outage
from appliance.exchange.scene import Circuit
from appliance.signals.pcm import Wave


class SoundCarrier(Protocol):
    """What carries sound between the network and the office: wires, or a digital bus."""

    def carry(
        self, far: Wave, near: Wave, box: Wave | None, loop: Loop, modem: Wave | None = None
    ) -> tuple[Wave, Wave]:
        """Carry 20 ms; return the two channels that the tap delivers."""

    @property
    def at_modem(self) -> Wave:
        """Return the last 20 ms as a modem on the line hears them."""


@dataclass(slots=True)
class Stage:
    """What is on the line; people and network change it, the tap looks at it."""

    circuit: Circuit
    wires: SoundCarrier
    caller: Track = field(default_factory=Track)
    office: Track = field(default_factory=Track)
    network: Track = field(default_factory=Track)  # tones, caller ID, a scene's third party
    outage: Outage = field(default_factory=Outage)
    far: Track | None = None  # of the party connected to the office
    off_hook: bool = False
    modem: bool = False  # a voice modem holds the loop
    ringing: bool = False
    powered: bool = True
    broken: bool = False
    swapped: bool = False
    digital: bool = False  # rings, numbers and alerts are messages, and none is in the sound

    def carry(self, sample: int, box: Wave | None, modem: Wave | None = None) -> tuple[Wave, Wave]:
        """Return voltage and current of the 20 ms from ``sample`` on.

        Args:
            sample: the line clock.
            box: what the box's adapter puts on the line.
            modem: what a modem that holds the loop sends.
        """
        far = self.network.next_frame(sample)
        if self.far is not None:
            far += self.far.next_frame(sample)
        near = self.office.next_frame(sample)
        if not self.off_hook:
            near[:] = 0
        return self.wires.carry(far, near, box, self._closed, modem)

    @property
    def loop(self) -> Direct:
        """Return what a line monitor sees of the loop."""
        return direct(
            self.circuit,
            off_hook=self.off_hook,
            modem=self.modem,
            powered=self.powered,
            broken=self.broken,
            swapped=self.swapped,
        )

    @property
    def _closed(self) -> Loop:
        if not (self.off_hook or self.modem):
            return Loop.IDLE
        if not self.powered or self.broken:
            return Loop.DEAD
        if self.modem:
            return Loop.BOTH if self.off_hook else Loop.MODEM
        return Loop.TALK
