"""What the simulated network does by itself: it rings, connects, and tells who is gone."""

from appliance.exchange import tones
from appliance.exchange.circuit.stage import Stage
from appliance.exchange.scene import Scene
from appliance.exchange.schedule import Schedule
from appliance.model.audio import RATE, samples
from appliance.model.terms import Tone

RING_ON, RING_PERIOD = samples(1.0), samples(5.0)
"""Polish ringing: one second in five."""

_CALLER_ID = samples(1.6)  # from the first ring's beginning
_LIFT = samples(0.4)  # from a ring's beginning to the hand on the receiver
_DIAL_TONE = samples(0.4)
_BUSY = samples(0.6)
_ROUTING = samples(1.5)  # from the last digit to the ringback tone

_RELEASE = samples(1.5)  # from the hang-up to the wires' being as they were


class NetworkSide:
    """The exchange, as the office's line knows it."""

    def __init__(self, scene: Scene, stage: Stage, schedule: Schedule) -> None:
        """Stand ready; ``incoming`` or the office's first deed sets it going."""
        self._scene = scene
        self._stage = stage
        self._schedule = schedule
        self._dialled = False
        self.gone = False  # the office has hung up

    def incoming(self, start: int) -> int:
        """Ring the office from ``start`` on; return where the ringing is over at the latest."""
        lifts = self._scene.office.lifts_after_rings
        rings = self._scene.network.rings
        for ring in range(min(lifts, rings) if lifts else rings):
            self._schedule.at(start + ring * RING_PERIOD, self._ring)
        self._schedule.at(start + _CALLER_ID, self._tell_caller)
        if 0 < lifts <= rings:
            self._schedule.at(start + (lifts - 1) * RING_PERIOD + _LIFT, self.lifted)
        return start + (rings - 1) * RING_PERIOD + RING_ON

    def lifted(self, sample: int) -> None:
        """The office's phone goes off-hook."""
        stage = self._stage
        stage.off_hook, stage.ringing = True, False
        stage.network.cut(sample)
        self._schedule.happened("lifted", sample)
        if self._scene.direction == "incoming":
            self._connect(sample)
        else:
            self._schedule.at(sample + _DIAL_TONE, self._dial_tone)

    def first_digit(self, sample: int) -> None:
        """The office begins to dial: the dial tone ends."""
        self._dialled = True
        self._stage.network.cut(sample)

    def last_digit(self, sample: int) -> None:
        """The number is complete: look for the other end."""
        self._schedule.happened("dialled", sample)
        if self._stage.connected:
            return  # dialled within a call: to a menu, or after a flash
        self._schedule.at(sample + _ROUTING, lambda at: self.sound(at, Tone.RINGBACK))
        wait = self._scene.network.answers_after_ms
        if wait >= 0:
            self._schedule.at(sample + max(_ROUTING, wait * RATE // 1000), self._connect)

    def far_gone(self, sample: int) -> None:
        """The caller has hung up."""
        self._stage.caller.cut(sample)
        self._turn(sample)
        self._schedule.happened("far_gone", sample)
        after = self._scene.network.when_far_gone
        if after != "silence":
            self._schedule.at(sample + _BUSY, lambda at: self.sound(at, after))

    def near_gone(self, sample: int) -> None:
        """The office has hung up: nothing is on the line any more."""
        self.gone = True
        stage = self._stage
        stage.off_hook = stage.connected = stage.held = False
        self._schedule.at(sample + _RELEASE, self._release)
        for track in (stage.caller, stage.office, stage.network):
            track.cut(sample)

    def flashed(self, sample: int) -> None:
        """The hook switch was pressed briefly: the caller is parked, or taken back."""
        self._stage.held = not self._stage.held
        self._stage.network.cut(sample)
        self._schedule.happened("flashed", sample)

    def sound(self, sample: int, name: str) -> None:
        """Send a tone of the country, for as long as nothing else is sent."""
        if self._stage.off_hook:
            self._stage.network.cut(sample)
            wave, repeat = tones.tone(name, self._scene.network.country)
            self._stage.network.signal(sample, wave, repeat=repeat)

    def _ring(self, sample: int) -> None:
        if self._stage.off_hook:
            return
        self._stage.ringing = True
        self._stage.network.signal(sample, tones.ringing(RING_ON / RATE))
        self._schedule.at(sample + RING_ON, self._ring_off)

    def _ring_off(self, sample: int) -> None:
        self._stage.ringing = False

    def _tell_caller(self, sample: int) -> None:
        if not self._stage.off_hook:
            self._stage.network.signal(sample, tones.caller_id(self._scene.caller))

    def _dial_tone(self, sample: int) -> None:
        if not self._dialled:
            self.sound(sample, Tone.DIAL)

    def _connect(self, sample: int) -> None:
        if not self._stage.off_hook:
            return
        self._stage.network.cut(sample)
        self._stage.connected = True
        if self._scene.direction == "outgoing":
            self._turn(sample)
        self._schedule.happened("answered", sample)

    def _release(self, sample: int) -> None:
        self._stage.swapped = False

    def _turn(self, sample: int) -> None:
        if self._scene.network.reversal:
            self._stage.swapped = not self._stage.swapped
