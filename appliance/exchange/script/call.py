"""One simulated call: a scene carried out on the line clock.

Its parties react to what they hear. What is played on the line is known here, as a person would
know it by listening: when the question, its mark and its end come, or that it was broken off.
"""

from collections.abc import Mapping

import numpy as np

from appliance.exchange.circuit.circuit import Wires
from appliance.exchange.circuit.stage import Stage
from appliance.exchange.circuit.voices import PartyVoices
from appliance.exchange.outage import Outage
from appliance.exchange.scene import Act, Scene
from appliance.exchange.schedule import Schedule
from appliance.exchange.script.acts import ActRunner
from appliance.exchange.script.network import NetworkSide
from appliance.model.audio import FRAME, samples
from appliance.model.policy import Spoken
from appliance.model.prompts import Prompt
from appliance.signals.pcm import Wave

_AFTER_HANG_UP = samples(3.0)
_AFTER_RINGING = samples(8.0)
_REACTION = samples(0.25)  # so long it takes people to fall silent for the box

_HEARD: Mapping[Spoken, tuple[str, str, str]] = {
    # what is played -> names of its beginning, its mark and its end
    Spoken.QUESTION: ("question", "mark", "question_end"),
    Spoken.KEYS: ("keys", "keys_mark", "keys_end"),
    Spoken.NOTICE: ("notice", "notice_mark", "notice_end"),
    Spoken.CONFIRMATION: ("confirmation", "confirmation_mark", "recording"),
}

# People talk when the box has been silent for so long:
_PATIENCE = samples(6.0)  # after its words, when nobody pressed a key
_PATIENCE_WITH_KEY = samples(3.0)  # after its words and a key
_PATIENCE_UNASKED = samples(10.0)  # after the answer, when it said nothing at all


class CallInProgress:
    """Everything that people and network do in one call."""

    def __init__(
        self, scene: Scene, voices: PartyVoices, seed: np.random.SeedSequence, start: int
    ) -> None:
        """Set the scene; it begins at ``start``."""
        noise, script = seed.spawn(2)
        self._scene = scene
        self.stage = Stage(scene.circuit, Wires(scene.circuit, noise))
        self._schedule = Schedule(scene.acts, self._perform)
        self._network = NetworkSide(scene, self.stage, self._schedule)
        self._deeds = ActRunner(
            scene,
            self.stage,
            self._schedule,
            self._network,
            voices,
            np.random.default_rng(script),
        )
        self.monitor_late_ms = scene.circuit.monitor_late_ms
        self.outage = Outage()
        self._now = start
        self._answered_at: int | None = None
        self._words_end: int | None = None  # of the last prompt
        self._key_end: int | None = None  # of the last key pressed while it was heard or after
        self._playing: Prompt | None = None
        self._talking = False
        self._over_at: int | None = None
        self._begin(start)

    def frame(self, sample: int, box: Wave | None) -> tuple[Wave, Wave]:
        """Return voltage and current of the 20 ms from ``sample`` on."""
        self._now = sample
        self._schedule.run(sample, sample + FRAME)
        if self.stage.connected and self._answered_at is None:
            self._answered_at = sample
        if not self._talking and self._patience_ends() <= sample:
            self._talking = True
            self._schedule.happened("conversation", sample)
        return self.stage.carry(sample, box)

    def over(self, sample: int) -> bool:
        """Say whether everybody has hung up and the line has been quiet for long enough."""
        return self._over_at is not None and sample >= self._over_at

    # -- what is heard ----------------------------------------------------------------------------

    def prompt_began(self, prompt: Prompt, sample: int) -> None:
        """The box begins to speak; nobody hears it on a dead way or with the phone on-hook."""
        self.prompt_stopped(sample)
        if self._scene.circuit.prompt_muted or not self.stage.off_hook:
            return
        end = sample + prompt.sound.size
        began, marked, ended = _HEARD[prompt.spoken]
        self._playing, self._words_end, self._key_end = prompt, end, None
        self._schedule.happened(began, sample)
        self._schedule.happened(marked, sample + prompt.mark, foreseen=True)
        self._schedule.happened(ended, end, foreseen=True)
        self.stage.caller.hush(sample + _REACTION)
        self.stage.office.hush(sample + _REACTION)

    def prompt_stopped(self, sample: int) -> None:
        """The box falls silent, perhaps in the middle of a word."""
        if self._words_end is not None and self._words_end > sample:
            self._words_end, self._playing = sample, None
            self._schedule.interrupted(sample)

    # -- what follows -----------------------------------------------------------------------------

    def _begin(self, start: int) -> None:
        self._schedule.happened("start", start)
        if self._scene.direction == "incoming":
            ringing_ends = self._network.incoming(start)
            self._schedule.at(ringing_ends + _AFTER_RINGING, self._give_up)
        else:
            self._schedule.at(start, self._network.lifted)
        self._schedule.at(start + samples(self._scene.limit_seconds), self._end)

    def _perform(self, act: Act, sample: int) -> None:
        if act.by == "box":
            self._schedule.done(act, self.outage.begin(act, sample))
            return
        self._deeds.perform(act, sample)
        if act.do == "key":
            self._key_end = sample + samples((act.ms + act.gap_ms) * len(act.keys) / 1000)
        if act.do == "hang_up":
            if act.by == "near":
                self._end(sample)
            elif not any(a.by == "near" and a.do == "hang_up" for a in self._scene.acts):
                self._schedule.at(sample + samples(4.0), self._end)

    def _give_up(self, sample: int) -> None:
        """The caller has let it ring in vain."""
        if self._answered_at is None:
            self._over_at = sample

    def _end(self, sample: int) -> None:
        self._network.near_gone(sample)
        if self._over_at is None:
            self._over_at = sample + _AFTER_HANG_UP

    def _patience_ends(self) -> int:
        """Return the sample at which people no longer wait for the box to speak."""
        never = self._now + 1
        if self._answered_at is None or not self.stage.off_hook:
            return never
        if self._words_end is None:
            return self._answered_at + _PATIENCE_UNASKED
        if self._playing is not None and self._playing.spoken is Spoken.CONFIRMATION:
            return self._words_end
        if self._key_end is not None:
            return max(self._words_end, self._key_end) + _PATIENCE_WITH_KEY
        return self._words_end + _PATIENCE
