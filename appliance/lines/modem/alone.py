"""Make a whole line of one modem: hook, sound and prompt."""

from collections.abc import Mapping
from typing import Any

from appliance.clock import Clock
from appliance.lines.base import Deliver
from appliance.lines.device import VoltageStore
from appliance.lines.modem.driver import Modem
from appliance.lines.modem.voice import SIDES, ModemVoice
from appliance.lines.plugged.connection import Attachment
from appliance.lines.stream.clock import SoundClock
from appliance.model.audio import Sides
from appliance.model.prompts import Prompt


class ModemAlone:
    """All three roles of a line by one modem, and the line's clock."""

    sides: Sides = SIDES

    def __init__(
        self,
        name: str,
        options: Mapping[str, Any],
        country: str,
        clock: Clock,
        voltage: VoltageStore,
    ) -> None:
        """Take the options; ``start`` opens the port.

        Args:
            name: of the line.
            options: of the line's ``hook`` part.
            country: whose network's tones end a hold of the line.
            clock: the machine's.
            voltage: keeps the voltage that was learnt.

        Raises:
            LineError: there is no such profile.
        """
        self._clock = clock
        self._time = SoundClock(clock.monotonic())
        self._voice = ModemVoice(name, country, clock, self._time)
        self._modem = Modem(name, options, self, clock, voltage, self._voice)
        self.lateness_ms = self._modem.lateness_ms
        self.sees_flash = self._modem.sees_flash

    def start(self, deliver: Deliver) -> None:
        """Begin to deliver events, and silence or sound; further calls do nothing."""
        self._modem.start(deliver)

    def play(self, prompt: Prompt) -> None:
        """Begin to play, replacing what is playing; return at once. Any thread."""
        self._voice.output.play(prompt)

    def stop(self) -> None:
        """Be silent: what the modem still holds is thrown away. Any thread."""
        self._voice.output.stop()

    def position(self) -> int:
        """Return the line clock of the sample that is on the wires now; never goes back."""
        return self._time.position(self._clock.monotonic())

    def connected(self) -> Attachment:
        """Return by what the modem is connected."""
        return self._modem.connected()

    def close(self) -> None:
        """Hang up, end the thread and release the port; safe to call twice."""
        self._voice.output.stop()
        self._modem.close()
