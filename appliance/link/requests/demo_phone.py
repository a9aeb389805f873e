"""The demo phone: people at the phones of a simulated line, as far as a page plays with them.

The recorder serves what changes the line and the keeper passes it on; the sounds that a page plays
come from the keeper, by their hash. What goes in is what a simulated party does and says. Of the
line's sound nothing comes out: only facts do, such as which words are being said since when.
"""

from msgspec import Struct

from appliance.link.operations import Done, Operation
from appliance.link.requests.lines import PlaceTrialCall
from appliance.model.demo_phone import Deed, Party, PhonesNow
from appliance.model.records import LineStatus

LONGEST_CLIP = 15
"""Seconds of a voice that is lent."""


class PhoneAct(Operation[Done], frozen=True, tag="phone.act"):
    """Do something with a phone of a simulated line; refused if it makes no sense now."""

    roles = PlaceTrialCall.roles
    served_by = "recorder"
    line: str
    deed: Deed


class PhoneNews(Struct, frozen=True, forbid_unknown_fields=True):
    """How the phones of a line are, and the line itself."""

    phones: PhonesNow
    status: LineStatus


class WatchPhone(Operation[PhoneNews], frozen=True, tag="phone.watch"):
    """Watch the phones of a simulated line: how they are, then every change."""

    roles = PlaceTrialCall.roles
    served_by = "recorder"
    streams = True
    line: str


class Lent(Struct, frozen=True, forbid_unknown_fields=True):
    """A voice that was taken."""

    sha256: str
    seconds: float


class LendVoice(Operation[Lent], frozen=True, tag="phone.lend"):
    """Lend a simulated party a voice; the raw bytes are a WAV of one channel, 16 bits, 8 kHz.

    It is held in memory until another is lent or the recorder ends, and is played into the line
    when a deed says so. It takes the place of the one lent to the same phone before.
    """

    roles = PlaceTrialCall.roles
    served_by = "recorder"
    upload = 1024 + LONGEST_CLIP * 16_000
    line: str
    by: Party


class SoundFile(Struct, frozen=True, forbid_unknown_fields=True):
    """Raw bytes follow: a whole WAV."""

    seconds: float


class GetSound(Operation[SoundFile], frozen=True, tag="phone.sound"):
    """Fetch a prompt of the box's, or a voice of its simulated parties, by the SHA-256 of it.

    The hash is that of the samples, as a consent receipt names the words that were said.
    """

    roles = PlaceTrialCall.roles
    keeps_awake = False
    sha256: str


class SpokenWords(Struct, frozen=True, forbid_unknown_fields=True):
    """What a prompt says, where the box knows: of an owner's own recording it does not."""

    text: str
    language: str


class GetWords(Operation[SpokenWords], frozen=True, tag="phone.words"):
    """Ask what a prompt says, for whoever reads rather than listens; both empty if unknown."""

    roles = PlaceTrialCall.roles
    keeps_awake = False
    sha256: str
