"""Bells of a simulated line: the office's with its caller ID, the others', and the alert in a call.

Everything here goes on by itself until it is told to be quiet.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from appliance.exchange import tones
from appliance.exchange.circuit.stage import Stage
from appliance.exchange.circuit.track import Track
from appliance.exchange.live.soundings import Soundings
from appliance.exchange.scene import Caller
from appliance.exchange.schedule import Happening, Schedule
from appliance.exchange.script.network import RING_ON, RING_PERIOD
from appliance.model.audio import RATE, samples
from appliance.model.demo_phone import Party, State
from appliance.model.terms import Tone

COUNTRY = "PL"

_CALLER_ID = samples(1.6)  # from the first ring's beginning
_ALERT_PERIOD = samples(10.0)
_ALERTS = 3


@dataclass(slots=True)
class Leg:
    """A phone out in the network."""

    party: Party
    track: Track
    state: State = "on_hook"
    bell: bool = False
    display: str = ""
    caller: Caller = field(default_factory=Caller)


class Timers:
    """Things that happen later unless they are cancelled; each name runs once at a time."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._turns: dict[str, int] = {}

    def after(self, name: str, sample: int, happening: Happening) -> None:
        """Let something happen at a sample, in place of what waits by this name."""
        turn = self._turns[name] = self._turns.get(name, 0) + 1

        def happen(at: int) -> None:
            if self._turns[name] == turn:
                happening(at)

        self._schedule.at(sample, happen)

    def cancel(self, *names: str) -> None:
        """Let what waits by these names not happen."""
        for name in names:
            self._turns[name] = self._turns.get(name, 0) + 1


class Bells:
    """Rings the phones of one line."""

    def __init__(self, stage: Stage, timers: Timers, soundings: Soundings) -> None:
        """Begin quiet."""
        self._stage = stage
        self._timers = timers
        self._soundings = soundings

    def ring_office(self, leg: Leg, sample: int, told: Callable[[Leg], None]) -> None:
        """Ring the office; ``told`` is called when the network has told who calls."""

        def tell(at: int) -> None:
            wave = tones.caller_id(leg.caller)
            self._stage.network.signal(at, wave)
            self._timers.after("caller_id", at + wave.size, lambda _: told(leg))

        self._on(sample)
        self._timers.after("caller_id", sample + _CALLER_ID, tell)

    def quiet_office(self) -> None:
        """Ring the office no more, and let it hear of nobody who waits."""
        self._timers.cancel("ring", "caller_id", "alert")
        self._stage.ringing = False

    def alert(self, sample: int, left: int = _ALERTS) -> None:
        """Let the office hear, in the middle of its call, that somebody waits."""
        wave, _ = tones.tone(Tone.CALL_WAITING, COUNTRY)
        self._stage.network.signal(sample, wave)
        self._soundings.tone(Tone.CALL_WAITING, "office", sample, sample + wave.size)
        if left > 1:
            again = sample + _ALERT_PERIOD
            self._timers.after("alert", again, lambda at: self.alert(at, left - 1))

    def ring(self, leg: Leg, sample: int) -> None:
        """Ring a phone out in the network."""
        leg.bell = True
        self._timers.after(f"bell {leg.party}", sample + RING_ON, lambda at: self._pause(leg, at))

    def quiet(self, leg: Leg) -> None:
        """Ring that phone no more."""
        leg.bell = False
        self._timers.cancel(f"bell {leg.party}")

    def _on(self, sample: int) -> None:
        self._stage.ringing = True
        self._stage.network.signal(sample, tones.ringing(RING_ON / RATE))
        self._timers.after("ring", sample + RING_ON, self._off)

    def _off(self, sample: int) -> None:
        self._stage.ringing = False
        self._timers.after("ring", sample + RING_PERIOD - RING_ON, self._on)

    def _pause(self, leg: Leg, sample: int) -> None:
        leg.bell = False
        again = sample + RING_PERIOD - RING_ON
        self._timers.after(f"bell {leg.party}", again, lambda at: self.ring(leg, at))
