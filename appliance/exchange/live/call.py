"""Drive a simulated call by acts that come from outside while it goes on.

Nobody here waits for anything or gives way to the box: people at the phones decide. An act that
makes no sense now is refused in a sentence and changes nothing.
"""

from typing import get_args

import numpy as np

from appliance.errors import Refused
from appliance.exchange.call import SimulatedCall
from appliance.exchange.circuit.voices import Talker
from appliance.exchange.live.phones import PendingAct, Phones, refusal
from appliance.exchange.network.bells import Phone
from appliance.exchange.scene import WHO_DOES, By, Scene, SceneAct, SceneCaller
from appliance.model.audio import FRAME, RATE, samples
from appliance.model.demo_phone import (
    LiveAct,
    LiveDo,
    Party,
    PhoneNow,
    PhonesNow,
    Sounding,
    Why,
)
from appliance.signals.pcm import Wave

KEY_MS, KEY_GAP_MS = 120, 80
"""How long a key sounds, and the least time to the next."""

FLASH_MS = 300
LONGEST_TALK = 30.0
"""Seconds; after that the button has to be pressed again."""

_ABANDONED = samples(300.0)
"""Without an act for so long everybody hangs up: the page was closed in the middle of a call."""

_DESERTED = samples(10.0)
"""After the last page was closed, which may only be loaded again."""

_ANY = Scene(name="people", about="People at the phones; nothing is scripted.")


