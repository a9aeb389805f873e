"""Describe the phones of a simulated line: their parties, acts, states and sounds.

Facts, not sound: a page that plays them makes the tones itself and fetches prompts and voices by
their hash. Everything here crosses sockets.
"""

from typing import Literal

from msgspec import Struct

Party = Literal["caller", "office", "third"]
"""``third`` is another party out in the network: a second caller, or one the office consults."""

Source = Literal[Party, "network", "box"]
"""Who can make a sound on the line."""

CommonDo = Literal[
    "hang_up",
    "key",  # press keys, one after the other
    "flash",  # office: the hook switch, briefly
]
"""The acts of people at the phones and of scenes alike (``exchange.scene``)."""

LiveDo = Literal[
    "call",  # caller, third: dial the office
    "lift",  # pick up the receiver
    CommonDo,
    "talk",  # begin to speak
    "hush",  # stop speaking
]

State = Literal[
    "on_hook",
    "ringing",  # on-hook; the bell sounds, or is in its pause
    "silent",  # off-hook, and nothing is heard
    "dial_tone",
    "dialling",
    "calling",  # the ringback tone is heard
    "busy",  # the busy tone is heard
    "talking",
    "held",
]

Why = Literal["taken", "on_hook", "off_hook", "no_ring", "alone", "voice", "no_part", "closed"]
"""Why an act makes no sense now."""


class LiveAct(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing that a party does with a phone now."""

    by: Party
    do: LiveDo
    keys: str = ""  # key
    number: str = ""  # call: of the caller, as the network tells it; empty is withheld
    name: str = ""  # call: likewise
    voice: str = ""  # talk: hash of a lent voice; empty is the shipped one


class Sounding(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One sound that a phone gives."""

    kind: Literal["tone", "prompt", "voice", "keys"]
    what: str  # name of the tone; SHA-256 of the samples of prompt or voice; the key
    by: Source
    began: int  # line clock of its first sample; of a voice, of its file's first sample
    id: int = 0  # the same for as long as it sounds
    ms: int = 0  # keys: how long
    rate: float = 1.0  # voice: how fast the file is played
    spoken: str = ""  # prompt: question, keys, notice, confirmation


class PhoneNow(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The state of one phone."""

    party: Party
    state: State = "on_hook"
    bell: bool = False  # it sounds at this moment
    display: str = ""  # the number that calls or was dialled
    talks: bool = False
    hears: tuple[Sounding, ...] = ()
    may: tuple[LiveDo, ...] = ()  # what makes sense now


class PhonesNow(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The state of all phones of a line; replaces the one told before."""

    at: int  # line clock
    phones: tuple[PhoneNow, ...]
    taken: bool = False  # a trial caller is on the line; the phones have to wait


def idle(at: int, *, taken: bool = False) -> PhonesNow:
    """Return the state of a line without a call."""
    may: dict[Party, tuple[LiveDo, ...]] = {
        "caller": ("call",),
        "office": ("lift",),
        "third": ("call",),
    }
    phones = tuple(PhoneNow(party=party, may=() if taken else does) for party, does in may.items())
    return PhonesNow(at=at, phones=phones, taken=taken)
