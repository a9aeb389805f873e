"""Ring the phones of a simulated line, send caller ID, alert to a second caller.

Each bell goes on by itself until it is silenced.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from appliance.exchange import tones
from appliance.exchange.circuit.stage import Stage
from appliance.exchange.circuit.track import Track
from appliance.exchange.network.soundings import Soundings
from appliance.exchange.scene import SceneCaller
from appliance.exchange.schedule import Schedule
from appliance.model.audio import RATE, samples
from appliance.model.demo_phone import Party, State
from appliance.model.terms import Tone

_PAUSE = tones.RING_PERIOD - tones.RING_ON
_CALLER_ID = samples(1.6)  # from the first ring's beginning
_ALERT_PERIOD = samples(10.0)
_ALERTS = 3


@dataclass(slots=True)
class Phone:
    """A phone of the office or out in the network."""

    party: Party
    track: Track
    state: State = "on_hook"
    bell: bool = False
    display: str = ""
    caller: SceneCaller = field(default_factory=SceneCaller)  # what the network tells of its owner

    @property
    def off_hook(self) -> bool:
        """Return whether the receiver is lifted."""
        return self.state not in {"on_hook", "ringing"}


class Bells:
    """The bells of one line's phones."""

    def __init__(
        self, stage: Stage, schedule: Schedule, soundings: Soundings, country: str
    ) -> None:
        """Begin quiet; the alert in a call is that of ``country``."""
        self._stage = stage
        self._schedule = schedule
        self._soundings = soundings
        self._alert, _ = tones.tone(Tone.CALL_WAITING, country)

    def ring(self, phone: Phone, sample: int) -> None:
        """Ring a phone until it is silenced."""
        self._sound(phone, on=True)
        if phone.party == "office" and not self._stage.digital:
            self._stage.network.signal(sample, tones.ringing(tones.RING_ON / RATE))
        pause = sample + tones.RING_ON
        self._schedule.after(f"bell {phone.party}", pause, lambda at: self._pause(phone, at))

    def quiet(self, phone: Phone) -> None:
        """Silence a phone's bell."""
        self._sound(phone, on=False)
        self._schedule.cancel(f"bell {phone.party}")

    def tell_caller(self, caller: SceneCaller, sample: int, told: Callable[[], None]) -> None:
        """Send caller ID after the ring that begins at ``sample``; call ``told`` once it is out."""

        def tell(at: int) -> None:
            wave = tones.caller_id(caller)
            if not self._stage.digital:
                self._stage.network.signal(at, wave)
            self._schedule.after("caller_id", at + wave.size, lambda _: told())

        self._schedule.after("caller_id", sample + _CALLER_ID, tell)

    def alert(self, sample: int, left: int = _ALERTS) -> None:
        """Alert the office, in the middle of its call, to a second caller."""
        if not self._stage.digital:
            self._stage.network.signal(sample, self._alert)
        self._soundings.tone(Tone.CALL_WAITING, "office", sample, sample + self._alert.size)
        if left > 1:
            again = sample + _ALERT_PERIOD
            self._schedule.after("alert", again, lambda at: self.alert(at, left - 1))

    def _sound(self, phone: Phone, *, on: bool) -> None:
        phone.bell = on
        if phone.party == "office":
            self._stage.ringing = on

    def _pause(self, phone: Phone, sample: int) -> None:
        self._sound(phone, on=False)
        again = sample + _PAUSE
        self._schedule.after(f"bell {phone.party}", again, lambda at: self.ring(phone, at))