class LiveCall(SimulatedCall):
    """A call whose phones people hold, until all are on-hook."""

    def __init__(self, phones: Phones, seed: np.random.SeedSequence, start: int) -> None:
        """Begin at ``start`` with every phone on-hook; ``phones`` brings the acts."""
        chance = np.random.default_rng(seed)
        super().__init__(
            _ANY, phones.voices, seed, start, chance=chance, dial_tone_after_flash=True
        )
        self._phones = phones
        self._speeches: dict[By, tuple[Talker, int]] = {}  # who speaks until when
        self._key_free: dict[By, int] = {}
        self._acted_at = self._seen_at = start

    def frame(self, sample: int, box: Wave | None, modem: Wave | None = None) -> tuple[Wave, Wave]:
        """Return voltage and current of the 20 ms from ``sample`` on."""
        for asked in self._phones.take_asked():
            self._answer(asked, sample)
        self._schedule.run(sample, sample + FRAME)
        self._fall_silent(sample)
        if not self._phones.deserted:
            self._seen_at = sample
        if sample - self._acted_at > _ABANDONED or sample - self._seen_at > _DESERTED:
            self._abandon(sample)
        phones = tuple(self._now(phone, sample) for phone in self._switch.phones.values())
        self._phones.tell(PhonesNow(at=sample, phones=phones))
        return self.stage.carry(sample, box, modem)

    def over(self, sample: int) -> bool:
        """Return whether the line has been quiet for long enough and no act waits."""
        return super().over(sample) and not self._phones.asked

    # -- what the phones let one hear -------------------------------------------------------------

    def _now(self, phone: Phone, sample: int) -> PhoneNow:
        """Return how a phone is."""
        party = phone.party
        talks = party in self._speeches
        idle = "talk" if talks else "hush"  # the half of the button that has no sense now
        return PhoneNow(
            party=party,
            state=phone.state,
            bell=phone.bell,
            display=phone.display,
            talks=talks,
            hears=self._switch.soundings.heard(party, self._partners(phone), sample),
            may=tuple(do for do in get_args(LiveDo) if do != idle and not self._why_not(phone, do)),
        )

    def _partners(self, phone: Phone) -> frozenset[str]:
        """Return whose sound reaches a phone: the other end's, and the box's beside the line."""
        talks = self._switch.talks
        if not self.stage.off_hook:
            return frozenset()
        if phone.party == "office":
            return frozenset({"box"} if talks is None else {"box", talks.party})
        return frozenset({"box", "office"} if talks is phone else ())

    # -- what people do ---------------------------------------------------------------------------

    def _answer(self, asked: PendingAct, sample: int) -> None:
        """Carry out an act and answer who asked for it."""
        self._acted_at = sample
        act = asked.act
        try:
            why_not = self._why_not(self._switch.phones[act.by], act.do)
            if why_not is not None:
                raise refusal(why_not)
            self._do(act, sample)
        except Refused as refused:
            asked.done.set_exception(refused)
        else:
            asked.done.set_result(None)

    def _why_not(self, phone: Phone, do: LiveDo) -> Why | None:
        """Return why an act makes no sense now, or None."""
        office, rings = phone.party == "office", phone.state == "ringing"
        if phone.party not in WHO_DOES[do] or (do == "call" and rings):
            return "no_part"
        if do in {"lift", "call"}:
            if phone.off_hook:
                return "off_hook"
            return None if do == "call" or office or rings else "no_ring"
        if not phone.off_hook:
            return "on_hook"
        alone = do in {"key", "talk"} and not office and phone.state != "talking"
        return "alone" if alone else None

    def _do(self, act: LiveAct, sample: int) -> None:
        """Carry out an act; what scenes can do as well is done as they do it."""
        match act.do:
            case "call":
                told = SceneCaller(number=act.number, name=act.name, withheld=not act.number)
                self._call(act.by, told, sample)
            case "lift":
                self._lift(act.by, sample)
            case "talk":
                self._talk(act, sample)
            case "hush":
                self._hush(act.by, sample)
            case do:
                ms = FLASH_MS if do == "flash" else KEY_MS
                now = SceneAct(by=act.by, do=do, on="", keys=act.keys, ms=ms, gap_ms=KEY_GAP_MS)
                self._perform(now, sample)

    def _lift(self, party: Party, sample: int) -> None:
        if party != "office" and self._switch.beside is None:
            self.stage.swapped = True  # the answer of an outgoing call, told by the wires
        super()._lift(party, sample)

    def _hang_up(self, act: SceneAct, sample: int) -> int:
        self._hush(act.by, sample)
        self._switch.soundings.end(act.by)
        if self._switch.phones[act.by] is self._switch.talks:
            self.stage.swapped = False
        return super()._hang_up(act, sample)

    def _key(self, act: SceneAct, sample: int) -> int:
        """Press keys; who is quicker than the phone waits until the last one has sounded."""
        end = super()._key(act, max(sample, self._key_free.get(act.by, 0)))
        self._key_free[act.by] = end + act.gap_ms * RATE // 1000
        return end

    def _talk(self, act: LiveAct, sample: int) -> None:
        by = act.by
        self._hush(by, sample)
        if act.voice:
            lent = self._phones.lent(by, act.voice)
            party = self._scene.office if by == "office" else self._scene.caller
            talker, count = Talker(lent.sound, party.speech_dbm0), lent.sound.size
            sha256 = lent.sha256
        else:
            talker, count = self._talkers[by], samples(LONGEST_TALK)
            sha256 = self._phones.hashes[by]
        began, rate = sample - round(talker.at / talker.faster), talker.faster
        self._say(by, talker, sample, count, stays=False)
        self._speeches[by] = talker, sample + count
        heard = Sounding(kind="voice", what=sha256, by=by, began=began, rate=rate)
        self._switch.soundings.add(heard, sample + count)

    def _hush(self, party: By, sample: int) -> None:
        if party in self._speeches:
            talker, until = self._speeches.pop(party)
            self._switch.phones[party].track.hush(sample)
            self._switch.soundings.end(party, "voice")
            talker.back(max(0, until - sample))

    # -- what follows -----------------------------------------------------------------------------

    def _fall_silent(self, sample: int) -> None:
        """End the speech of a party that has said everything or is connected no more."""
        for party, (_, until) in tuple(self._speeches.items()):
            alone = party != "office" and self._switch.phones[party].state != "talking"
            if alone or sample >= until:
                self._hush(party, sample)

    def _abandon(self, sample: int) -> None:
        for phone in self._switch.phones.values():
            if phone.off_hook:
                self._hang_up(SceneAct(by=phone.party, do="hang_up", on=""), sample)
