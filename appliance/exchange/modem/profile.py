"""Read the profiles of emulated modems: identity, formats, and what each does its own way.

A profile is TOML in ``profiles/``; a new modem is a new file. The driver's own profiles
(``firmware-config/modems``) say how to drive a modem and are read by other code: these here say how
one behaves.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from appliance import toml
from appliance.config.drivers.profiles import emulated_modems, profile_names
from appliance.errors import LineError
from appliance.exchange.modem.formats import Coding
from appliance.model.sentences.faults import device_fault
from appliance.structs import convert

_Byte = Annotated[int, msgspec.Meta(ge=0, le=255)]


class Format(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A voice format: its number in ``+VSM``, its coding, its line in the answer to ``+VSM=?``."""

    id: int
    coding: Coding
    line: str


class Label(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A setting of ``+VLS``: what the modem connects to."""

    id: int
    line: str  # of the answer to +VLS=?
    off_hook: bool = False  # takes the line
    sound: bool = True  # voice can be played or recorded


class EmulatedParameter(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A parameter that is kept and told: its value after a reset, and its range."""

    value: str
    range: str = ""  # as told by =?
    takes: str = r"\d{1,3}(,\d{1,3})*"  # a regular expression of what can be set


class EmulatedProfile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How one modem behaves; the comments of its file give reasons and sources."""

    about: str
    by_id: str  # its name below /dev/serial/by-id
    driven_as: str = ""  # the driver's profile, where nothing that the modem says tells it
    answers: Mapping[str, tuple[str, ...]]  # command -> what it prints before OK
    formats: tuple[Format, ...]
    labels: tuple[Label, ...]
    parameters: Mapping[str, EmulatedParameter] = {}
    lacks: tuple[str, ...] = ()  # commands of the standard that it answers with ERROR
    codes: str = "R"  # the events that it reports
    classes: str = "0,1,8"  # of +FCLASS
    voice_ring: Literal["code", "text"] = "code"  # in voice mode: DLE R, or RING
    voice_answer: str = "OK"  # to ATA and ATD in voice mode
    caller_line: str = "{tag} = {value}"  # of formatted caller ID
    caller_report: Literal["text", "code"] = "text"  # code: within DLE X and DLE . in voice mode
    tells_name: bool = True
    rings_not_told: int = 0  # so many rings it takes to wake
    volts: Literal["none", "decimal", "register"] = "none"
    """How the line's voltage is read: ``-TRV`` prints it; ``:R79`` prints the sense register."""
    reply_ms: int = 20  # from such a question to each line of its reply
    offset_volts: float = 0.0  # read with nothing connected
    sound_on_hook: bool = False  # +VTX and +VRX without the line: to nowhere, from nowhere
    settle_ms: int = 100  # from +VLS to its OK
    own_hook: bool = False  # reports H after its own pickup and h after its own release
    phone_jack: bool = False  # a phone behind it: H and h are that phone's
    bracketed_keys: bool = False  # a key is / digits ~, not one digit
    key_end: _Byte = 0x7E  # the code that ends a key
    code_dles: Literal[1, 3] = 1  # DLEs before a code of the host
    digit_tones: bool = True  # +VTS takes single digits; else it does not even answer
    one_tone: bool = True  # +VTS takes a second frequency of 0
    deaf_after_call_ms: int = 0  # after it has released the line nothing answers for so long

    def format(self, id: str) -> Format | None:
        """Return a format by its number."""
        return next((each for each in self.formats if str(each.id) == id), None)

    def label(self, id: str) -> Label | None:
        """Return a setting of ``+VLS`` by its number."""
        return next((each for each in self.labels if str(each.id) == id), None)


def modem_names() -> tuple[str, ...]:
    """Return the names of the modems that can be emulated."""
    return profile_names("emulated")


def modem_profile(name: str) -> EmulatedProfile:
    """Read the profile of an emulated modem.

    Raises:
        LineError: there is none of this name, or it holds a mistake.
    """
    known = modem_names()
    if name not in known:
        raise LineError(device_fault("profile_unknown", name=name, known=", ".join(known)))
    file = emulated_modems() / f"{name}.toml"
    try:
        return convert(toml.loads(file.read_text("utf-8")), EmulatedProfile)
    except (toml.MISTAKE, msgspec.ValidationError) as error:
        raise LineError(device_fault("profile_wrong", file=f"{name}.toml")) from error
