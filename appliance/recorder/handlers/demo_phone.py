"""Answer the link's questions about the phones of simulated lines.

Acts and voices go in, facts come out; never a sample of a line.
"""

import io
import re
import wave
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from appliance.errors import Refused
from appliance.exchange.circuit.voices import active_rms
from appliance.link.handlers import handles
from appliance.link.latest import Latest
from appliance.link.operations import Done
from appliance.link.requests.demo_phone import (
    LONGEST_CLIP,
    LendVoice,
    PhoneAct,
    PhoneNews,
    VoiceLoan,
    WatchPhone,
)
from appliance.model.audio import RATE, Sound, samples
from appliance.model.demo_phone import LiveAct
from appliance.recorder.line.build import BuiltLine
from appliance.signals.pcm import rms_of

if TYPE_CHECKING:
    from appliance.exchange.driver import Exchange

ANSWER_SECONDS = 4.0
"""An act is answered at the next frame; after another call, when the line was quiet for 3 s."""

SILENT_DBM0 = -50.0
_SHORTEST = samples(0.1)

_KEYS = re.compile(r"[0-9*#]{1,20}")
_NUMBER = re.compile(r"(\+?[0-9]{3,15})?")
_NAME = re.compile(r"[ -~]{0,20}")  # what caller ID can carry


class PhoneDesk:
    """Lets people be at the phones of simulated lines."""

    def __init__(self, line: Callable[[str], BuiltLine]) -> None:
        """Begin without a watcher; ``line`` finds a line and raises Refused if there is none."""
        self._line = line
        self._latest: Latest[bool] = Latest()
        self._latest.show(True)

    def open(self, exchange: "Exchange") -> None:
        """Have the phones of a line told."""
        exchange.phones.listen(lambda _: self.changed())

    def changed(self) -> None:
        """Let the watchers look again; called from the lines' threads."""
        self._latest.show(True)

    def close(self) -> None:
        """End all watching."""
        self._latest.close()

    def _exchange(self, name: str) -> "Exchange":
        exchange = self._line(name).exchange
        if exchange is None:
            raise Refused("no_phones")
        return exchange

    @handles(PhoneAct)
    def _act(self, operation: PhoneAct) -> Done:
        act = operation.act
        _check(act)
        try:
            self._exchange(operation.line).phones.do(act).result(ANSWER_SECONDS)
        except TimeoutError:
            raise Refused("line_silent") from None
        return Done()

    @handles(LendVoice)
    def _lend(self, operation: LendVoice, upload: bytes) -> VoiceLoan:
        exchange, sound = self._exchange(operation.line), read_clip(upload)
        return VoiceLoan(exchange.phones.lend(operation.by, sound), round(sound.size / RATE, 3))

    @handles(WatchPhone)
    def _watch(self, operation: WatchPhone) -> Iterator[PhoneNews | None]:
        exchange, thread = self._exchange(operation.line), self._line(operation.line).thread

        def news() -> Iterator[PhoneNews | None]:
            told = None
            exchange.phones.came()
            try:
                for changed in self._latest.watch(patience=1.0):
                    now = PhoneNews(exchange.phones.now, thread.status)
                    shown = (now.phones.phones, now.phones.taken, now.status)
                    yield now if changed and shown != told else None
                    told = shown
            finally:
                exchange.phones.went()

        return news()


def read_clip(raw: bytes) -> Sound:
    """Return the samples of a WAV of one channel, 16 bits and 8 kHz.

    Raises:
        Refused: ``voice_format``, ``voice_long``, ``voice_silent``.
    """
    try:
        with wave.open(io.BytesIO(raw)) as file:
            fits = (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
            sound: Sound = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    except (wave.Error, EOFError, ValueError):
        raise Refused("voice_format", rate=RATE) from None
    if not fits:
        raise Refused("voice_format", rate=RATE)
    if sound.size > samples(LONGEST_CLIP):
        raise Refused("voice_long", most=LONGEST_CLIP)
    loud = active_rms(sound.astype(np.float64))
    if sound.size < _SHORTEST or loud < rms_of(SILENT_DBM0):
        raise Refused("voice_silent")
    return sound.astype(np.int16)


def _check(act: LiveAct) -> None:
    """Raise Refused if an act holds what no phone has."""
    if act.do == "key" and not _KEYS.fullmatch(act.keys):
        raise Refused("phone_keys", most=20)
    if not _NUMBER.fullmatch(act.number):
        raise Refused("phone_number", least=3, most=15)
    if not _NAME.fullmatch(act.name):
        raise Refused("caller_name", most=20)
