"""Ring the phones of a simulated line: the office's with caller ID, the others', call waiting.

Each bell goes on by itself until it is silenced.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from appliance.exchange import tones
from appliance.exchange.circuit.stage import Stage
from appliance.exchange.circuit.track import Track
from appliance.exchange.network.soundings import Soundings
from appliance.exchange.scene import Caller
from appliance.exchange.schedule import Happening, Schedule
from appliance.model.audio import RATE, samples
from appliance.model.demo_phone import Party, State
from appliance.model.terms import Tone

_PAUSE = tones.RING_PERIOD - tones.RING_ON
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
    """Happenings that can be cancelled; each name waits for one at a time."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._turns: dict[str, int] = {}

    def after(self, name: str, sample: int, happening: Happening) -> None:
        """Let something happen at a sample, in place of what waits by this name."""
        self.cancel(name)
        turn = self._turns[name]

        def happen(at: int) -> None:
            if self._turns[name] == turn:
                happening(at)

        self._schedule.at(sample, happen)

    def cancel(self, *names: str) -> None:
        """Drop what waits by these names."""
        for name in names:
            self._turns[name] = self._turns.get(name, 0) + 1


class Bells:
    """The bells of one line's phones."""

    def __init__(self, stage: Stage, timers: Timers, soundings: Soundings, country: str) -> None:
        """Begin quiet; the alert in a call is that of ``country``."""
        self._stage = stage
        self._timers = timers
        self._soundings = soundings
        self._alert, _ = tones.tone(Tone.CALL_WAITING, country)

    def ring_office(self, leg: Leg, sample: int, told: Callable[[Leg], None]) -> None:
        """Ring the office; call ``told`` once the caller ID is out."""

        def tell(at: int) -> None:
            wave = tones.caller_id(leg.caller)
            self._stage.network.signal(at, wave)
            self._timers.after("caller_id", at + wave.size, lambda _: told(leg))

        self._on(sample)
        self._timers.after("caller_id", sample + _CALLER_ID, tell)

    def quiet_office(self) -> None:
        """Silence the office's bell, its caller ID and the alert in its call."""
        self._timers.cancel("ring", "caller_id", "alert")
        self._stage.ringing = False

    def alert(self, sample: int, left: int = _ALERTS) -> None:
        """Alert the office, in the middle of its call, to a second caller."""
        self._stage.network.signal(sample, self._alert)
        self._soundings.tone(Tone.CALL_WAITING, "office", sample, sample + self._alert.size)
        if left > 1:
            again = sample + _ALERT_PERIOD
            self._timers.after("alert", again, lambda at: self.alert(at, left - 1))

    def ring(self, leg: Leg, sample: int) -> None:
        """Ring a phone out in the network."""
        leg.bell = True
        pause = sample + tones.RING_ON
        self._timers.after(f"bell {leg.party}", pause, lambda at: self._pause(leg, at))

    def quiet(self, leg: Leg) -> None:
        """Silence that phone's bell."""
        leg.bell = False
        self._timers.cancel(f"bell {leg.party}")

    def _on(self, sample: int) -> None:
        self._stage.ringing = True
        self._stage.network.signal(sample, tones.ringing(tones.RING_ON / RATE))
        self._timers.after("ring", sample + tones.RING_ON, self._off)

    def _off(self, sample: int) -> None:
        self._stage.ringing = False
        self._timers.after("ring", sample + _PAUSE, self._on)

    def _pause(self, leg: Leg, sample: int) -> None:
        leg.bell = False
        self._timers.after(f"bell {leg.party}", sample + _PAUSE, lambda at: self.ring(leg, at))
