"""The driver of one USB sound adapter: it hears the line, speaks on it and keeps its time."""

from collections.abc import Mapping
from typing import Any

from appliance.clock import Clock
from appliance.errors import LineError
from appliance.lines.base import Deliver
from appliance.model.audio import RATE, Sides
from appliance.model.prompts import Prompt

SIDES: Mapping[str, Sides] = {
    "both": ("both",),
    "voltage/current": ("voltage", "current"),
    "far/near": ("far", "near"),
}
"""The option ``sides`` -> what each channel carries."""


class SoundLine:
    """Audio source, prompt sink and line clock over one adapter: one clock for both directions."""

    def __init__(
        self, name: str, audio: Mapping[str, Any], prompt: Mapping[str, Any], clock: Clock
    ) -> None:
        """Take the options; no device is opened before ``start``.

        Args:
            name: of the line.
            audio: the options of the line's ``audio`` part: card, rate, sides.
            prompt: those of its ``prompt`` part; the same card.
            clock: fills the line clock while no sound comes.

        Raises:
            LineError: the two name different cards, or PyAudio is not installed.
        """
        if audio["card"] != prompt["card"]:
            raise LineError(
                f"Line {name}: audio and prompt name two sound cards, whose clocks drift apart; "
                "name the same card in both."
            )
        self.sides: Sides = SIDES[str(audio.get("sides", "both"))]
        self._name = name
        self._clock = clock
        self._began = clock.monotonic()

    def start(self, deliver: Deliver) -> None:
        """Begin to deliver frames, gaps, and faults of the sound, from a thread of its own.

        A card that is missing or fails is a ``LineFault``; it is retried until it is there.
        """

    def play(self, prompt: Prompt) -> None:
        """Begin to play, replacing what is playing; return at once. Any thread."""

    def stop(self) -> None:
        """Be silent within one frame and the device's latency. Any thread."""

    def position(self) -> int:
        """Return the line clock of the sample that is on the wires now; never goes back.

        It is 0 when the line is made and runs on while no sound comes. Any thread.
        """
        return round((self._clock.monotonic() - self._began) * RATE)

    def close(self) -> None:
        """Be silent, end the threads and release the device; safe to call twice."""
