"""Let calls happen on the machine's line, and keep what was seen and heard in them."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from appliance.config.read import load
from appliance.exchange.scene import Scene
from appliance.model.policy import Saying
from appliance.model.prompts import Prompt
from appliance.model.records import CallRecord
from appliance.prompts.library import Library
from tests.rig.calls import short_call
from tests.rig.live_line import LiveLine
from tests.vm.box import UnitBox, set_up
from tests.vm.far.line import plugged_line
from tests.vm.far.pins import Pins, Span
from tests.vm.prepare import CONFIG

CALL_SECONDS = 120.0
Watched = Mapping[str, list[Span]]


@dataclass
class Office:
    """The box, its line, its lamps and button."""

    box: UnitBox
    line: LiveLine
    pins: Pins
    prompts: Mapping[Saying, Prompt]

    def comes_to(self, state: str, since: int = 0) -> None:
        """Wait until the line is in a state; what was told before a place does not count."""
        self.box.news.wait_state(state, CALL_SECONDS, since)

    def place(self, scene: Scene) -> int:
        """Let somebody call; return where the news of the call begins."""
        place = self.box.news.place()
        self.line.far_end.place(scene)
        return place

    def finish(self, since: int) -> CallRecord:
        """Wait until the call's recording is sealed; return what the keeper knows of it."""
        sealed = self.box.news.wait(lambda news: news.kind == "sealed", CALL_SECONDS, since)
        (call,) = (call for call in self.box.calls() if call.recording == sealed.recording)
        return call

    def close(self) -> None:
        """Pull the cables."""
        self.line.close()


@dataclass
class SeenCall:
    """A whole consented call, in which the office pressed the button twice."""

    record: CallRecord
    wav: bytes
    states: list[str]
    heard: list[str]  # of the box, by the people on the line
    lost_ms: int  # of sound, since the boot
    ran_dry: int  # the card, since the boot
    breaks: int  # of the far end's sound
    lamps: dict[str, Watched] = field(default_factory=dict)  # state -> lamps


def open_office() -> Office:
    """Set the box up and plug its line in."""
    box = set_up()
    config = load(CONFIG)
    prompts = Library(config.vault.prompts or None).prompts(config, config.lines[0])
    line = plugged_line(list(prompts.values()))
    box.wait_ready()
    return Office(box, line, Pins(), prompts)


A_WINK = 5.5
"""Seconds in which a lamp that winks has winked."""


def consented_call(office: Office) -> SeenCall:
    """Let a caller agree; pause and resume with the button; watch the lamps all the while."""
    lamps = {"idle": office.pins.watch(A_WINK)}
    place = office.place(short_call("1", longer=8.0))
    office.comes_to("asking", place)
    lamps["asking"] = office.pins.watch(2.5)
    office.comes_to("recording", place)
    lamps["recording"] = office.pins.watch(1.5)
    again = office.box.news.place()
    office.pins.press()
    office.comes_to("paused", again)
    lamps["paused"] = office.pins.watch(2.5)
    again = office.box.news.place()
    office.pins.press()
    office.comes_to("recording", again)
    lamps["resumed"] = office.pins.watch(1.0)
    record = office.finish(place)
    office.comes_to("idle", again)
    lamps["over"] = office.pins.watch(A_WINK)
    wav = office.box.export(record.recording)
    heard = [what for _, what in office.line.far_end.heard]
    states, lost = office.box.news.states(place), office.box.sound_lost
    return SeenCall(record, wav, states, heard, *lost, office.line.breaks, lamps)


def kept(recording: str, wav: bytes) -> Path:
    """Keep a call's sound in the machine, for programs that read files."""
    folder = Path(tempfile.mkdtemp(prefix="call-"))
    file = folder / f"{recording}.wav"
    file.write_bytes(wav)
    return file
