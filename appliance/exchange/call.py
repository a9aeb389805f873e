"""Hold one simulated call: its stage, its switch with three phones, voices and acts.

A scene's script or people at the demo phone decide what happens, and here it happens, the same way
for both. The recorder cannot tell the two apart: same thread, same stage, same schedule.
"""

from collections.abc import Callable
from typing import cast

import numpy as np

from appliance.exchange import tones
from appliance.exchange.circuit.circuit import Wires
from appliance.exchange.circuit.impairments import through_gsm
from appliance.exchange.circuit.stage import Stage
from appliance.exchange.circuit.track import Track
from appliance.exchange.circuit.voices import PartyVoices, Talker
from appliance.exchange.network.switch import Switch
from appliance.exchange.scene import By, Do, Scene, SceneAct, SceneCaller
from appliance.exchange.schedule import Schedule
from appliance.model.audio import RATE
from appliance.model.demo_phone import Party, Sounding
from appliance.model.prompts import Prompt
from appliance.signals.pcm import Wave

Acting = Callable[[SceneAct, int], int]
"""Carries out an act at a sample; returns the sample at which it ends."""


class SimulatedCall:
    """A call on the line clock, from the first ring or lift until the line is quiet again."""

    def __init__(
        self,
        scene: Scene,
        voices: PartyVoices,
        noise: np.random.SeedSequence,
        start: int,
        *,
        chance: np.random.Generator,
        dial_tone_after_flash: bool,
    ) -> None:
        """Begin at ``start`` with every phone on-hook.

        Args:
            scene: the line, its parties, and what they do by themselves.
            voices: theirs.
            noise: seeds the line's noise.
            start: the line clock.
            chance: draws what people do differently each time.
            dial_tone_after_flash: the exchange offers one; otherwise the scene's acts go on.
        """
        self.stage = Stage(scene.circuit, Wires(scene.circuit, noise))
        self._scene = scene
        self._chance = chance
        self._schedule = Schedule(scene.acts, self._perform)
        self._switch = Switch(
            self.stage,
            self._schedule,
            scene.network,
            start,
            dial_tone_after_flash=dial_tone_after_flash,
        )
        far_dbm0 = scene.caller.speech_dbm0
        self._talkers: dict[By, Talker] = {
            "caller": Talker(voices.far, far_dbm0),
            "office": Talker(voices.near, scene.office.speech_dbm0),
            # Another person of the same sound: from its middle, a little higher.
            "third": Talker(voices.far, far_dbm0, at=0.5, faster=1.12),
        }
        self._tracks: dict[By, Track] = {
            phone.party: phone.track for phone in self._switch.phones.values()
        }
        self._does: dict[Do, Acting] = {
            "hang_up": self._hang_up,
            "key": self._key,
            "flash": self._flash,
        }

    def over(self, sample: int) -> bool:
        """Return whether every phone is on-hook and the line has been quiet for long enough."""
        return self._switch.idle and sample >= self._switch.quiet_at

    @property
    def switch(self) -> Switch:
        """Return the exchange that this call goes through."""
        return self._switch

    @property
    def hung_up(self) -> bool:
        """Return whether everybody has hung up, though the line may not have been quiet yet."""
        return self._switch.hung_up

    # -- a modem on the office's line -------------------------------------------------------------

    def modem_took_line(self, sample: int) -> None:
        """Let the network see that the modem has gone off-hook."""
        self._switch.seize(sample)

    def modem_left_line(self, sample: int) -> None:
        """Let the network see that the modem has gone on-hook."""
        self._switch.release(sample)

    def modem_dials(self, keys: str, sample: int) -> None:
        """Let the network gather the keys that the modem sends from now on."""
        for letter in keys:
            self._switch.digit(letter, sample, sample)

    # -- what is heard of the box -----------------------------------------------------------------

    def prompt_began(self, prompt: Prompt, sample: int) -> None:
        """Let the phones hear the box begin to speak."""
        self.prompt_stopped(sample)
        what, spoken = prompt.ref.sha256, prompt.spoken.value
        heard = Sounding(kind="prompt", what=what, by="box", began=sample, spoken=spoken)
        self._switch.soundings.add(heard, sample + prompt.sound.size)

    def prompt_stopped(self, sample: int) -> None:
        """Let the phones hear the box fall silent, perhaps in the middle of a word."""
        self._switch.soundings.end("box")

    # -- acts -------------------------------------------------------------------------------------

    def _perform(self, act: SceneAct, sample: int) -> None:
        """Carry out an act; what waits for its end is scheduled."""
        self._schedule.done(act, self._does[act.do](act, sample))

    def _call(self, party: Party, caller: SceneCaller, sample: int) -> None:
        """Let a party in the network dial the office."""
        self._switch.call_in(self._switch.phones[party], caller, sample)

    def _lift(self, party: Party, sample: int) -> None:
        """Let a party lift its phone: to answer, or in the office to dial."""
        if party == "office":
            self._switch.lift(sample)
        else:
            self._switch.answer(self._switch.phones[party], sample)

    def _hang_up(self, act: SceneAct, sample: int) -> int:
        if act.by == "office":
            self._switch.hang_up(sample)
        else:
            self._switch.leave(self._switch.phones[act.by], sample)
        return sample

    def _flash(self, act: SceneAct, sample: int) -> int:
        count = act.ms * RATE // 1000
        self._switch.flash(sample, count)
        return sample + count

    def _key(self, act: SceneAct, sample: int) -> int:
        """Press keys one after the other; an exchange that gathers a number counts them."""
        by = cast(Party, act.by)
        at, length = sample, act.ms * RATE // 1000
        for letter in act.keys:
            heard = Sounding(kind="keys", what=letter, by=by, began=at, ms=act.ms)
            self._switch.soundings.add(heard, at + length)
            if by == "office":
                self._switch.digit(letter, at, at + length)
            at += length + act.gap_ms * RATE // 1000
        return self._press(act, sample)

    # -- sounds -----------------------------------------------------------------------------------

    def _press(self, act: SceneAct, sample: int) -> int:
        """Lay the tones of an act's keys, at a level drawn anew where the act asks for that."""
        jitter = float(self._chance.normal(0.0, act.jitter_db)) if act.jitter_db else 0.0
        pause = np.zeros(act.gap_ms * RATE // 1000)
        parts: list[Wave] = []
        for letter in act.keys:
            parts += [tones.key(act, letter, jitter), pause]
        keys = np.concatenate(parts[:-1] or [pause])
        return self._signal(act.by, sample, through_gsm(keys) if self._codes(act.by) else keys)

    def _signal(self, by: By, sample: int, wave: Wave) -> int:
        self._tracks[by].signal(sample, wave)
        return sample + wave.size

    def _say(self, by: By, talker: Talker, sample: int, count: int, *, stays: bool) -> None:
        """Let a party go on speaking; ``stays``: it does not fall silent for the box."""
        speech = talker.speech(count)
        said = through_gsm(speech.whole()) if self._codes(by) else speech
        self._tracks[by].speak(sample, said, stays=stays)

    def _codes(self, by: By) -> bool:
        """Return whether a party's phone codes its sound."""
        return by == "caller" and self._scene.caller.codec == "gsm"
