"""Drive a simulated call by a scene, with people who wait for the box and give way.

The scene's people know what is played on the line as a person would by listening: when the
question, its mark and its end come, or that it was broken off.
"""

from collections.abc import Mapping

import numpy as np

from appliance.exchange import tones
from appliance.exchange.call import SimulatedCall
from appliance.exchange.circuit.voices import PartyVoices
from appliance.exchange.network.switch import HAND, ROUTING
from appliance.exchange.scene import By, Scene, SceneAct
from appliance.model.audio import FRAME, RATE, samples
from appliance.model.policy import PromptKind
from appliance.model.prompts import Prompt
from appliance.signals.pcm import Wave

_BREAK, _MAKE, _BETWEEN = samples(0.06), samples(0.04), samples(0.7)
"""Of a dialling disc: the loop open, closed again, and closed between two digits."""

_AFTER_FAR_GONE = samples(4.0)  # until the office hangs up, too, without an act of its own
_AFTER_GIVING_UP = samples(4.0)  # until the call is over
_REACTION = samples(0.25)  # until people fall silent for the box

_HEARD: Mapping[PromptKind, tuple[str, str, str]] = {
    # what is played -> names of its beginning, its mark and its end
    PromptKind.QUESTION: ("question", "mark", "question_end"),
    PromptKind.KEYS: ("keys", "keys_mark", "keys_end"),
    PromptKind.NOTICE: ("notice", "notice_mark", "notice_end"),
    PromptKind.CONFIRMATION: ("confirmation", "confirmation_mark", "recording"),
    PromptKind.MORE: ("more", "more_mark", "more_end"),
    PromptKind.CHOICE: ("choice", "choice_mark", "choice_end"),
    PromptKind.REFUSED: ("outcome", "outcome_mark", "outcome_end"),
    PromptKind.UNANSWERED: ("outcome", "outcome_mark", "outcome_end"),
    PromptKind.WITHDRAWN: ("outcome", "outcome_mark", "outcome_end"),
    PromptKind.OBJECTED: ("outcome", "outcome_mark", "outcome_end"),
}

_AGAIN = ("question_again", "mark_again", "question_end")
"""The same of a question that is said again, after it was said up to its mark."""

_LAST_WORDS = {
    PromptKind.CONFIRMATION,
    PromptKind.REFUSED,
    PromptKind.UNANSWERED,
    PromptKind.WITHDRAWN,
    PromptKind.OBJECTED,
}
"""Words after which nothing more is to be expected of the box."""

# People talk when the box has been silent for so long:
_PATIENCE = samples(6.0)  # after its words, without a key
_PATIENCE_WITH_KEY = samples(3.0)  # after its words and a key
_PATIENCE_UNASKED = samples(10.0)  # after the answer, when it said nothing at all


