"""Declare sound adapters."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from appliance.config import declare as a
from appliance.config import validators as valid
from appliance.config.declare import Also, Kind
from appliance.config.drivers.driver import (
    SIDES,
    DeviceKind,
    Driver,
    Options,
    RoleOptions,
)
from appliance.config.mistakes import Mistake, mistake
from appliance.language import N_


# fmt: off
@dataclass(frozen=True, slots=True)
class SoundPrompt(Options):
    """What speaks on the line."""

    card: Annotated[str, N_("USB sound card"), DeviceKind.CARD, Also(
        hint=N_("Its name, such as LineTap, or its socket, such as usb-1.2."), example='"LineTap"',
        docs="the adapter by a lasting name: its ALSA id (second column of "
        "`/proc/asound/cards`; not for two adapters of one make, whose ids can swap), its USB "
        "socket (`usb-1.2`), or its link below `/dev/snd/by-id` or `by-path`; the same in both "
        "roles"), Kind(valid.valid_card)]


@dataclass(frozen=True, slots=True)
class SoundAudio(SoundPrompt):
    """What hears the line, and how it is wired."""

    by_hand: ClassVar[Mapping[str, Sequence[str]]] = {"sides": ("voltage/current", "both")}
    rate: Annotated[int, N_("Samples a second"),
        a.whole(16000, 48000, check=valid.valid_hundreds)] = 48000
    sides: Annotated[str, N_("What the channels carry"), Also(
        docs="what its channels carry: `both` parties mixed on one; `voltage/current` of a V/I "
        "tap; or `far/near`, each party on a channel. The first cannot tell who pressed a key "
        "without [test calls](calibration.md)"), a.word(SIDES)] = "both"

    @property
    def one_signal(self) -> bool:
        """Say whether its channel carries both parties."""
        return self.sides == "both"
# fmt: on


def _one_card(roles: RoleOptions, others: Collection[str]) -> Iterator[Mistake]:
    """Two cards have two clocks, which drift apart."""
    audio, prompt = roles.get("audio"), roles.get("prompt")
    if not (isinstance(audio, SoundPrompt) and isinstance(prompt, SoundPrompt)):
        return
    if audio.card and prompt.card and audio.card != prompt.card:
        yield mistake(("prompt", "card"), "two_cards")


SOUND = Driver(
    "sound",
    N_("USB sound card with a line tap"),
    {"audio": SoundAudio, "prompt": SoundPrompt},
    check=_one_card,
)
