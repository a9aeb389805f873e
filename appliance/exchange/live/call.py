"""Drive a simulated call by deeds that come from outside while it goes on.

Nobody here waits for anything or gives way to the box: people at the phones decide. A deed that
makes no sense now is refused in a sentence and changes nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import get_args

import numpy as np

from appliance.errors import Refused
from appliance.exchange import tones
from appliance.exchange.call import Call
from appliance.exchange.circuit.track import Track
from appliance.exchange.circuit.voices import Talker
from appliance.exchange.live.phones import Asked, Phones, refusal
from appliance.exchange.scene import Act, Caller, Scene
from appliance.model.audio import FRAME, RATE, samples
from appliance.model.demo_phone import WHO_DOES, Deed, Do, Party, PhoneNow, PhonesNow, State, Why
from appliance.model.prompts import Prompt
from appliance.signals.pcm import Wave

KEY_MS, KEY_GAP_MS = 120, 80
"""How long a key sounds, and the least time to the next."""

FLASH_MS = 300
LONGEST_TALK = 30.0
"""Seconds; after that the button has to be pressed again."""

_ABANDONED = samples(300.0)
"""Without a deed for so long everybody hangs up: the page was closed in the middle of a call."""

_ANY = Scene(name="people", about="People at the phones; nothing is scripted.")

PARTIES: tuple[Party, ...] = ("caller", "office", "third")


@dataclass(frozen=True, slots=True)
class _Speech:
    """What a party says now."""

    talker: Talker
    began: int
    until: int


class LiveCall(Call):
    """A call whose phones people hold, until all are on-hook."""

    def __init__(self, phones: Phones, seed: np.random.SeedSequence, start: int) -> None:
        """Begin at ``start`` with every phone on-hook; ``phones`` brings the deeds."""
        super().__init__(_ANY, phones.voices, seed, start, dial_tone_after_flash=True)
        self._phones = phones
        self._talkers: Mapping[Party, Talker] = {
            "caller": self._far,
            "office": self._near,
            "third": self._third,
        }
        self._speeches: dict[Party, _Speech] = {}
        self._key_free: dict[Party, int] = dict.fromkeys(PARTIES, start)
        self._deed_at = start
        self._does: Mapping[Do, Callable[[Deed, int], None]] = {
            "call": self._call,
            "lift": self._lift,
            "hang_up": self._hang_up,
            "key": self._key,
            "talk": self._talk,
            "hush": lambda deed, sample: self._hush(deed.by, sample),
            "flash": lambda deed, sample: self._switch.flash(sample, FLASH_MS * RATE // 1000),
        }

    def frame(self, sample: int, box: Wave | None) -> tuple[Wave, Wave]:
        """Return voltage and current of the 20 ms from ``sample`` on."""
        for asked in self._phones.take_asked():
            self._do(asked, sample)
        self._schedule.run(sample, sample + FRAME)
        self._fall_silent(sample)
        if sample - self._deed_at > _ABANDONED:
            self._abandon(sample)
        self._phones.tell(self.now(sample))
        return self.stage.carry(sample, box)

    def over(self, sample: int) -> bool:
        """Return whether the line has been quiet for long enough and no deed waits."""
        return super().over(sample) and not self._phones.asked

    # -- what the phones let one hear -------------------------------------------------------------

    def prompt_began(self, prompt: Prompt, sample: int) -> None:
        """Let the phones hear the box begin to speak."""
        self.prompt_stopped(sample)
        end = sample + prompt.sound.size
        self._soundings.prompt(prompt.ref.sha256, prompt.spoken.value, sample, end)

    def prompt_stopped(self, sample: int) -> None:
        """Let the phones hear the box fall silent, perhaps in the middle of a word."""
        self._soundings.end("box")

    def now(self, sample: int) -> PhonesNow:
        """Return how all phones are."""
        return PhonesNow(at=sample, phones=tuple(self._phone(p, sample) for p in PARTIES))

    def _phone(self, party: Party, sample: int) -> PhoneNow:
        switch = self._switch
        leg = switch.leg(party)
        far = party != "office"
        talks = party in self._speeches
        idle = "talk" if talks else "hush"  # the half of the button that has no sense now
        return PhoneNow(
            party=party,
            state=self._state(party),
            bell=leg.bell if far else self.stage.ringing,
            display=leg.display if far else switch.display,
            talks=talks,
            hears=self._soundings.heard(party, self._partners(party), sample),
            may=tuple(do for do in get_args(Do) if do != idle and not self._why_not(party, do)),
        )

    def _state(self, party: Party) -> State:
        return self._switch.office if party == "office" else self._switch.leg(party).state

    def _partners(self, party: Party) -> frozenset[str]:
        """Return whose sound reaches a phone: the other end's, and the box's beside the line."""
        talks = self._switch.talks
        if not self.stage.off_hook:
            return frozenset()
        if party == "office":
            return frozenset({"box"} if talks is None else {"box", talks.party})
        connected = talks is not None and talks.party == party
        return frozenset({"box", "office"}) if connected else frozenset()

    # -- what people do ---------------------------------------------------------------------------

    def _do(self, asked: Asked, sample: int) -> None:
        self._deed_at = sample
        try:
            why_not = self._why_not(asked.deed.by, asked.deed.do)
            if why_not is not None:
                raise refusal(why_not)
            self._does[asked.deed.do](asked.deed, sample)
        except Refused as refused:
            asked.done.set_exception(refused)
        else:
            asked.done.set_result(None)

    def _why_not(self, by: Party, do: Do) -> Why | None:
        """Return why a deed makes no sense now, or None."""
        state = self._state(by)
        off_hook = state not in {"on_hook", "ringing"}
        if by not in WHO_DOES[do] or (do == "call" and state == "ringing"):
            return "no_part"
        if do in {"lift", "call"}:
            if off_hook:
                return "off_hook"
            return "no_ring" if do == "lift" and by != "office" and state != "ringing" else None
        if not off_hook:
            return "on_hook"
        alone = do in {"key", "talk"} and by != "office" and state != "talking"
        return "alone" if alone else None

    def _call(self, deed: Deed, sample: int) -> None:
        caller = Caller(number=deed.number, name=deed.name, withheld=not deed.number)
        self._switch.call_in(self._switch.leg(deed.by), caller, sample)

    def _lift(self, deed: Deed, sample: int) -> None:
        if deed.by == "office":
            self._switch.lift(sample)
            return
        if self._switch.beside is None:
            self.stage.swapped = True  # the answer of an outgoing call, told by the wires
        self._switch.leg_lifted(self._switch.leg(deed.by), sample)

    def _hang_up(self, deed: Deed, sample: int) -> None:
        self._hush(deed.by, sample)
        self._soundings.end(deed.by)
        if deed.by == "office":
            self._switch.hang_up(sample)
            return
        leg = self._switch.leg(deed.by)
        if leg is self._switch.talks:
            self.stage.swapped = False
        self._switch.leg_gone(leg, sample)

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
        side = "near" if by == "office" else "far"
        self._hush(by, sample)
        if deed.voice:
            lent = self._phones.lent(by, deed.voice)
            party = self._scene.office if by == "office" else self._scene.caller
            talker = Talker(lent.sound, party.speech_dbm0)
            sha256, count = lent.sha256, lent.sound.size
        else:
            talker, count = self._talkers[by], samples(LONGEST_TALK)
            sha256 = self._phones.hashes[side]
        began = sample - round(talker.at / talker.faster)
        self._track(by).speak(sample, talker.speech(count))
        self._speeches[by] = _Speech(talker, sample, sample + count)
        self._soundings.voice(sha256, by, began, talker.faster, sample + count)

    def _hush(self, party: Party, sample: int) -> None:
        speech = self._speeches.pop(party, None)
        if speech is not None:
            self._track(party).hush(sample)
            self._soundings.end(party, "voice")
            speech.talker.back(max(0, speech.until - sample))

    # -- what follows -----------------------------------------------------------------------------

    def _fall_silent(self, sample: int) -> None:
        """End the speech of a party that has said everything or is connected no more."""
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
