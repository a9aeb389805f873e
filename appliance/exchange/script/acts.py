"""What people and network do in a simulated call when an act says so."""

from collections.abc import Callable, Mapping

import numpy as np

from appliance.exchange import tones
from appliance.exchange.circuit.impairments import through_gsm
from appliance.exchange.circuit.stage import Stage
from appliance.exchange.circuit.track import Track
from appliance.exchange.circuit.voices import PartyVoices, Talker
from appliance.exchange.scene import Act, Do, Scene
from appliance.exchange.schedule import Schedule
from appliance.exchange.script.network import NetworkSide
from appliance.model.audio import RATE, samples
from appliance.signals.pcm import Wave

_BREAK, _MAKE, _BETWEEN = samples(0.06), samples(0.04), samples(0.7)
"""Of a dialling disc: the loop open, closed again, and closed between two digits."""


class ActRunner:
    """Carries out acts: each deed changes the stage now or later and returns its end."""

    def __init__(
        self,
        scene: Scene,
        stage: Stage,
        schedule: Schedule,
        network: NetworkSide,
        voices: PartyVoices,
        random: np.random.Generator,
    ) -> None:
        """Give everybody a voice."""
        self._scene = scene
        self._stage = stage
        self._schedule = schedule
        self._network = network
        self._random = random
        self._talkers = {
            "far": Talker(voices.far, scene.caller.speech_dbm0),
            "near": Talker(voices.near, scene.office.speech_dbm0),
            # Somebody else of the same sound: from its middle, a little higher.
            "third": Talker(voices.far, scene.caller.speech_dbm0, at=0.5, faster=1.12),
        }
        self._deeds: Mapping[Do, Callable[[Act, int], int]] = {
            "speak": self._speak,
            "key": self._key,
            "dial": self._dial,
            "hang_up": self._hang_up,
            "flash": self._flash,
            "tone": self._tone,
            "reverse": self._reverse,
            "disconnect": self._disconnect,
            "break": self._interrupt,
            "music": self._music,
        }

    def perform(self, act: Act, sample: int) -> None:
        """Begin an act at ``sample``."""
        self._schedule.done(act, self._deeds[act.do](act, sample))

    def _track(self, by: str) -> Track:
        if by == "near":
            return self._stage.office
        return self._stage.caller if by == "far" else self._stage.network

    def _speak(self, act: Act, sample: int) -> int:
        end = sample + samples(act.seconds)
        if act.by != "both":
            self._say(act.by, sample, end - sample, stays=act.over)
            return end
        at, turn = sample, 0
        while at < end:
            by = ("near", "far")[turn % 2]
            count = min(end - at, samples(self._random.uniform(1.5, 3.5)))
            self._say(by, at, count, stays=act.over)
            at += count + samples(self._random.uniform(0.2, 0.45))
            turn += 1
        return end

    def _say(self, by: str, sample: int, count: int, *, stays: bool) -> None:
        speech = self._talkers[by].speech(count)
        said = through_gsm(speech.whole()) if self._codes(by) else speech
        self._track(by).speak(sample, said, stays=stays)

    def _codes(self, by: str) -> bool:
        """Say whether somebody's phone makes something else of a sound."""
        return by == "far" and self._scene.caller.codec == "gsm"

    def _key(self, act: Act, sample: int) -> int:
        jitter = float(self._random.normal(0.0, act.jitter_db)) if act.jitter_db else 0.0
        pause = np.zeros(act.gap_ms * RATE // 1000)
        parts: list[Wave] = []
        for letter in act.keys:
            parts += [tones.key(act, letter, jitter), pause]
        keys = np.concatenate(parts[:-1] or [pause])
        keys = through_gsm(keys) if self._codes(act.by) else keys
        self._track(act.by).signal(sample, keys)
        return sample + keys.size

    def _dial(self, act: Act, sample: int) -> int:
        self._network.first_digit(sample)
        end = self._pulse(act, sample) if act.pulses else self._key(act, sample)
        self._schedule.at(end, self._network.last_digit)
        return end

    def _pulse(self, act: Act, sample: int) -> int:
        at = sample
        for digit in act.keys:
            for _ in range(int(digit) or 10):
                self._open_loop(at, _BREAK)
                at += _BREAK + _MAKE
            at += _BETWEEN
        return at

    def _hang_up(self, act: Act, sample: int) -> int:
        if act.by == "far":
            self._network.far_gone(sample)
        else:
            self._network.near_gone(sample)
            self._schedule.happened("near_gone", sample)
        return sample

    def _flash(self, act: Act, sample: int) -> int:
        count = act.ms * RATE // 1000
        self._open_loop(sample, count)
        self._schedule.at(sample + count, self._network.flashed)
        return sample + count

    def _open_loop(self, sample: int, count: int) -> None:
        """Open the loop at the phone from ``sample`` on, if it is closed then, and close it."""

        def close(at: int) -> None:
            self._stage.off_hook = not self._network.gone

        def open_(at: int) -> None:
            if self._stage.off_hook:
                self._stage.off_hook = False
                self._schedule.at(sample + count, close)

        self._schedule.at(sample, open_)

    def _tone(self, act: Act, sample: int) -> int:
        count = samples(act.seconds)
        if act.frequencies:
            level = tones.TONE_DBM0 if act.dbm0 is None else act.dbm0
            wave = tones.sines(act.frequencies, act.seconds, level)
        else:
            period, repeat = tones.tone(act.tone, self._scene.network.country, act.dbm0)
            wave = np.resize(period, count) if repeat else period
        self._track(act.by).signal(sample, wave)
        return sample + wave.size

    def _music(self, act: Act, sample: int) -> int:
        wave = tones.music(act.seconds, self._random, act.dbm0)
        self._track(act.by).signal(sample, wave)
        return sample + wave.size

    def _reverse(self, act: Act, sample: int) -> int:
        self._stage.swapped = not self._stage.swapped
        return sample

    def _disconnect(self, act: Act, sample: int) -> int:
        self._stage.powered = False
        return self._mend(act, sample)

    def _interrupt(self, act: Act, sample: int) -> int:
        self._stage.broken = True
        return self._mend(act, sample)

    def _mend(self, act: Act, sample: int) -> int:
        def mend(at: int) -> None:
            self._stage.powered, self._stage.broken = True, False

        end = sample + act.ms * RATE // 1000
        self._schedule.at(end, mend)
        return end
