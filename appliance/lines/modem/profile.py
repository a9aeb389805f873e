"""Read the profiles of voice modems: how to drive each, and the limits for what it reports."""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Literal

import msgspec

from appliance.config.drivers.profiles import profile_names
from appliance.errors import LineError
from appliance.lines.modem.formats import SampleCoding
from appliance.lines.profiles import read_profile
from appliance.model.sentences.faults import device_fault

Share = Annotated[float, msgspec.Meta(gt=0, lt=1)]
_Positive = Annotated[float, msgspec.Meta(gt=0)]

GENERIC = "generic"
"""The profile of a modem that no other one knows."""


class Voltage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a modem tells the line's voltage while it is on-hook."""

    ask: str
    form: Literal["decimal", "register"]
    """``30.50``, or a register in hexadecimal whose low five bits count steps."""
    volts_a_step: float = 1.0


class HookRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the voltage says about the phones; shares are of the learnt on-hook voltage."""

    poll_seconds: _Positive = 0.25
    ring_seconds: _Positive = 0.5
    off_share: Share = 0.6
    off_volts: _Positive = 21.0
    off_count: Annotated[int, msgspec.Meta(ge=1, le=10)] = 2
    on_share: Share = 0.75
    on_count: Annotated[int, msgspec.Meta(ge=1, le=10)] = 3
    short_off_share: Share = 0.85
    short_on_share: Share = 0.92
    no_volts: _Positive = 3.0
    cut_seconds: _Positive = 5.0


class LetGo(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """When a modem that holds the line lets go of it."""

    silent_seconds: _Positive = 20.0
    silent_dbm0: float = -45.0
    longest_minutes: _Positive = 90.0


class ModemProfile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How to drive one kind of modem; the comments of its file give the reasons."""

    name: str
    identity: tuple[str, ...] = ()
    """Parts of what it answers to ``ATI``; none fit every modem."""
    usb: tuple[str, ...] = ()
    """USB ids under which it was seen, such as ``0572:1349``: a hint whom to ask."""
    baud: int = 115200
    handshake: bool = True
    setup: tuple[str, ...] = ()
    """Commands at each opening; what the modem does not know it may refuse."""
    voice_setup: tuple[str, ...] = ()
    """Commands after ``+FCLASS=8``; may be refused, too."""
    caller_id: tuple[str, ...] = ()
    """Commands of which the first that it knows turns caller ID on."""
    voltage: tuple[Voltage, ...] = ()
    """Ways to read the voltage; the probe takes the first that it answers."""
    local_phone: bool = False
    """Codes H and h tell of a phone plugged into it, a jack of its own."""
    take_line: tuple[int, ...] = (1,)
    """Settings of ``+VLS`` that take the line; the first that it accepts."""
    duplex: bool = True
    """It may be tried whether it hears while it speaks (``+VTR``)."""
    codings: tuple[SampleCoding, ...] = (
        SampleCoding.ALAW,
        SampleCoding.ULAW,
        SampleCoding.UNSIGNED,
        SampleCoding.SIGNED,
    )
    silence_off: str = ""
    """Turns its own silence detection off; that pair of figures differs from maker to maker."""
    dles: Literal[1, 3] = 1
    lateness_ms: Annotated[int, msgspec.Meta(ge=50, le=1500)] = 600
    sees_flash: bool = False
    hook: HookRule = HookRule()
    let_go: LetGo = LetGo()


def modem_profiles() -> tuple[str, ...]:
    """Return the names of the modem profiles."""
    return profile_names("modems")


def modem_profile(name: str) -> ModemProfile:
    """Read the profile of a modem.

    Raises:
        LineError: there is no such profile, or it holds a mistake.
    """
    known = modem_profiles()
    if name not in known:
        raise LineError(device_fault("profile_unknown", name=name, known=", ".join(known)))
    profile: ModemProfile = read_profile("modems", name, ModemProfile)
    return profile


@cache
def usb_ids() -> Mapping[str, str]:
    """Return USB id -> the profile of the voice modem that was seen under it."""
    return {usb: name for name in modem_profiles() for usb in modem_profile(name).usb}


def fitting_profile(identity: str) -> str:
    """Return the name of the profile for a modem's own words, ``generic`` if none knows them."""
    said = identity.upper()
    fitting = [
        (len(part), name)
        for name in modem_profiles()
        for part in modem_profile(name).identity
        if part.upper() in said
    ]
    return max(fitting, default=(0, GENERIC))[1]
