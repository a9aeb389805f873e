"""Ask the recorder which prompts it says, and for their sound, to keep them."""

from appliance.link.operations import Message, Operation, WithoutRole


class PromptInUse(Message, frozen=True):
    """One prompt that callers may hear."""

    sha256: str  # of the 8 kHz samples, 16-bit little-endian
    spoken: str  # question, keys …
    id: str
    language: str
    text: str  # empty: the office recorded it itself and wrote no words down
    voice: str


class PromptsInUse(Message, frozen=True):
    """All prompts that callers may hear, or could since the recorder's start."""

    prompts: tuple[PromptInUse, ...]
    days: int  # the longest retention of any purpose since the recorder's start


class ListPromptsInUse(Operation[PromptsInUse], frozen=True, tag="prompts_in_use.list"):
    """Ask the recorder which prompts it says."""

    roles = WithoutRole.PROCESS
    served_by = "recorder"


class PromptSound(Message, frozen=True):
    """Raw bytes follow: the samples, 16-bit little-endian, 8,000 a second."""

    sha256: str


class GetPromptInUse(Operation[PromptSound], frozen=True, tag="prompts_in_use.sound"):
    """Ask the recorder for the sound of one of them."""

    roles = WithoutRole.PROCESS
    served_by = "recorder"
    sends_bytes = True
    sha256: str
