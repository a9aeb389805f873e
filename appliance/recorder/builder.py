"""One line, put together from the configuration: drivers, ears, prompts, rules."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from appliance.clock import Clock
from appliance.config.folders import Folders
from appliance.config.settings import Config, Line
from appliance.errors import LineError
from appliance.lines.base import AudioSource, HookSource, PromptSink
from appliance.lines.exchange import Exchange
from appliance.lines.voices import Voices
from appliance.model.audio import Sides
from appliance.model.records import LineStatus
from appliance.prompts.library import Library
from appliance.prompts.speech import voices
from appliance.recorder.dialled import Dialled
from appliance.recorder.exempt import ExemptList
from appliance.recorder.hands import Tools
from appliance.recorder.hearing import Hearing
from appliance.recorder.line import Fittings, LineThread
from appliance.recorder.notes import Notes
from appliance.recorder.opening import Openings, read_boot_id
from appliance.recorder.policy import compile_policy
from appliance.recorder.writer import Report, Writer
from appliance.vault.seal import Pool, SealedFile

SEPARATE: dict[str, frozenset[str]] = {
    "both": frozenset(),  # one mixed signal: nothing is known of a key's side without test calls
    "far": frozenset({"A"}),
    "voltage": frozenset({"A"}),
}
"""First side of an audio source -> grades that may record consent purposes (P3)."""


@dataclass(frozen=True, slots=True)
class Built:
    """A line that can be started, and its exchange where it is simulated."""

    thread: LineThread
    exchange: Exchange | None


@dataclass(frozen=True, slots=True)
class Shared:
    """What all lines of the box use."""

    config: Config
    folders: Folders
    clock: Clock
    pool: Pool
    exempt: ExemptList
    tell: Callable[[Report | LineStatus], None]
    at_speed: bool = False
    seed: int = 0
