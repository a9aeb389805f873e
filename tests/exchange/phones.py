"""Let people use the phones by timetable, and keep the state of each phone over time."""

from concurrent.futures import Future
from dataclasses import dataclass, field

from appliance.exchange.driver import Exchange
from appliance.model.audio import RATE, AudioFrame
from appliance.model.demo_phone import LiveAct, LiveDo, Party, PhoneNow, PhonesNow, Sounding
from tests.exchange.scripted_recorder import VOICES, Hear, Script, silent

Timetable = tuple[float, LiveAct]


def at(seconds: float, by: Party, do: LiveDo, **more: str) -> Timetable:
    """Return what somebody does so long after the first act."""
    return seconds, LiveAct(by=by, do=do, **more)


def call_in(number: str = "+48221234567", by: Party = "caller", seconds: float = 0.0) -> Timetable:
    return at(seconds, by, "call", number=number)


@dataclass
class Played:
    """What the line delivered and the phones told."""

    script: Script
    exchange: Exchange
    told: list[PhonesNow] = field(default_factory=list)
    answers: list[Future[None]] = field(default_factory=list)
    start: int = 0  # line clock of the first act

    def phone(self, party: Party, seconds: float) -> PhoneNow:
        """Return how a phone was so long after the first act."""
        before = [now for now in self.told if now.at <= self.start + seconds * RATE]
        return next(phone for phone in before[-1].phones if phone.party == party)

    def hears(self, party: Party, seconds: float) -> list[str]:
        """Return what a phone let one hear then: names of tones and keys, and who speaks."""
        return [_name(heard) for heard in self.phone(party, seconds).hears]

    def state(self, seconds: float) -> tuple[str, str, str]:
        """Return the states of all phones then."""
        caller, office, third = (
            self.phone(party, seconds).state for party in ("caller", "office", "third")
        )
        return caller, office, third

    @property
    def refusals(self) -> list[str]:
        """Return what was refused, as the words of the refusals."""
        errors = [answer.exception() for answer in self.answers]
        return [getattr(error, "code", "") for error in errors if error is not None]


def _name(heard: Sounding) -> str:
    if heard.kind in {"tone", "keys"}:
        return heard.what
    return f"{heard.by}'s {heard.kind}"


def play(*timetable: Timetable, hear: Hear = silent, seed: int = 0) -> Played:
    """Let people do what the timetable says, until every phone is on its hook."""
    waiting = sorted(timetable, key=lambda entry: entry[0])

    def do_what_is_due(script: Script, frame: AudioFrame) -> None:
        hear(script, frame)
        began = played.told[0].at if played.told else None
        while began is not None and waiting and frame.sample >= began + waiting[0][0] * RATE:
            played.answers.append(exchange.phones.do(waiting.pop(0)[1]))

    script = Script(None, do_what_is_due)  # type: ignore[arg-type]  # the exchange comes next
    exchange = Exchange("Reception", seed, VOICES, settled=lambda: None)
    script.exchange = exchange
    played = Played(script, exchange)
    exchange.phones.listen(played.told.append)
    played.answers.append(exchange.phones.do(waiting.pop(0)[1]))
    exchange.start(script.deliver)
    exchange.wait_over()
    exchange.close()
    played.start = played.told[0].at
    return played
