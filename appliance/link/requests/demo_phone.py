"""Use the phones of a simulated line from a page.

The recorder serves the operations on the line, and the keeper passes them on; the page fetches its
sounds from the keeper, by their hash. A page sends what a simulated party does and says. It never
gets the line's sound, only facts: which words the line plays, and since when.
"""

from appliance.link.operations import Done, Message, Operation
from appliance.link.requests.trial import PlaceTrialCall
from appliance.model.demo_phone import LiveAct, Party, PhonesNow
from appliance.model.records import LineStatus

LONGEST_CLIP = 15
"""Seconds of a lent voice."""


class PhoneAct(Operation[Done], frozen=True, tag="phone.act"):
    """Use a phone of a simulated line; refused if the act is impossible now."""

    roles = PlaceTrialCall.roles
    served_by = "recorder"
    line: str
    act: LiveAct


class PhoneNews(Message, frozen=True):
    """The state of a line and its phones."""

    phones: PhonesNow
    status: LineStatus


class WatchPhone(Operation[PhoneNews], frozen=True, tag="phone.watch"):
    """Watch the phones of a simulated line: their state, then every change."""

    roles = PlaceTrialCall.roles
    served_by = "recorder"
    streams = True
    line: str


class VoiceLoan(Message, frozen=True):
    """A voice that the recorder accepted."""

    sha256: str
    seconds: float


class LendVoice(Operation[VoiceLoan], frozen=True, tag="phone.lend"):
    """Lend a simulated party a voice; the raw bytes are a WAV of one channel, 16 bits, 8 kHz.

    The recorder holds it in memory until it ends or the same phone gets another voice, and plays it
    into the line when an act asks for it.
    """

    roles = PlaceTrialCall.roles
    served_by = "recorder"
    upload = 1024 + LONGEST_CLIP * 16_000
    line: str
    by: Party


class SoundFile(Message, frozen=True):
    """Raw bytes follow: a whole WAV."""

    seconds: float


class GetSound(Operation[SoundFile], frozen=True, tag="phone.sound"):
    """Fetch a prompt of the box, or a voice of a simulated party, by its SHA-256.

    The hash is that of the samples, as in a consent receipt.
    """

    roles = PlaceTrialCall.roles
    keeps_awake = False
    sends_bytes = True
    sha256: str


class SpokenWords(Message, frozen=True):
    """A prompt's words; the box knows none of a prompt that the owner recorded."""

    text: str
    language: str


class GetWords(Operation[SpokenWords], frozen=True, tag="phone.words"):
    """Ask for a prompt's words, for people who read; both fields are empty if unknown."""

    roles = PlaceTrialCall.roles
    keeps_awake = False
    sha256: str
