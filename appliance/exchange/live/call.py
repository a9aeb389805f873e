"""A call that nobody wrote: its acts come from outside while it goes on.

It stands on the same stage as a scripted call and the recorder cannot tell them apart. Nobody here
waits for anything or gives way to the box: whoever holds the phones decides. What makes no sense
now is refused in a sentence and changes nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from appliance.errors import Refused
from appliance.exchange import tones
from appliance.exchange.circuit.circuit import Wires
from appliance.exchange.circuit.stage import Stage
from appliance.exchange.circuit.track import Track
from appliance.exchange.circuit.voices import Talker
from appliance.exchange.live.phones import Asked, Phones, refusal
from appliance.exchange.live.soundings import Soundings
from appliance.exchange.live.switch import Switch
from appliance.exchange.outage import Outage
from appliance.exchange.scene import Act, Caller, Circuit, Office
from appliance.exchange.schedule import Schedule
from appliance.model.audio import FRAME, RATE, samples
from appliance.model.demo_phone import Deed, Do, Party, PhoneNow, PhonesNow, State
from appliance.model.prompts import Prompt
from appliance.signals.pcm import Wave

KEY_MS, KEY_GAP_MS = 120, 80
"""How long a key sounds, and the least time to the next."""

FLASH_MS = 300
LONGEST_TALK = 30.0
"""Seconds; whoever holds the button longer has to press it again."""

_AFTER_HANG_UP = samples(3.0)
_ABANDONED = samples(300.0)
"""Without a deed for so long everybody hangs up: the page was closed in the middle of a call."""

_FAR, _NEAR = Caller().speech_dbm0, Office().speech_dbm0

PARTIES: tuple[Party, ...] = ("caller", "office", "third")


@dataclass(frozen=True, slots=True)
class _Speech:
    """Somebody speaks."""

    talker: Talker
    began: int
    until: int


class LiveCall:
    """Everything that people do with the phones of one line, until all are on their hooks."""

    def __init__(self, phones: Phones, seed: np.random.SeedSequence, start: int) -> None:
        """Begin at ``start`` with every phone on its hook; ``phones`` brings the deeds."""
        self.monitor_late_ms = 0
        self.outage = Outage()
        self.stage = Stage(Circuit(), Wires(Circuit(), seed))
        self._phones = phones
        self._schedule = Schedule((), _no_act)
        self._soundings = Soundings()
        self._switch = Switch(self.stage, self._schedule, self._soundings)
        voices = phones.voices
        self._talkers: Mapping[Party, Talker] = {
            "caller": Talker(voices.far, _FAR),
            "office": Talker(voices.near, _NEAR),
            # Somebody else of the same sound: from its middle, a little higher.
            "third": Talker(voices.far, _FAR, at=0.5, faster=1.12),
        }
        self._speeches: dict[Party, _Speech] = {}
        self._key_free: dict[Party, int] = dict.fromkeys(PARTIES, start)
        self._deed_at = start
        self._quiet_at = start
        self._does: Mapping[Do, Callable[[Deed, int], None]] = {
            "call": self._call,
            "lift": self._lift,
            "hang_up": self._hang_up,
            "key": self._key,
            "talk": self._talk,
            "hush": lambda deed, sample: self._hush(deed.by, sample),
            "flash": self._flash,
        }

    def frame(self, sample: int, box: Wave | None) -> tuple[Wave, Wave]:
        """Return voltage and current of the 20 ms from ``sample`` on."""
        for asked in self._phones.take_asked():
            self._do(asked, sample)
        self._schedule.run(sample, sample + FRAME)
        self._fall_silent(sample)
        if sample - self._deed_at > _ABANDONED:
            self._abandon(sample)
        if not self._switch.idle:
            self._quiet_at = sample + _AFTER_HANG_UP
        self._phones.tell(self.now(sample))
        return self.stage.carry(sample, box)

    def over(self, sample: int) -> bool:
        """Say whether every phone is on its hook and the line has been quiet for long enough."""
        return self._switch.idle and not self._phones.asked and sample >= self._quiet_at

    # -- what is heard ----------------------------------------------------------------------------

    def prompt_began(self, prompt: Prompt, sample: int) -> None:
        """The box begins to speak."""
        self.prompt_stopped(sample)
        end = sample + prompt.sound.size
        self._soundings.prompt(prompt.ref.sha256, prompt.spoken.value, sample, end)

    def prompt_stopped(self, sample: int) -> None:
        """The box falls silent, perhaps in the middle of a word."""
        self._soundings.end("box")

    def now(self, sample: int) -> PhonesNow:
        """Return how all phones are."""
        return PhonesNow(at=sample, phones=tuple(self._phone(p, sample) for p in PARTIES))

    def _phone(self, party: Party, sample: int) -> PhoneNow:
        switch = self._switch
        state = self._state(party)
        far = party != "office"
        leg = switch.leg(party)
        return PhoneNow(
            party=party,
            state=state,
            bell=leg.bell if far else self.stage.ringing,
            display=leg.display if far else switch.display,
            talks=party in self._speeches,
            hears=self._soundings.heard(party, self._partners(party), sample),
            may=tuple(self._may(party, state)),
        )

    def _state(self, party: Party) -> State:
        return self._switch.office if party == "office" else self._switch.leg(party).state

    def _partners(self, party: Party) -> frozenset[str]:
        """Return whose sound reaches a phone: the other end's, and the box's beside the line."""
        talks = self._switch.talks
        if party == "office":
            if not self.stage.off_hook:
                return frozenset()
            return frozenset({"box"} if talks is None else {"box", talks.party})
        connected = talks is not None and talks.party == party and self.stage.off_hook
        return frozenset({"box", "office"}) if connected else frozenset()

    def _may(self, party: Party, state: State) -> list[Do]:
        if state == "ringing":
            return ["lift"]
        if state == "on_hook":
            return ["lift" if party == "office" else "call"]
        may: list[Do] = ["hang_up"]
        if party == "office" or state == "talking":
            may += ["key", "hush" if party in self._speeches else "talk"]
        return [*may, "flash"] if party == "office" else may

    # -- what people do ---------------------------------------------------------------------------

    def _do(self, asked: Asked, sample: int) -> None:
        self._deed_at = sample
        try:
            self._check(asked.deed)
            self._does[asked.deed.do](asked.deed, sample)
        except Refused as refused:
            asked.done.set_exception(refused)
        else:
            asked.done.set_result(None)

    def _check(self, deed: Deed) -> None:
        """Raise Refused if a deed makes no sense now."""
        state = self._state(deed.by)
        off_hook = state not in {"on_hook", "ringing"}
        if deed.do in {"lift", "call"} and off_hook:
            raise refusal("off_hook")
        if deed.do == "lift" and deed.by != "office" and state != "ringing":
            raise refusal("no_ring")
        if deed.do not in {"lift", "call"} and not off_hook:
            raise refusal("on_hook")
        if deed.do in {"key", "talk"} and deed.by != "office" and state != "talking":
            raise refusal("alone")

    def _call(self, deed: Deed, sample: int) -> None:
        caller = Caller(number=deed.number, name=deed.name, withheld=not deed.number)
        self._switch.call_in(self._switch.leg(deed.by), caller, sample)

    def _lift(self, deed: Deed, sample: int) -> None:
        if deed.by == "office":
            self._switch.lift(sample)
        else:
            self._switch.leg_lifted(self._switch.leg(deed.by), sample)

    def _hang_up(self, deed: Deed, sample: int) -> None:
        self._hush(deed.by, sample)
        self._soundings.end(deed.by)
        if deed.by == "office":
            self._switch.hang_up(sample)
        else:
            self._switch.leg_gone(self._switch.leg(deed.by), sample)

    def _key(self, deed: Deed, sample: int) -> None:
        by = deed.by
        track = self._track(by)
        act = Act(by="near" if by == "office" else "far", do="key", on="", ms=KEY_MS)
        for key in deed.keys:
            at = max(sample, self._key_free[by])
            wave = tones.key(act, key, 0.0)
            end = at + wave.size
            self._key_free[by] = end + KEY_GAP_MS * RATE // 1000
            track.signal(at, wave)
            self._soundings.key(key, by, at, KEY_MS, end)
            if by == "office":
                self._switch.digit(key, at, end)

    def _talk(self, deed: Deed, sample: int) -> None:
        by = deed.by
        self._hush(by, sample)
        if deed.voice:
            lent = self._phones.lent(by, deed.voice)
            talker = Talker(lent.sound, _NEAR if by == "office" else _FAR)
            sha256, count, rate = lent.sha256, lent.sound.size, 1.0
        else:
            talker, count = self._talkers[by], samples(LONGEST_TALK)
            sha256 = self._phones.hashes["near" if by == "office" else "far"]
            rate = talker.faster
        began = sample - round(talker.at / rate)
        self._track(by).speak(sample, talker.speech(count))
        self._speeches[by] = _Speech(talker, sample, sample + count)
        self._soundings.voice(sha256, by, began, rate, sample + count)

    def _hush(self, party: Party, sample: int) -> None:
        speech = self._speeches.pop(party, None)
        if speech is not None:
            self._track(party).hush(sample)
            self._soundings.end(party, "voice")
            speech.talker.back(max(0, speech.until - sample))

    def _flash(self, deed: Deed, sample: int) -> None:
        self._switch.flash(sample, FLASH_MS * RATE // 1000)

    # -- what follows -----------------------------------------------------------------------------

    def _fall_silent(self, sample: int) -> None:
        """Whoever has said everything, or is heard by nobody any more, speaks no longer."""
        for party, speech in tuple(self._speeches.items()):
            alone = party != "office" and self._switch.leg(party).state != "talking"
            if alone or sample >= speech.until:
                self._hush(party, sample)

    def _abandon(self, sample: int) -> None:
        for party in PARTIES:
            if self._state(party) not in {"on_hook", "ringing"}:
                self._hang_up(Deed(by=party, do="hang_up"), sample)

    def _track(self, party: Party) -> Track:
        return self.stage.office if party == "office" else self._switch.leg(party).track


def _no_act(act: Act, sample: int) -> None:
    """Nothing is scripted here."""
