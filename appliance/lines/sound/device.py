"""Open sound adapters, which hear a line, speak on it and keep its time, and offer them."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from appliance.clock import Clock
from appliance.config.settings import Line
from appliance.lines.base import LineClock
from appliance.lines.device import Device, Finds, LineRoles, Settings, SoundOffer, Supplies

if TYPE_CHECKING:
    from appliance.lines.sound.portaudio import PortAudio

_TAPPED = "voltage/current"


def _share(clock: Clock) -> "PortAudio":
    """Make the owner of the sound cards; a box of simulated lines alone loads none."""
    from appliance.lines.sound.portaudio import PortAudio  # noqa: PLC0415 - takes PyAudio

    return PortAudio()


def _open(line: Line, supplies: Supplies, beside: LineClock | None) -> LineRoles:
    """Make a sound adapter, whose clock is the line's."""
    from appliance.lines.sound.driver import SoundLine  # noqa: PLC0415 - takes numpy, PortAudio

    options = (line.audio.options, line.prompt.options)
    sound = SoundLine(line.name, *options, supplies.clock, supplies.shared(DEVICE))

    def ask_when_idle(idle: Callable[[], bool]) -> None:
        sound.idle = idle

    return LineRoles(
        audio=sound,
        prompt=sound,
        clock=sound,
        ask_when_idle=ask_when_idle,
        connected=sound.connected,
    )


def _offers(finds: Finds) -> Iterator[SoundOffer]:
    """Offer each adapter, with two channels as a tap and as one signal."""
    for card in finds.cards:
        if not (card.hears and card.speaks):
            continue
        sound: Settings = {"driver": "sound", "card": card.id}
        built_in = not card.name.startswith("USB-Audio")
        for tapped in (True, False) if (card.capture or 0) >= 2 else (False,):
            audio = {**sound, "sides": _TAPPED if tapped else "both"}
            yield SoundOffer(card.id, audio, sound, tapped, built_in)


DEVICE = Device("sound", _open, share=_share, offers=_offers)