class ScriptedCall(SimulatedCall):
    """A call whose phones a scene holds."""

    def __init__(
        self, scene: Scene, voices: PartyVoices, seed: np.random.SeedSequence, start: int
    ) -> None:
        """Let the scene begin at ``start``."""
        noise, script = seed.spawn(2)
        chance = np.random.default_rng(script)
        super().__init__(scene, voices, noise, start, chance=chance, dial_tone_after_flash=False)
        self._caller = self._switch.caller
        # A third party has no phone of its own here: the network carries its voice.
        self._tracks |= {"third": self.stage.network, "network": self.stage.network}
        self._answered_at: int | None = None
        self._words_end: int | None = None  # of the last prompt
        self._key_end: int | None = None  # of the last key pressed while it was heard or after
        self._playing: Prompt | None = None
        self._mark_at: int | None = None  # of the last question, unless it was broken off before
        self._talking = False
        self._does |= {
            "speak": self._speak,
            "dial": self._dial,
            "tone": self._tone,
            "reverse": self._reverse,
            "disconnect": self._interrupt,
            "break": self._interrupt,
            "music": self._music,
            "lose_sound": self.stage.outage.begin,
            "lose_monitor": self.stage.outage.begin,
            "restart": self.stage.outage.begin,
        }
        self._begin(start)

    def frame(self, sample: int, box: Wave | None, modem: Wave | None = None) -> tuple[Wave, Wave]:
        """Return voltage and current of the 20 ms from ``sample`` on."""
        self._schedule.run(sample, sample + FRAME)
        if self._answered_at is None and self._switch.talks is not None:
            self._answered_at = sample
        if not self._talking and self._patience_is_over(sample):
            self._talking = True
            self._schedule.happened("conversation", sample)
        return self.stage.carry(sample, box, modem)

    # -- what people hear -------------------------------------------------------------------------

    def prompt_began(self, prompt: Prompt, sample: int) -> None:
        """Let people hear the box begin to speak, unless its way is cut or the phone on-hook."""
        super().prompt_began(prompt, sample)
        if self.stage.circuit.prompt_muted or not self.stage.off_hook:
            return
        end = sample + prompt.sound.size
        self._playing, self._words_end, self._key_end = prompt, end, None
        began, marked, ended = _HEARD[prompt.spoken]
        if prompt.spoken is PromptKind.QUESTION:
            if self._mark_at is not None:
                began, marked, ended = _AGAIN
            self._mark_at = sample + prompt.mark
        self._schedule.happened(began, sample)
        self._schedule.happened(marked, sample + prompt.mark, foreseen=True)
        self._schedule.happened(ended, end, foreseen=True)
        self.stage.caller.hush(sample + _REACTION)
        self.stage.office.hush(sample + _REACTION)

    def prompt_stopped(self, sample: int) -> None:
        """Let people hear the box fall silent, perhaps in the middle of a word."""
        super().prompt_stopped(sample)
        if self._mark_at is not None and self._mark_at > sample:
            self._mark_at = None
        if self._words_end is not None and self._words_end > sample:
            self._words_end, self._playing = sample, None
            self._schedule.interrupted(sample)

    def _patience_is_over(self, sample: int) -> bool:
        """Return whether people no longer wait for the box to speak."""
        if self._answered_at is None or not self.stage.off_hook:
            return False
        if self._words_end is None:
            return sample >= self._answered_at + _PATIENCE_UNASKED
        if self._playing is not None and self._playing.spoken in _LAST_WORDS:
            return sample >= self._words_end
        if self._key_end is not None:
            return sample >= max(self._words_end, self._key_end) + _PATIENCE_WITH_KEY
        return sample >= self._words_end + _PATIENCE

    # -- from the first ring or lift to the end ---------------------------------------------------

    def _begin(self, start: int) -> None:
        self._schedule.happened("start", start)
        lifts, rings = self._scene.office.lifts_after_rings, self._scene.network.rings
        if self._scene.direction == "outgoing":
            self._schedule.at(start, self._switch.lift)
        else:
            self._schedule.at(start, self._dial_in)
            if 0 < lifts <= rings:
                lifted = start + (lifts - 1) * tones.RING_PERIOD + HAND
                self._schedule.at(lifted, self._lift_if_ringing)
            self._schedule.at(start + rings * tones.RING_PERIOD, self._give_up)
        self._schedule.at(start + samples(self._scene.limit_seconds), self._end)

    def _dial_in(self, sample: int) -> None:
        self._call("caller", self._scene.caller, sample)

    def _lift_if_ringing(self, sample: int) -> None:
        """Let the office lift its phone if that still rings."""
        if self._switch.office.state == "ringing":
            self._lift("office", sample)

    def _give_up(self, sample: int) -> None:
        """Let the caller hang up if nobody answers."""
        if self._caller.state == "calling":
            self._switch.leave(self._caller, sample)
            self._switch.quiet_at = sample + _AFTER_GIVING_UP

    def _answer(self, sample: int) -> None:
        """Let the phone that the office dialled be answered."""
        if self._caller.state == "ringing":
            self._lift("caller", sample)

    def _end(self, sample: int) -> None:
        """Hang up every phone that is off-hook."""
        if not self._switch.idle:
            self._switch.hang_up(sample)
            self._switch.leave(self._caller, sample)

    # -- acts -------------------------------------------------------------------------------------

    def _speak(self, act: SceneAct, sample: int) -> int:
        words = self._playing.sound.size if self._playing is not None else 0
        end = sample + (round(act.share * words) or samples(act.seconds))
        if act.by != "both":
            self._say(act.by, self._talkers[act.by], sample, end - sample, stays=act.over)
            return end
        at, turn = sample, 0
        while at < end:
            by: By = "caller" if turn % 2 else "office"
            count = min(end - at, samples(self._chance.uniform(1.5, 3.5)))
            self._say(by, self._talkers[by], at, count, stays=act.over)
            at += count + samples(self._chance.uniform(0.2, 0.45))
            turn += 1
        return end

    def _key(self, act: SceneAct, sample: int) -> int:
        self._key_end = sample + samples((act.ms + act.gap_ms) * len(act.keys) / 1000)
        return super()._key(act, sample)

    def _dial(self, act: SceneAct, sample: int) -> int:
        def dialled(at: int) -> None:
            self._schedule.happened("dialled", at)
            if not self._switch.gathering:
                return  # dialled within a call: to a menu, or after a flash
            self._switch.complete(at)
            wait = self._scene.network.answers_after_ms
            if wait >= 0:
                self._schedule.at(at + max(ROUTING, wait * RATE // 1000), self._answer)

        if self._switch.office.off_hook:
            self._switch.dialling(act.keys, sample)
        end = self._pulse(act, sample) if act.pulses else self._press(act, sample)
        self._schedule.at(end, dialled)
        return end

    def _pulse(self, act: SceneAct, sample: int) -> int:
        def open_loop(at: int) -> None:
            self.stage.off_hook = False

        def close_loop(at: int) -> None:
            self.stage.off_hook = self._switch.office.off_hook

        at = sample
        for digit in act.keys:
            for _ in range(int(digit) or 10):
                self._schedule.at(at, open_loop)
                self._schedule.at(at + _BREAK, close_loop)
                at += _BREAK + _MAKE
            at += _BETWEEN
        return at

    def _hang_up(self, act: SceneAct, sample: int) -> int:
        if act.by == "office":
            self._end(sample)
            self._schedule.happened("near_gone", sample)
            return sample
        super()._hang_up(act, sample)
        self._schedule.happened("far_gone", sample)
        if not any(each.by == "office" and each.do == "hang_up" for each in self._scene.acts):
            self._schedule.at(sample + _AFTER_FAR_GONE, self._end)
        return sample

    def _tone(self, act: SceneAct, sample: int) -> int:
        count = samples(act.seconds)
        if act.frequencies:
            level = tones.TONE_DBM0 if act.dbm0 is None else act.dbm0
            return self._signal(act.by, sample, tones.sines(act.frequencies, act.seconds, level))
        period, repeat = tones.tone(act.tone, self._scene.network.country, act.dbm0)
        return self._signal(act.by, sample, np.resize(period, count) if repeat else period)

    def _music(self, act: SceneAct, sample: int) -> int:
        return self._signal(act.by, sample, tones.music(act.seconds, self._chance, act.dbm0))

    def _reverse(self, act: SceneAct, sample: int) -> int:
        self.stage.swapped = not self.stage.swapped
        return sample

    def _interrupt(self, act: SceneAct, sample: int) -> int:
        def mend(at: int) -> None:
            self.stage.powered, self.stage.broken = True, False

        if act.do == "disconnect":
            self.stage.powered = False
        else:
            self.stage.broken = True
        end = sample + act.ms * RATE // 1000
        self._schedule.at(end, mend)
        return end
