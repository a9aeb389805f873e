"""The phones of a simulated line: what somebody does with one, and what it would let one hear.

Facts, not sound: a page that plays them makes the tones itself and fetches words and voices by
their hash. Everything here crosses sockets.
"""

from typing import Literal

from msgspec import Struct

Party = Literal["caller", "office", "third"]
"""``third`` is somebody else out in the network: a second caller, or whom the office consults."""

Do = Literal[
    "call",  # caller, third: dial the office
    "lift",  # pick up the receiver
    "hang_up",
    "key",  # press keys, one after the other
    "talk",  # begin to speak
    "hush",  # stop speaking
    "flash",  # office: the hook switch, briefly
]

WHO_DOES: dict[Do, tuple[Party, ...]] = {
    "call": ("caller", "third"),
    "lift": ("caller", "office", "third"),
    "hang_up": ("caller", "office", "third"),
    "key": ("caller", "office", "third"),
    "talk": ("caller", "office", "third"),
    "hush": ("caller", "office", "third"),
    "flash": ("office",),
}
"""Who can do what at all."""

State = Literal[
    "on_hook",
    "ringing",  # on the hook; the bell sounds, or is in its pause
    "silent",  # off the hook, and nothing is heard
    "dial_tone",
    "dialling",
    "calling",  # the ringback tone is heard
    "busy",  # the busy tone is heard
    "talking",
    "held",
]

Why = Literal["taken", "on_hook", "off_hook", "no_ring", "alone", "voice", "no_part", "closed"]
"""Why something cannot be done with a phone now."""

SENTENCES: dict[Why, str] = {
    "taken": "A trial caller is on this line; wait until that call is over.",
    "on_hook": "This phone is on its hook: lift it first.",
    "off_hook": "This phone is off its hook already.",
    "no_ring": "This phone does not ring: nobody can be answered there.",
    "alone": "Nobody hears this phone now.",
    "voice": "That voice is not there any more: record it again.",
    "no_part": "That cannot be done with this phone.",
    "closed": "The line is closed.",
}


class Deed(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing that somebody does with a phone."""

    by: Party
    do: Do
    keys: str = ""  # key
    number: str = ""  # call: what the network tells of the caller; empty is withheld
    name: str = ""  # call: likewise
    voice: str = ""  # talk: hash of a voice that was lent; empty is the shipped one


class Sounding(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing that a phone lets one hear."""

    kind: Literal["tone", "prompt", "voice", "keys"]
    what: str  # name of the tone; SHA-256 of the samples of prompt or voice; the key
    by: Literal["network", "box", "caller", "office", "third"]
    began: int  # line clock of its first sample; of a voice, of its file's first sample
    id: int = 0  # the same for as long as it sounds
    ms: int = 0  # keys: how long
    rate: float = 1.0  # voice: how fast the file is played
    spoken: str = ""  # prompt: question, keys, notice, confirmation


class PhoneNow(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How one phone is now."""

    party: Party
    state: State = "on_hook"
    bell: bool = False  # it sounds in this moment
    display: str = ""  # number that calls, or that was dialled
    talks: bool = False
    hears: tuple[Sounding, ...] = ()
    may: tuple[Do, ...] = ()  # what makes sense now


class PhonesNow(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How all phones of a line are now; replaces what was told before."""

    at: int  # line clock
    phones: tuple[PhoneNow, ...]
    taken: bool = False  # a call of the trial's own goes on; the phones have to wait


def idle(at: int, *, taken: bool = False) -> PhonesNow:
    """Return a line on which nobody is."""
    may: dict[Party, tuple[Do, ...]] = {
        "caller": ("call",),
        "office": ("lift",),
        "third": ("call",),
    }
    phones = tuple(PhoneNow(party=party, may=() if taken else does) for party, does in may.items())
    return PhonesNow(at=at, phones=phones, taken=taken)
